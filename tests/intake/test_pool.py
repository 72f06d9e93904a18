"""Workers: what a mail can do to them, and what it cannot."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from config.policy import Policy
from intake.arrival import Arrival, arrival_of
from intake.nursery import Upbringing
from intake.pool import Pool, Staff
from intake.spool import Spool
from intake.worker import Share
from parsers.submission import Door, Envelope, Submission
from routing.facts import Facts, HostAnswer, Known, Questions
from routing.lookups import FixedLookups
from routing.verdict import Reason
from storage.entry import Entry
from storage.evidence import open_evidence

T = TypeVar("T")
FIXED = FixedLookups({})
SMALL = Share(cpu_s=1, memory_bytes=268_435_456)


def mail(do: str = "", *, body: bytes = b"", sender: str = "a@example.com") -> Arrival:
    raw = b"X-Do: " + do.encode() + b"\r\n\r\n" + body
    return arrival_of(Submission(raw=raw, door=Door.SMTP, arrived_at=datetime.now(UTC), envelope=Envelope(mail_from=sender)))


def with_pool(
    work: Callable[[Pool], Awaitable[T]], *, share: Share = SMALL, count: int = 1, slow_s: float = 5.0, wall_s: float = 10.0
) -> T:
    """Do something with workers that run the stub pipeline."""

    async def run() -> T:
        upbringing = Upbringing(policy=Policy(), share=share, pipeline="tests.intake.stub_pipeline")
        pool = Pool(upbringing, Staff(count=count, slow_s=slow_s, wall_s=wall_s))
        await pool.start()
        try:
            return await asyncio.wait_for(work(pool), 60)
        finally:
            await pool.close()

    return asyncio.run(run())


async def decide(pool: Pool, *dos: str) -> list[Entry]:
    """Decide mails one after the other."""
    return [await pool.decide(mail(do), FIXED) for do in dos]


# The ordinary way.


def test_a_mail_is_decided_and_its_bytes_are_evidence() -> None:
    arrival = mail(body=b"x" * 100_000)
    entry = with_pool(lambda pool: pool.decide(arrival, FIXED))
    assert entry.reason is Reason.SENDER_IN_NETWORK
    assert open_evidence(entry.frame, sha256=entry.sha256, raw_bytes=entry.raw_bytes) == arrival.spool.read()


def test_a_mail_in_a_file_is_decided_as_well(tmp_path: Path) -> None:
    async def work(pool: Pool) -> tuple[Entry, bytes]:
        spool = Spool(tmp_path)
        for number in range(40):
            await spool.write(b"%d" % number * 100_000)
        assert spool.file() is not None
        arrival = Arrival(spool=spool, door=Door.SMTP, arrived_at=datetime.now(UTC))
        entry = await pool.decide(arrival, FIXED)
        spool.drop()
        return entry, open_evidence(entry.frame, sha256=entry.sha256, raw_bytes=entry.raw_bytes)

    _, raw = with_pool(work)
    assert raw == b"".join(b"%d" % number * 100_000 for number in range(40))


class Answers:
    """Look-ups that take their time, and count."""

    def __init__(self, wait_s: float = 0.0) -> None:
        self.asked: list[Questions] = []
        self._wait_s = wait_s

    async def gather(self, questions: Questions) -> Facts:
        self.asked.append(questions)
        await asyncio.sleep(self._wait_s)
        return Facts(hosts={host: HostAnswer(known=Known.FOUND) for host in questions.hosts})


def test_what_a_mail_asks_is_looked_up_outside_the_worker() -> None:
    answers = Answers()
    entry = with_pool(lambda pool: pool.decide(mail("ask www.shop.example"), answers))
    assert answers.asked == [Questions(hosts=("www.shop.example",))]
    assert entry.reason is Reason.LINK_IN_NETWORK


def test_a_worker_reads_others_while_the_look_ups_run() -> None:
    async def work(pool: Pool) -> list[Entry]:
        answers = Answers(0.2)
        mails = [mail(f"ask {number}.example") for number in range(20)]
        return await asyncio.gather(*(pool.decide(one, answers) for one in mails))

    started = time.monotonic()
    entries = with_pool(work)
    assert {entry.reason for entry in entries} == {Reason.LINK_IN_NETWORK}
    assert time.monotonic() - started < 20 * 0.2


def test_what_a_worker_has_read_when_it_dies_is_read_again() -> None:
    async def work(pool: Pool) -> list[Entry]:
        answers = Answers(0.3)
        asking = asyncio.ensure_future(pool.decide(mail("ask www.shop.example"), answers))
        while not answers.asked:
            await asyncio.sleep(0.01)
        return [await pool.decide(mail("die"), FIXED), await asking]

    assert [entry.reason for entry in with_pool(work)] == [Reason.WORKER_DIED, Reason.LINK_IN_NETWORK]


# Mails that harm.


@pytest.mark.parametrize(
    "do, reason",
    [("die", Reason.WORKER_DIED), ("raise", Reason.WORKER_DIED), ("memory", Reason.OVER_LIMITS), ("hang", Reason.OVER_LIMITS)],
)
def test_a_mail_that_cannot_be_read_is_held_and_the_next_is_not(do: str, reason: Reason) -> None:
    held, after = with_pool(lambda pool: decide(pool, do, ""))
    assert (held.reason, after.reason) == (reason, Reason.SENDER_IN_NETWORK)
    assert open_evidence(held.frame, sha256=held.sha256, raw_bytes=held.raw_bytes).startswith(b"X-Do: " + do.encode())


def test_a_mail_that_takes_too_long_is_tried_twice_and_held() -> None:
    held, after = with_pool(lambda pool: decide(pool, "sleep 60", ""), wall_s=0.3)
    assert (held.reason, after.reason) == (Reason.OVER_LIMITS, Reason.SENDER_IN_NETWORK)


def test_a_mail_that_cost_one_worker_gets_a_second(tmp_path: Path) -> None:
    marker = tmp_path / "enough"

    async def work(pool: Pool) -> Entry:
        deciding = asyncio.ensure_future(pool.decide(mail(f"die-until {marker}"), FIXED))
        while pool.process_ids:
            await asyncio.sleep(0)
        marker.touch()
        return await deciding

    assert with_pool(work).subject == "survived"


def test_others_do_not_wait_for_a_slow_mail() -> None:
    async def work(pool: Pool) -> tuple[list[Entry], bool]:
        slow = asyncio.ensure_future(pool.decide(mail("sleep 1.5"), FIXED))
        await asyncio.sleep(0.05)
        entries = await asyncio.gather(*(pool.decide(mail(), FIXED) for _ in range(10)))
        was_done = slow.done()
        await slow
        return entries, was_done

    entries, was_done = with_pool(work, slow_s=0.2)
    assert {entry.reason for entry in entries} == {Reason.SENDER_IN_NETWORK}
    assert not was_done


@pytest.mark.parametrize("what", ["socket", "fork", "run", "write", "library"])
def test_a_worker_reaches_nothing(what: str) -> None:
    (entry,) = with_pool(lambda pool: decide(pool, f"attempt {what}"))
    assert entry.subject in ("PermissionError", "OSError")


# Workers that come and go.


def test_a_worker_is_replaced_after_its_share_of_mails() -> None:
    entries = with_pool(lambda pool: decide(pool, *["who"] * 5), share=Share(mails=2))
    assert len({entry.subject for entry in entries}) == 3


def test_killing_every_worker_again_and_again_loses_nothing() -> None:
    async def work(pool: Pool) -> list[Entry]:
        deciding = [asyncio.ensure_future(pool.decide(mail("sleep 0.02"), FIXED)) for _ in range(30)]
        while not all(task.done() for task in deciding):
            await asyncio.sleep(0.05)
            for process_id in pool.process_ids:
                os.kill(process_id, signal.SIGKILL)
        return [await task for task in deciding]

    entries = with_pool(work, count=2)
    assert {entry.reason for entry in entries} <= {Reason.SENDER_IN_NETWORK, Reason.WORKER_DIED}
    assert len(entries) == 30


def test_the_workers_parent_can_be_lost_too() -> None:
    async def work(pool: Pool) -> Entry:
        assert pool.nursery_id is not None
        os.kill(pool.nursery_id, signal.SIGKILL)
        return await pool.decide(mail(), FIXED)

    assert with_pool(work).reason in (Reason.SENDER_IN_NETWORK, Reason.WORKER_DIED)


def test_nothing_is_left_behind() -> None:
    async def work(pool: Pool) -> tuple[int, ...]:
        await decide(pool, "die", "")
        assert pool.nursery_id is not None
        return (*pool.process_ids, pool.nursery_id)

    for process_id in with_pool(work):
        with pytest.raises(ProcessLookupError):
            os.kill(process_id, 0)


def test_workers_that_cannot_begin_are_noticed_at_the_start(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(OSError, match="did not start"):
        asyncio.run(Pool(Upbringing(policy=Policy(), pipeline="no.such.pipeline"), Staff()).start())
    assert "No module named 'no'" in capfd.readouterr().err
