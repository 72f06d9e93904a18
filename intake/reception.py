"""From a mail that has come in at a door to its durable answer: decide, record, and answer in time.

Whoever waits for the answer may leave; what was begun is finished all the same, so that a commit is never half done.
"""

import asyncio
import logging
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, Protocol

from intake.answering import Answering
from intake.arrival import Arrival
from parsers.submission import Submission
from routing.answer import Answer
from routing.facts import Lookups
from storage.entry import Entry, undecided_entry
from storage.recorded import Recorded

log = logging.getLogger(__name__)

_LARGE_BYTES = 4_194_304
_WORDS = "[received] Thank you; your report is stored and will be decided ({reference})"
_RECEIVED = Answer(code=250, enhanced="2.0.0", exit=0, lines=(_WORDS,))


class Decider(Protocol):
    """Whoever reads and decides mails: the pool of workers."""

    @property
    def waiting(self) -> int:
        """How many mails wait."""
        ...

    async def decide(self, arrival: Arrival, lookups: Lookups) -> Entry:
        """Decide a mail; what cannot be decided is held."""
        ...


class Writer(Protocol):
    """Whoever makes entries durable."""

    def submit(self, entry: Entry) -> "Future[Recorded]":
        """Make an entry durable; the future raises StorageError and its kin."""
        ...


class Reception:
    """Takes mails in.

    verdict_timeout_s: after this a mail is stored undecided and the decision follows.   answering: finds what a mail answers.
    """

    def __init__(
        self,
        decider: Decider,
        lookups: Lookups,
        writer: Writer,
        *,
        verdict_timeout_s: float,
        max_waiting: int = 1_000,
        answering: Answering | None = None,
    ) -> None:
        self._decider = decider
        self._lookups = lookups
        self._writer = writer
        self._verdict_timeout_s = verdict_timeout_s
        self._max_waiting = max_waiting
        self._answering = answering
        self._tasks: set[asyncio.Task[Recorded]] = set()
        self._large = asyncio.Lock()

    @property
    def is_full(self) -> bool:
        """Whether more mails wait than may."""
        return self._decider.waiting >= self._max_waiting

    async def process(self, arrival: Arrival) -> Recorded:
        """Decide and record a mail, and let go of its bytes.   Cancelling the call leaves the work running.

        Raises StorageError and its kin when it could not be made durable.
        """
        settling = self._spawn(self._settle(arrival))
        await asyncio.wait((settling,), timeout=self._verdict_timeout_s)
        if settling.done():
            return settling.result()
        settling.add_done_callback(_log_failure)
        return await asyncio.shield(self._spawn(self._receive(arrival.submission)))  # read at once: its bytes go with the verdict

    async def settle(self, arrival: Arrival) -> None:
        """Decide a mail that is stored already.   Raises StorageError and its kin."""
        await self._settle(arrival)

    async def finish(self) -> None:
        """Wait until nothing that was taken in is undone."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _settle(self, arrival: Arrival) -> Recorded:
        """Large mails are taken one by one: their bytes are in memory between the decision and the commit."""
        try:
            if arrival.spool.size < _LARGE_BYTES:
                return await self._decide(arrival)
            async with self._large:
                return await self._decide(arrival)
        finally:
            arrival.spool.drop()

    async def _decide(self, arrival: Arrival) -> Recorded:
        if self._answering is not None:
            arrival = await self._answering.complete(arrival)
        return await self._write(await self._decider.decide(arrival, self._lookups))

    async def _receive(self, submission: Submission) -> Recorded:
        """Store a mail without its verdict, which follows."""
        return await self._write(await asyncio.to_thread(undecided_entry, submission, answer=_RECEIVED))

    async def _write(self, entry: Entry) -> Recorded:
        return await asyncio.wrap_future(self._writer.submit(entry))

    def _spawn(self, work: Coroutine[Any, Any, Recorded]) -> "asyncio.Task[Recorded]":
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _log_failure(settling: "asyncio.Task[Recorded]") -> None:
    """A verdict that came late and was not stored: the errand that was left with the mail is done later."""
    if not settling.cancelled() and settling.exception() is not None:
        log.error("a late verdict was not stored", exc_info=settling.exception())
