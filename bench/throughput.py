"""SMTP to durable verdict: our service and the obvious build, the same mails, the same load generator, the same cores."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import fmean

from bench.figures import Figure
from bench.load import Load, send_all
from bench.mails import mails_of_short_lines
from bench.service import Running, serving, start, write_config
from storage.migrations import upgrade

_SESSIONS = 20
_WARM_UP = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """What one server did.   rate: mails a second.   cpu_ms: of all its processes for one.   busy, alone: with 20 sessions, with one."""

    rate: float
    cpu_ms: float
    busy: Load
    alone: Load


def throughput(mails: int) -> list[Figure]:
    """Ratio of throughputs, CPU of a mail, and waits, alone and under load.

    Each server has two rounds, ours first and last: what the machine does meanwhile falls on both alike.
    """
    raws = list(islice(mails_of_short_lines(), mails // 2 + 2 * _WARM_UP))
    rounds = [(server, _round(server, raws)) for server in (ours, naive, naive, ours)]
    us, them = ([one for server, one in rounds if server is kind] for kind in (ours, naive))
    ratio, cpu_ms, base_cpu_ms = _rate(us) / _rate(them), fmean(one.cpu_ms for one in us), fmean(one.cpu_ms for one in them)
    alone_ms, base_alone_ms = (_wait_ms([one.alone for one in each], 0.5) for each in (us, them))
    busy_ms, base_busy_ms = (_wait_ms([one.busy for one in each], 0.99) for each in (us, them))
    return [
        Figure(
            name="throughput, 20 sessions, generator on the same cores", measured=f"{ratio:.1f} x ({_rate(us):.0f}/s)",
            target="≥ 2.5 x", baseline=f"{_rate(them):.0f}/s", is_met=ratio >= 2.5,
        ),
        Figure(
            name="CPU of all our processes for one mail", measured=f"{cpu_ms:.2f} ms", target="≤ 1.5 ms",
            baseline=f"{base_cpu_ms:.2f} ms ({base_cpu_ms / cpu_ms:.1f} x)", is_met=cpu_ms <= 1.5,
        ),
        Figure(
            name="final dot to answer, one session, p50", measured=f"{alone_ms:.1f} ms", target="≤ 5 ms",
            baseline=f"{base_alone_ms:.1f} ms", is_met=alone_ms <= 5,
        ),
        Figure(
            name="final dot to answer, 20 sessions, p99", measured=f"{busy_ms:.0f} ms", target="≤ 250 ms",
            baseline=f"{base_busy_ms:.0f} ms", is_met=busy_ms <= 250,
        ),
    ]  # fmt: skip


def _round(server: Callable[[], AbstractContextManager[Running]], raws: list[bytes]) -> _Round:
    with server() as running:
        load, cpu_ms = measure(running, raws=raws)
        alone = send_all(running.port, mails=[b"X-Alone: 1\r\n" + raw for raw in raws[:200]], sessions=1)
    return _Round(rate=load.rate, cpu_ms=cpu_ms, busy=load, alone=alone)


def _rate(rounds: list[_Round]) -> float:
    return fmean(one.rate for one in rounds)


def _wait_ms(loads: list[Load], share: float) -> float:
    """The wait that this share of all mails stayed below."""
    return Load(waits=[wait for load in loads for wait in load.waits]).wait_ms(share)


def measure(*nodes: Running, raws: list[bytes], sessions: int = _SESSIONS) -> tuple[Load, float]:
    """The load, and the servers' CPU milliseconds for one mail; some mails go before to warm them up."""
    ports = [node.port for node in nodes]
    send_all(*ports, mails=raws[:_WARM_UP], sessions=sessions)
    before = sum(node.cpu_s() for node in nodes)
    load = send_all(*ports, mails=raws[2 * _WARM_UP :], sessions=sessions)
    return load, 1000 * (sum(node.cpu_s() for node in nodes) - before) / len(load.waits)


@contextmanager
def ours(smtp: str = "") -> Iterator[Running]:
    """Our service on an empty store."""
    with tempfile.TemporaryDirectory() as folder:
        upgrade(f"sqlite:///{folder}/abusedesk.db")
        with serving(write_config(Path(folder), smtp=smtp)) as running:
            yield running


@contextmanager
def naive() -> Iterator[Running]:
    """The obvious build on an empty store."""
    with tempfile.TemporaryDirectory() as folder:
        running = start(["bench.naive", f"{folder}/naive.db"])
        try:
            yield running
        finally:
            running.process.terminate()
            running.stop()
