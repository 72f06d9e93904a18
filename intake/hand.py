"""One worker as the listener sees it: a line to it, what it is busy with, and since when."""

import asyncio
import contextlib
import logging
import os
import time
from collections import deque
from dataclasses import dataclass
from typing import IO, Protocol

from intake.arrival import Arrival
from intake.frames import Frame, FrameError, FrameReader, Kind, pack, with_bulk
from intake.nursery import Nursery
from routing.facts import Facts, Questions
from routing.verdict import Reason
from storage.entry import Entry

log = logging.getLogger(__name__)

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


class Employer(Protocol):
    """Whoever gives the worker its mails."""

    def answered(self, hand: "Hand", job: Job, outcome: Outcome | None) -> None:
        """The worker has said its word on a mail; None: it must be given the mail again.   It is free for the next."""
        ...

    def ended(self, hand: "Hand") -> None:
        """The worker is gone; its job is what it was busy with, if anything."""
        ...


class Hand(asyncio.Protocol):
    """A worker.   inbox: mails that it has read and whose facts have come meanwhile; they go first."""

    def __init__(self, nursery: Nursery, employer: Employer) -> None:
        self._nursery = nursery
        self._employer = employer
        self._frames = FrameReader()
        self._transport: asyncio.Transport | None = None
        self._since = 0.0
        self._sending: asyncio.Future[None] | None = None
        self.began: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.process_id = 0
        self.inbox: deque[Job] = deque()
        self.job: Job | None = None
        self.is_last = False
        self.is_slow = False
        self.was_stopped = False

    @property
    def busy_s(self) -> float:
        """For how long it has been busy with its mail."""
        return time.monotonic() - self._since if self.job else 0.0

    def give(self, job: Job) -> None:
        """Have the worker's next word on a mail."""
        self.job, self._since = job, time.monotonic()
        spool = job.arrival.spool
        self._frames.most_bytes = spool.size + _FRAME_SLACK
        if job.reader is self:
            self._write(pack(Kind.CONCLUDE, (job.number, job.facts)))
            return
        head = pack(Kind.EXAMINE, (job.number, job.arrival.head, job.facts), body_bytes=spool.size)
        file = spool.file()
        if file is None:
            self._write(head + spool.read())
        else:
            self._write(head)
            self._sending = asyncio.ensure_future(self._send_file(file))

    def slow_down(self) -> None:
        """Let others go first: this one has been at its mail for long."""
        self.is_slow = True
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.process_id, _SLOW_NICENESS)

    def stop(self) -> None:
        """Kill the worker; the employer hears that it has ended."""
        self.was_stopped = True
        self._nursery.bury(self.process_id)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """There is a line."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Something was said."""
        try:
            frame = self._frames.feed(data)
            if frame is not None:
                self._hear(frame)
        except FrameError as error:
            log.error("worker %s is not to be believed: %s", self.process_id, error)
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """The worker has ended, or was hung up on."""
        if self.process_id:
            self._nursery.bury(self.process_id)
            self._employer.ended(self)
        elif not self.began.done():
            self.began.set_exception(exc or EOFError("a worker ended before it began"))

    def _write(self, frame: bytes) -> None:
        if self._transport is not None:
            self._transport.write(frame)

    async def _send_file(self, file: IO[bytes]) -> None:
        with contextlib.suppress(OSError, RuntimeError):  # when the worker ends meanwhile, the employer hears of it
            if self._transport is not None:
                await asyncio.get_running_loop().sendfile(self._transport, file)

    def _hear(self, frame: Frame) -> None:
        job, self.job = self.job, None
        if job is not None:
            self.is_last = frame.is_last
            self._employer.answered(self, job, self._outcome(job, frame))
        elif frame.kind is Kind.READY and isinstance(frame.value, int) and not self.process_id:
            self.process_id = frame.value
            self.began.set_result(None)
        else:
            raise FrameError(f"{frame.kind.name} out of turn")

    def _outcome(self, job: Job, frame: Frame) -> Outcome | None:
        value = frame.value
        job.reader = self if frame.kind is Kind.QUESTIONS else None
        if frame.kind is Kind.ENTRY and isinstance(value, Entry):
            return with_bulk(value, frame.body)
        if frame.kind is Kind.QUESTIONS and isinstance(value, Questions):
            return value
        if frame.kind is Kind.FAILED:
            log.error("reading %s failed: %s", job.arrival.submission.digest, value)
            return Reason.WORKER_DIED
        if frame.kind is Kind.OVER_LIMITS:
            return Reason.OVER_LIMITS
        if frame.kind is Kind.FORGOTTEN:
            return None
        self.job = job
        raise FrameError(f"{frame.kind.name} is not an answer")


async def hire(nursery: Nursery, employer: Employer) -> Hand:
    """Have a worker made.   Raises OSError or EOFError when the nursery is gone or the worker ended at once."""
    loop = asyncio.get_running_loop()
    _, hand = await loop.create_unix_connection(lambda: Hand(nursery, employer), sock=nursery.bear())
    await hand.began
    return hand
