"""Messages made to fill memory: what the listener holds at most, and what other senders notice meanwhile."""

import asyncio
from concurrent.futures import Executor, ProcessPoolExecutor
from itertools import count
from multiprocessing import get_context

from bench.figures import Figure
from bench.load import SENDER, Session, on_the_wire
from bench.throughput import ours

_BYTES = 33_000_000
_ROUNDS, _BETWEEN = 5, 200
_MAX_BYTES = 157_286_400
_NUMBERS = count()


def floods() -> list[Figure]:
    """Two figures for each kind."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as away:
        return [figure for kind in _LARGE for figure in _flood(kind, away)]


def _flood(kind: str, away: Executor) -> list[Figure]:
    size = away.submit(_size, kind).result()  # and the process is there before anything is measured
    with ours() as running:
        before = running.peak_bytes()
        reply, quiet, busy = asyncio.run(_among_others(running.port, kind, away))
        peak = running.peak_bytes()
    name = f"{size / 1e6:.1f} MB of {kind} ({reply[:3]})"
    return [
        Figure(
            name=f"listener's peak RSS, {name}", measured=f"{peak / 1e6:.0f} MB", target="≤ 150 MB",
            baseline=f"{before / 1e6:.0f} MB idle", is_met=peak <= _MAX_BYTES,
        ),
        Figure(
            name=f"others' p99 meanwhile, {name}", measured=f"{_wait_ms(busy, 0.99):.1f} ms (p50 {_wait_ms(busy, 0.5):.1f}) of {len(busy)}",
            target="within 10 %", baseline=f"{_wait_ms(quiet, 0.99):.1f} ms (p50 {_wait_ms(quiet, 0.5):.1f}) of {len(quiet)}",
            is_met=_wait_ms(busy, 0.99) <= 1.1 * _wait_ms(quiet, 0.99),
        ),
    ]  # fmt: skip


def _size(kind: str) -> int:
    return len(_LARGE[kind]())


async def _among_others(port: int, kind: str, away: Executor) -> tuple[str, list[float], list[float]]:
    """The answer to the large ones, and the seconds that another sender waits between them and while one is under way."""
    other = Session(port)
    await other.open()
    loop = asyncio.get_running_loop()
    quiet: list[float] = []
    busy: list[float] = []
    reply = ""
    for _ in range(_ROUNDS):
        quiet += [await _small(other) for _ in range(_BETWEEN)]
        flood = loop.run_in_executor(away, _send, port, kind)
        while not flood.done():
            busy.append(await _small(other))
        reply = await flood
    other.close()
    return reply, quiet, busy


def _send(port: int, kind: str) -> str:
    """Send one large mail, in a process of its own, so that nobody waits for the sender itself."""
    return asyncio.run(_send_large(port, on_the_wire(_LARGE[kind]())))


async def _send_large(port: int, stuffed: bytes) -> str:
    large = Session(port)
    await large.open()
    reply, _ = await large.send(stuffed, SENDER)
    large.close()
    return reply


async def _small(session: Session) -> float:
    raw = b"From: other@reporter.example\r\nSubject: %d\r\n\r\nplease look\r\n" % next(_NUMBERS)
    _, wait_s = await session.send(on_the_wire(raw))
    return wait_s


def _wait_ms(waits: list[float], share: float) -> float:
    """The wait that this share of mails stayed below."""
    return 1000 * sorted(waits)[int(share * len(waits))]


def _of_empty_lines() -> bytes:
    return b"Subject: lines\r\n\r\n" + b"\r\n" * (_BYTES // 2)


def _of_one_line() -> bytes:
    return b"Subject: line\r\n\r\n" + b"a" * _BYTES + b"\r\n"


def _of_parts() -> bytes:
    head = b"Subject: parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + b"--b\r\n\r\nx\r\n" * 100_000 + b"--b--\r\n"


_LARGE = {"empty lines": _of_empty_lines, "one line": _of_one_line, "100,000 parts": _of_parts}
