"""The workers: they read and decide mails in processes of their own, which a mail may kill without harm to any other.

A mail goes to the next free worker, in turns by where it came from. A worker that takes long gets a spare beside it; one that
takes too long is killed. A mail that cost two workers their lives is held for a person.
"""

import asyncio
import importlib
import itertools
import logging
import os
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from config.policy import Policy
from config.sections import Workers
from intake.arrival import Arrival
from intake.frames import FrameError
from intake.hand import Hand, Job, Outcome, WorkerFailed, hire
from intake.nursery import Nursery, Upbringing, open_nursery
from intake.waiting import Waiting
from intake.worker import Share
from routing.facts import Lookups, Questions
from routing.verdict import Reason
from storage.entry import Entry

log = logging.getLogger(__name__)

_TRIES = 2
_WATCH_S = 0.25
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """How many workers, and for how long one may be at a mail before it gets a spare beside it, and before it is killed."""

    count: int = 2
    slow_s: float = 1.0
    wall_s: float = 15.0


class Pool:
    """Workers, and the mails that wait for them."""

    def __init__(self, upbringing: Upbringing, staff: Staff) -> None:
        self._upbringing = upbringing
        self._staff = staff
        self._nursery: Nursery | None = None
        self._hands: set[Hand] = set()
        self._idle: list[Hand] = []
        self._waiting: Waiting[Job] = Waiting()
        self._vacancy = asyncio.Event()
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """How many mails wait for a worker."""
        return len(self._waiting)

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Of the workers."""
        return tuple(hand.process_id for hand in self._hands)

    @property
    def nursery_id(self) -> int | None:
        """Of the process that the workers are forked from."""
        return self._nursery.process_id if self._nursery else None

    async def start(self) -> None:
        """Make the workers.   Raises OSError when they cannot be made."""
        self._nursery = await asyncio.to_thread(open_nursery, self._upbringing)
        for _ in range(self._staff.count):
            self._employ(await hire(self._nursery))
        self._spawn(self._keep_staffed())
        self._spawn(self._watch())

    async def close(self) -> None:
        """End all workers; what still waits is not decided."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._nursery is not None:
            await asyncio.to_thread(self._nursery.close)

    async def decide(self, arrival: Arrival, lookups: Lookups) -> Entry:
        """Have a mail read and decided, the facts gathered in between.

        A mail that the workers cannot take is held: there is always an entry.
        """
        job = Job(number=next(self._numbers), arrival=arrival, outcome=_future())
        outcome = await self._ask(job)
        if isinstance(outcome, Questions):
            job.facts = await lookups.gather(outcome)
            outcome = await self._ask(job)
        if isinstance(outcome, Entry):
            return outcome
        reason = outcome if isinstance(outcome, Reason) else Reason.WORKER_DIED
        return await asyncio.to_thread(self._held, arrival, reason)

    def _held(self, arrival: Arrival, reason: Reason) -> Entry:
        pipeline = importlib.import_module(self._upbringing.pipeline)  # not before it is needed: the listener does not parse
        entry: Entry = pipeline.held(arrival.submission, reason, self._upbringing.policy)
        return entry

    async def _ask(self, job: Job) -> Outcome:
        job.outcome = _future()
        self._offer(job)
        return await job.outcome

    def _offer(self, job: Job) -> None:
        """To the worker that has read it, else to any that is free, else it waits."""
        reader = job.reader
        if reader is not None and reader in self._hands and not reader.is_slow:
            if reader.offered is None:
                reader.inbox.append(job)
            else:
                self._give(reader, job)
            return
        job.reader = None
        free = next((hand for hand in reversed(self._idle) if not hand.is_gone), None)
        if free is not None:
            self._give(free, job)
        else:
            self._waiting.put(job, origin=job.arrival.origin, sender=job.arrival.envelope.mail_from)

    def _offer_again(self, job: Job) -> None:
        """A mail that had its turn already goes before those that wait."""
        job.reader = None
        self._waiting.put_first(job)
        free = next((hand for hand in reversed(self._idle) if not hand.is_gone), None)
        if free is not None:
            self._give(free, self._waiting.pop())

    def _give(self, hand: Hand, job: Job | None) -> None:
        if hand.offered is not None and not hand.offered.done():
            hand.offered.set_result(job)
        hand.offered = None
        self._idle.remove(hand)

    def _employ(self, hand: Hand) -> None:
        self._hands.add(hand)
        self._spawn(self._work(hand))

    async def _work(self, hand: Hand) -> None:
        """A worker's whole time with us."""
        try:
            while not hand.is_last and (job := await self._next_for(hand)) is not None:
                await self._have_done(hand, job)
        except (OSError, EOFError, FrameError) as error:
            self._mourn(hand, error)
        finally:
            self._dismiss(hand)

    async def _next_for(self, hand: Hand) -> Job | None:
        """The worker's next mail; None when the worker is not wanted any more, or has ended."""
        if hand.is_slow or hand.is_gone:
            return None
        if hand.inbox:
            return hand.inbox.popleft()
        while self._waiting:
            job = self._waiting.pop()
            if not job.outcome.done():
                return job
        hand.offered = asyncio.get_running_loop().create_future()
        self._idle.append(hand)
        return await hand.offered

    async def _have_done(self, hand: Hand, job: Job) -> None:
        try:
            outcome = await hand.ask(job)
        except WorkerFailed as error:
            log.error("reading %s failed: %s", job.arrival.submission.digest, error)
            outcome = Reason.WORKER_DIED
        if outcome is None:
            self._offer_again(job)
        elif not job.outcome.done():
            job.outcome.set_result(outcome)

    def _mourn(self, hand: Hand, error: Exception) -> None:
        """A worker has ended in the middle of a mail: another one tries it once more."""
        job = hand.job
        log.warning("worker %s %s: %s", hand.process_id, "was stopped" if hand.was_stopped else "ended", error)
        if job is None or job.outcome.done():
            return
        job.deaths += 1
        if job.deaths < _TRIES:
            self._offer_again(job)
        else:
            job.outcome.set_result(Reason.OVER_LIMITS if hand.was_stopped else Reason.WORKER_DIED)

    def _dismiss(self, hand: Hand) -> None:
        self._hands.discard(hand)
        if hand in self._idle:
            self._idle.remove(hand)
        hand.close()
        self._vacancy.set()
        self._reroute(hand)

    def _reroute(self, hand: Hand) -> None:
        """What a worker has read but cannot conclude soon is read by another."""
        while hand.inbox:
            self._offer_again(hand.inbox.popleft())

    async def _watch(self) -> None:
        """Give slow workers a spare, stop those that are at a mail for too long, and notice those that ended while idle."""
        while True:
            await asyncio.sleep(_WATCH_S)
            for hand in tuple(self._hands):
                if hand.busy_s > self._staff.wall_s:
                    hand.stop()
                elif hand.busy_s > self._staff.slow_s and not hand.is_slow:
                    hand.slow_down()
                    self._reroute(hand)
                    self._vacancy.set()
                elif hand.offered is not None and hand.is_gone:
                    self._give(hand, None)

    async def _keep_staffed(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while True:
            await self._vacancy.wait()
            if len(self._hands) >= self._wanted:
                self._vacancy.clear()
                continue
            try:
                self._employ(await self._hire())
                pause_s = _FIRST_PAUSE_S
            except (OSError, EOFError, FrameError) as error:
                log.error("no worker could be made: %s", error)
                await self._leave_nursery()
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    @property
    def _wanted(self) -> int:
        slow = sum(hand.is_slow for hand in self._hands)
        return self._staff.count + min(slow, self._staff.count)

    async def _hire(self) -> Hand:
        if self._nursery is None:
            self._nursery = await asyncio.to_thread(open_nursery, self._upbringing)
        return await hire(self._nursery)

    async def _leave_nursery(self) -> None:
        nursery, self._nursery = self._nursery, None
        if nursery is not None:
            await asyncio.to_thread(nursery.close)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def staffed_pool(policy: Policy, workers: Workers) -> Pool:
    """The pool that the settings ask for; not started yet."""
    count = workers.count or len(os.sched_getaffinity(0))
    share = Share(cpu_s=workers.cpu_s, memory_bytes=workers.memory_bytes)
    return Pool(Upbringing(policy=policy, share=share), Staff(count=count, wall_s=workers.wall_s))


def _future() -> asyncio.Future[Outcome]:
    return asyncio.get_running_loop().create_future()
