"""One worker as the listener sees it: a line to it, what it is busy with, and since when."""

import asyncio
import contextlib
import io
import os
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from intake.arrival import Arrival
from intake.frames import HEADER, FrameError, Kind, pack, unpack_header, unpack_value, with_bulk
from intake.nursery import Nursery
from routing.facts import Facts, Questions
from routing.verdict import Reason
from storage.entry import Entry

_LINE_BYTES = 1_048_576
_FRAME_SLACK = 65_536  # a mail that does not compress gets a little longer
_SLOW_NICENESS = 15

Outcome = Questions | Entry | Reason


@dataclass(slots=True, eq=False)
class Job:
    """A mail on its way through the workers.

    facts: None until they were gathered.   reader: the worker that has read it and keeps what it read.   deaths: workers it has cost.
    """

    number: int
    arrival: Arrival
    outcome: asyncio.Future[Outcome]
    facts: Facts | None = None
    reader: "Hand | None" = None
    deaths: int = 0


class Hand:
    """A worker.   inbox: mails that it has read and whose facts have come meanwhile; they go first."""

    def __init__(self, nursery: Nursery, streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], process_id: int) -> None:
        self._nursery = nursery
        self._reader, self._writer = streams
        self.process_id = process_id
        self.inbox: deque[Job] = deque()
        self.offered: asyncio.Future[Job | None] | None = None
        self.job: Job | None = None
        self.is_last = False
        self.is_slow = False
        self.was_stopped = False
        self._since = 0.0

    @property
    def is_gone(self) -> bool:
        """Whether the worker has ended."""
        return self._reader.at_eof()

    @property
    def busy_s(self) -> float:
        """For how long it has been busy with its mail."""
        return time.monotonic() - self._since if self.job else 0.0

    async def ask(self, job: Job) -> Outcome | None:
        """Have the worker's next word on a mail; None when it must be given the mail again.

        Raises OSError, EOFError and FrameError when the worker ended or spoke out of turn.
        """
        self.job, self._since = job, time.monotonic()
        await self._send(job)
        kind, value, body = await self._receive(job.arrival.spool.size + _FRAME_SLACK)
        self.job = None
        return self._outcome(job, kind, value, body)

    def slow_down(self) -> None:
        """Let others go first: this one has been at its mail for long."""
        self.is_slow = True
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.process_id, _SLOW_NICENESS)

    def stop(self) -> None:
        """Kill the worker; whoever waits for its word hears that it has ended."""
        self.was_stopped = True
        self._nursery.bury(self.process_id)

    def close(self) -> None:
        """Hang up, and make sure that nothing remains."""
        self._writer.close()
        self._nursery.bury(self.process_id)

    async def _send(self, job: Job) -> None:
        if job.reader is self:
            self._writer.write(pack(Kind.CONCLUDE, (job.number, job.facts)))
            return
        arrival = job.arrival
        head = pack(Kind.EXAMINE, (job.number, arrival.head, job.facts), body_bytes=arrival.spool.size)
        file = arrival.spool.file()
        if file is None:
            self._writer.write(head + arrival.spool.read())
        else:
            self._writer.write(head)
            await asyncio.get_running_loop().sendfile(self._writer.transport, file)
        await self._writer.drain()

    async def _receive(self, most_bytes: int) -> tuple[Kind, Any, bytes]:
        kind, self.is_last, value_bytes, body_bytes = unpack_header(await self._reader.readexactly(HEADER.size))
        if body_bytes > most_bytes:
            raise FrameError(f"{body_bytes} bytes for a mail")
        value = unpack_value(await self._reader.readexactly(value_bytes))
        return kind, value, await self._body(body_bytes)

    async def _body(self, size: int) -> bytes:
        """A large one is not held twice."""
        if size <= _LINE_BYTES:
            return await self._reader.readexactly(size)
        body = io.BytesIO()
        while (missing := size - body.tell()) > 0:
            body.write(await self._reader.readexactly(min(missing, _LINE_BYTES)))
        return body.getvalue()

    def _outcome(self, job: Job, kind: Kind, value: Any, body: bytes) -> Outcome | None:
        job.reader = self if kind is Kind.QUESTIONS else None
        if kind is Kind.ENTRY and isinstance(value, Entry):
            return with_bulk(value, body)
        if kind is Kind.QUESTIONS and isinstance(value, Questions):
            return value
        if kind is Kind.FAILED:
            raise WorkerFailed(str(value))
        if kind is Kind.OVER_LIMITS:
            return Reason.OVER_LIMITS
        if kind is Kind.FORGOTTEN:
            return None
        raise FrameError(f"{kind.name} is not an answer")


class WorkerFailed(Exception):
    """Reading a mail raised an exception; the message is its traceback.   The worker itself goes on."""


async def hire(nursery: Nursery) -> Hand:
    """Have a worker made.   Raises OSError or EOFError when the nursery is gone or the worker ended at once."""
    reader, writer = await asyncio.open_unix_connection(sock=nursery.bear(), limit=_LINE_BYTES)
    try:
        return Hand(nursery, (reader, writer), await _first_word(reader))
    except (OSError, EOFError, FrameError):
        writer.close()
        raise


async def _first_word(reader: asyncio.StreamReader) -> int:
    kind, _, value_bytes, _ = unpack_header(await reader.readexactly(HEADER.size))
    process_id = unpack_value(await reader.readexactly(value_bytes))
    if kind is not Kind.READY or not isinstance(process_id, int):
        raise FrameError("a worker began without a word")
    return process_id
