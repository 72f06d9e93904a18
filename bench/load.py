"""A load generator: SMTP sessions in one loop, each sending its next mail as soon as it has the answer to the last."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

SENDER = "reader@reporter.example"
_LIMIT = 65_536


@dataclass
class Load:
    """What came of a load.   answers: code and enhanced code by count.   waits: seconds from the final dot to the answer, in order."""

    answers: dict[str, int] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    wall_s: float = 0.0
    own_cpu_s: float = 0.0

    def note(self, reply: str, wait_s: float) -> None:
        """One more."""
        key = reply[:9]
        self.answers[key] = self.answers.get(key, 0) + 1
        self.waits.append(wait_s)

    @property
    def rate(self) -> float:
        """Mails a second."""
        return len(self.waits) / self.wall_s

    def wait_ms(self, share: float) -> float:
        """The wait that this share of all mails stayed below."""
        return 1000 * sorted(self.waits)[min(len(self.waits) - 1, int(share * len(self.waits)))]


class Session:
    """One SMTP session.   Raises ConnectionError (or its kin) when the server is gone."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writer: asyncio.StreamWriter | None = None
        self._reader = asyncio.StreamReader()

    async def open(self) -> None:
        """Connect and greet."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=_LIMIT)
        await self._reply()
        await self._say(b"EHLO mx.reporter.example\r\n")

    async def send(self, stuffed: bytes, sender: str = SENDER) -> tuple[str, float]:
        """Send one mail; the answer's last line, and seconds from the final dot to it.   stuffed: as on the wire, with its end."""
        reply = await self._say(b"MAIL FROM:<%s>\r\n" % sender.encode())
        if not reply.startswith("250"):
            return reply, 0.0
        for command, code in ((b"RCPT TO:<abuse@example-host.jp>\r\n", "250"), (b"DATA\r\n", "354")):
            reply = await self._say(command)
            if not reply.startswith(code):
                await self._say(b"RSET\r\n")
                return reply, 0.0
        assert self._writer is not None
        self._writer.write(stuffed)
        await self._writer.drain()
        begun = time.perf_counter()
        return await self._reply(), time.perf_counter() - begun

    def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()

    async def _say(self, line: bytes) -> str:
        assert self._writer is not None
        self._writer.write(line)
        return await self._reply()

    async def _reply(self) -> str:
        while line := await self._reader.readline():
            if line[3:4] != b"-":
                return line.decode("ascii", "replace").rstrip()
        raise ConnectionError("the server hung up")


def on_the_wire(raw: bytes) -> bytes:
    """A mail with its dots stuffed and its end (RFC 5321 section 4.5.2)."""
    stuffed = raw.replace(b"\r\n.", b"\r\n..")
    return (b"." if stuffed.startswith(b".") else b"") + stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n")


def send_all(*ports: int, mails: list[bytes], sessions: int, told: Callable[[bytes, str], None] = lambda _raw, _reply: None) -> Load:
    """Send every mail once over that many sessions at a time, which the ports share."""
    return asyncio.run(_send_all(ports, mails, sessions, told))


def send_at(rate: float, port: int, *, mails: list[bytes], sessions: int) -> Load:
    """Send every mail once, so many a second, however long the answers take; the sessions take turns."""
    return asyncio.run(_send_at(rate, port, mails, sessions))


async def _send_at(rate: float, port: int, mails: list[bytes], sessions: int) -> Load:
    load = Load()
    opened = [Session(port) for _ in range(sessions)]
    await asyncio.gather(*(session.open() for session in opened))
    begun = time.perf_counter()
    due = [(begun + number / rate, on_the_wire(raw)) for number, raw in enumerate(mails)]
    await asyncio.gather(*(_send_when_due(session, due[number::sessions], load) for number, session in enumerate(opened)))
    load.wall_s = time.perf_counter() - begun
    for session in opened:
        session.close()
    return load


async def _send_when_due(session: Session, due: list[tuple[float, bytes]], load: Load) -> None:
    for at, stuffed in due:
        await asyncio.sleep(at - time.perf_counter())
        load.note(*await session.send(stuffed))


async def _send_all(ports: Sequence[int], mails: list[bytes], sessions: int, told: Callable[[bytes, str], None]) -> Load:
    load = Load()
    waiting = iter([(raw, on_the_wire(raw)) for raw in mails])
    opened = [Session(port) for port in islice(cycle(ports), sessions)]
    await asyncio.gather(*(session.open() for session in opened))
    begun, begun_cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(_work(session, waiting, load, told) for session in opened))
    load.wall_s, load.own_cpu_s = time.perf_counter() - begun, time.process_time() - begun_cpu
    for session in opened:
        session.close()
    return load


async def _work(session: Session, waiting: Iterator[tuple[bytes, bytes]], load: Load, told: Callable[[bytes, str], None]) -> None:
    for raw, stuffed in waiting:
        reply, wait_s = await session.send(stuffed)
        load.note(reply, wait_s)
        told(raw, reply)
