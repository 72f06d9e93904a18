"""What registries do to the answers at the door: nothing, however slow, large or hostile they are."""

import re
import tempfile
from pathlib import Path
from statistics import median

from bench.elsewhere import Registries, elsewhere
from bench.figures import Figure
from bench.load import Load, send_at
from bench.mails import FOREIGN, Mails
from bench.service import serving, write_config
from storage.migrations import upgrade

_RATE = 20.0
_SESSIONS = 4
_WARM_UP = 100  # five seconds: the first look for errands is over
_ROUNDS = 10
_MOST_MORE = 1.1
_ADDRESS = re.compile(re.escape(FOREIGN.partition("%")[0]).encode() + rb"\d{1,3}")


def registries(mails: int) -> list[Figure]:
    """Waits with registries that behave and with hostile ones, beside those with none; half as many mails in each, in turns."""
    rounds: dict[Registries, list[Load]] = {one: [] for one in Registries}
    for number in range(_ROUNDS):
        raws = _mails_of_other_networks(_WARM_UP + mails // 2 // _ROUNDS, seed=number)
        for one, loads in rounds.items():
            loads.append(_round(one, raws))
    waits = {one: [median(load.wait_ms(share) for load in loads) for share in (0.5, 0.99)] for one, loads in rounds.items()}
    return [_figure(one, waits) for one in (Registries.WELL, Registries.HOSTILE)]


def _round(one: Registries, raws: list[bytes]) -> Load:
    with tempfile.TemporaryDirectory() as folder, elsewhere(one) as lookups:
        upgrade(f"sqlite:///{folder}/abusedesk.db")
        with serving(write_config(Path(folder), lookups=lookups)) as running:
            send_at(_RATE, running.port, mails=raws[:_WARM_UP], sessions=_SESSIONS)
            return send_at(_RATE, running.port, mails=raws[_WARM_UP:], sessions=_SESSIONS)


def _figure(one: Registries, waits: dict[Registries, list[float]]) -> Figure:
    (p50, p99), (p50_off, p99_off) = waits[one], waits[Registries.OFF]
    return Figure(
        name=f"final dot to answer, {_RATE:.0f} mails/s, registries {one}; medians of {_ROUNDS} rounds in turns",
        measured=f"p50 {p50:.1f}, p99 {p99:.1f} ms ({p99 / p99_off:.2f} x)", target=f"p99 ≤ {_MOST_MORE} x of off",
        baseline=f"p50 {p50_off:.1f}, p99 {p99_off:.1f} ms", is_met=p99 <= _MOST_MORE * p99_off,
    )  # fmt: skip


def _mails_of_other_networks(count: int, *, seed: int) -> list[bytes]:
    """Reports of which four in five are about a network that no other is about; the rest are about our own."""
    mails = Mails(seed)
    return [_ADDRESS.sub(b"2001:db8:%x::7" % (0x1000 + number), mails.attached()) for number in range(count)]
