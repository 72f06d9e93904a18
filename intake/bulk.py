"""Many mails at once: a window of them is with the workers, and what comes of them is told in the order given."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence

from config.settings import Settings, build_policy
from intake.answering import Answering
from intake.arrival import arrival_of
from intake.outside import lookups_of
from intake.pool import Pool, staffed_pool
from intake.progress import Progress
from intake.store import ready_store
from intake.telling import Telling
from parsers.submission import Submission
from routing.facts import Lookups
from storage.entry import Entry
from storage.recorded import Recorded
from storage.writer import Writer

_WINDOW_MAILS = 64
_WINDOW_BYTES = 67_108_864

_Result = tuple[Entry, Recorded]


async def submit_all(submissions: Iterable[Submission], settings: Settings, telling: Telling, progress: Progress) -> None:
    """Take in all of them.   Raises StorageError at the first that cannot be stored; those before it are."""
    policy = build_policy(settings)
    pool = staffed_pool(policy, settings.workers)
    await asyncio.gather(asyncio.to_thread(ready_store, settings.storage.url), pool.start())
    writer = Writer(settings.storage.url)
    writer.start()
    try:
        window = _Window(pool, lookups_of(settings), writer, telling, progress)
        window.answering = Answering(settings.storage.url, settings.limits)
        await window.take(submissions)
    finally:
        await pool.close()
        await asyncio.to_thread(writer.close)


class _Window:
    """The mails that are under way, oldest first."""

    def __init__(self, pool: Pool, lookups: Lookups, writer: Writer, telling: Telling, progress: Progress) -> None:
        self._pool = pool
        self._lookups = lookups
        self._writer = writer
        self._telling = telling
        self._progress = progress
        self.answering: Answering | None = None
        self._underway: deque[tuple[str, int, asyncio.Task[_Result]]] = deque()
        self._bytes = 0
        self._done = 0

    async def take(self, submissions: Iterable[Submission]) -> None:
        """Take in all of them."""
        try:
            for submission in submissions:
                self._start(submission)
                await asyncio.sleep(0)
                while len(self._underway) > _WINDOW_MAILS or self._bytes > _WINDOW_BYTES:
                    await self._finish_oldest()
            while self._underway:
                await self._finish_oldest()
        finally:
            for _, _, task in self._underway:
                task.cancel()

    def _start(self, submission: Submission) -> None:
        before = [task for _, _, task in self._underway]
        task = asyncio.get_running_loop().create_task(self._process(submission, before))
        self._underway.append((submission.name, len(submission.raw), task))
        self._bytes += len(submission.raw)

    async def _process(self, submission: Submission, before: Sequence[asyncio.Task[_Result]]) -> _Result:
        arrival = arrival_of(submission)
        if self.answering is not None and self.answering.refers(arrival):
            if before:
                await asyncio.wait(before)  # what it answers may be among them
            arrival = await self.answering.complete(arrival)
        entry = await self._pool.decide(arrival, self._lookups)
        return entry, await asyncio.wrap_future(self._writer.submit(entry))

    async def _finish_oldest(self) -> None:
        name, size, task = self._underway[0]
        entry, recorded = await task
        self._underway.popleft()
        self._bytes -= size
        self._done += 1
        self._telling.recorded(name, entry, recorded)
        self._progress.advance(size, self._done)
