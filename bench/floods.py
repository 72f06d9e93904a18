"""Messages made to fill memory: what the listener holds at most, and what other senders notice meanwhile."""

import asyncio

from bench.figures import Figure
from bench.load import SENDER, Session, on_the_wire
from bench.throughput import ours

_BYTES = 33_000_000
_BEFORE = 200
_MAX_BYTES = 157_286_400


def floods() -> list[Figure]:
    """One figure for each kind."""
    kinds = {"empty lines": _of_empty_lines(), "one line": _of_one_line(), "100,000 parts": _of_parts()}
    return [_flood(name, raw) for name, raw in kinds.items()]


def _flood(name: str, raw: bytes) -> Figure:
    with ours() as running:
        before = running.peak_bytes()
        reply, quiet, busy = asyncio.run(_among_others(running.port, raw))
        peak = running.peak_bytes()
    return Figure(
        name=f"listener's peak RSS, {len(raw) / 1e6:.1f} MB of {name} ({reply[:3]})",
        measured=f"{peak / 1e6:.0f} MB; others wait p50 {_waits(quiet, busy, 0.5)}, p99 {_waits(quiet, busy, 0.99)} ms",
        target="≤ 150 MB",
        baseline=f"{before / 1e6:.0f} MB idle",
        is_met=peak <= _MAX_BYTES,
    )


async def _among_others(port: int, raw: bytes) -> tuple[str, list[float], list[float]]:
    """The answer to the large one, and the seconds that another sender waits before it and while it is under way."""
    other, large = Session(port), Session(port)
    await other.open()
    await large.open()
    quiet = [await _small(other, number) for number in range(_BEFORE)]
    flood = asyncio.create_task(large.send(on_the_wire(raw), SENDER))
    busy: list[float] = []
    while not flood.done():
        busy.append(await _small(other, 1_000 + len(busy)))
    reply, _ = await flood
    for session in (other, large):
        session.close()
    return reply, quiet, busy


async def _small(session: Session, number: int) -> float:
    raw = b"From: other@reporter.example\r\nSubject: %d\r\n\r\nplease look\r\n" % number
    _, wait_s = await session.send(on_the_wire(raw))
    return wait_s


def _waits(quiet: list[float], busy: list[float], share: float) -> str:
    """The wait that this share of mails stayed below, before and during."""
    return " → ".join(f"{1000 * sorted(waits)[int(share * len(waits))]:.0f}" for waits in (quiet, busy))


def _of_empty_lines() -> bytes:
    return b"Subject: lines\r\n\r\n" + b"\r\n" * (_BYTES // 2)


def _of_one_line() -> bytes:
    return b"Subject: line\r\n\r\n" + b"a" * _BYTES + b"\r\n"


def _of_parts() -> bytes:
    head = b"Subject: parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + b"--b\r\n\r\nx\r\n" * 100_000 + b"--b--\r\n"
