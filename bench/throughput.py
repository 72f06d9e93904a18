"""SMTP to durable verdict: our service and the obvious build, the same mails, the same load generator, the same cores."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from bench.figures import Figure
from bench.load import Load, send_all
from bench.mails import mails_of_short_lines
from bench.service import Running, serving, start, write_config
from storage.migrations import upgrade

_SESSIONS = 20
_WARM_UP = 40


def throughput(mails: int) -> list[Figure]:
    """Ratio of throughputs, CPU of a mail, and waits, alone and under load."""
    raws = list(islice(mails_of_short_lines(), mails + 2 * _WARM_UP))
    with ours() as running:
        load, cpu_ms = measure(running, raws=raws)
        alone = send_all(running.port, mails=[b"X-Alone: 1\r\n" + raw for raw in raws[:200]], sessions=1)
    with naive() as running:
        base, base_cpu_ms = measure(running, raws=raws)
    ratio, cpu_ratio = load.rate / base.rate, base_cpu_ms / cpu_ms
    return [
        Figure(
            name="throughput, 20 sessions, generator on the same cores", measured=f"{ratio:.1f} x ({load.rate:.0f}/s)",
            target="≥ 2.5 x", baseline=f"{base.rate:.0f}/s", is_met=ratio >= 2.5,
        ),
        Figure(
            name="CPU of all our processes for one mail", measured=f"{cpu_ms:.2f} ms", target="≤ 1.5 ms",
            baseline=f"{base_cpu_ms:.2f} ms ({cpu_ratio:.1f} x)", is_met=cpu_ms <= 1.5,
        ),
        Figure(
            name="final dot to answer, one session, p50", measured=f"{alone.wait_ms(0.5):.1f} ms", target="≤ 5 ms",
            is_met=alone.wait_ms(0.5) <= 5,
        ),
        Figure(
            name="final dot to answer, 20 sessions, p99", measured=f"{load.wait_ms(0.99):.0f} ms", target="≤ 250 ms",
            baseline=f"{base.wait_ms(0.99):.0f} ms", is_met=load.wait_ms(0.99) <= 250,
        ),
    ]  # fmt: skip


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
