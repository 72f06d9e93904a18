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
from intake.hand import Hand, Job, Outcome, hire
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
        self.deaths = 0  # of workers, at a mail

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
            self._employ(await hire(self._nursery, self))
        self._spawn(self._keep_staffed())
        self._spawn(self._watch())

    async def close(self) -> None:
        """End all workers; what still waits is not decided."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for hand in tuple(self._hands):
            hand.close()
        await asyncio.sleep(0)
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
            if reader in self._idle:
                self._idle.remove(reader)
                reader.give(job)
            else:
                reader.inbox.append(job)
            return
        job.reader = None
        if self._idle:
            self._idle.pop().give(job)
        else:
            self._waiting.put(job, origin=job.arrival.origin, sender=job.arrival.envelope.mail_from)

    def _offer_again(self, job: Job) -> None:
        """A mail that had its turn already goes before those that wait."""
        job.reader = None
        if self._idle:
            self._idle.pop().give(job)
        else:
            self._waiting.put_first(job)

    def _employ(self, hand: Hand) -> None:
        self._hands.add(hand)
        self._give_next(hand)

    def _give_next(self, hand: Hand) -> None:
        job = hand.inbox.popleft() if hand.inbox else self._next()
        if job is not None:
            hand.give(job)
        else:
            self._idle.append(hand)

    def _next(self) -> Job | None:
        """The next mail that somebody still waits for."""
        while self._waiting:
            job = self._waiting.pop()
            if not job.outcome.done():
                return job
        return None

    def answered(self, hand: Hand, job: Job, outcome: Outcome | None) -> None:
        """A worker is free again; one that was slow, or has done its share, is let go."""
        if outcome is None:
            self._offer_again(job)
        elif not job.outcome.done():
            job.outcome.set_result(outcome)
        if hand.is_last or hand.is_slow:
            hand.close()
        else:
            self._give_next(hand)

    def ended(self, hand: Hand) -> None:
        """A worker is gone: its mail is tried once more by another, and another takes its place."""
        self._hands.discard(hand)
        if hand in self._idle:
            self._idle.remove(hand)
        if hand.job is not None:
            self._mourn(hand, hand.job)
        self._reroute(hand)
        self._vacancy.set()

    def _mourn(self, hand: Hand, job: Job) -> None:
        log.warning("worker %s %s at %s", hand.process_id, "was stopped" if hand.was_stopped else "ended", job.arrival.submission.digest)
        job.deaths += 1
        self.deaths += 1
        if job.deaths < _TRIES:
            self._offer_again(job)
        elif not job.outcome.done():
            job.outcome.set_result(Reason.OVER_LIMITS if hand.was_stopped else Reason.WORKER_DIED)

    def _reroute(self, hand: Hand) -> None:
        """What a worker has read but cannot conclude soon is read by another."""
        while hand.inbox:
            self._offer_again(hand.inbox.popleft())

    async def _watch(self) -> None:
        """Give slow workers a spare, and stop those that are at a mail for too long."""
        while True:
            await asyncio.sleep(_WATCH_S)
            for hand in tuple(self._hands):
                if hand.busy_s > self._staff.wall_s:
                    hand.stop()
                elif hand.busy_s > self._staff.slow_s and not hand.is_slow:
                    hand.slow_down()
                    self._reroute(hand)
                    self._vacancy.set()

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
        return await hire(self._nursery, self)

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
