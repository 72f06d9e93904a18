"""From a mail to its durable answer."""

import asyncio
from datetime import UTC, datetime

import pytest

from config.errors import StorageBusy
from intake.arrival import Arrival, arrival_of
from intake.reception import Reception
from parsers.submission import Door, Submission
from routing.lookups import FixedLookups
from tests.intake.running import HereDecider, MemoryWriter


def mail(body: bytes = b"") -> Arrival:
    return arrival_of(Submission(raw=b"Subject: x\r\n\r\n" + body, door=Door.SMTP, arrived_at=datetime.now(UTC)))


def reception(decider: HereDecider, writer: MemoryWriter, verdict_timeout_s: float = 5.0) -> Reception:
    return Reception(decider, FixedLookups({}), writer, verdict_timeout_s=verdict_timeout_s)


def test_a_caller_that_gives_up_does_not_stop_the_commit() -> None:
    async def run() -> int:
        decider, writer = HereDecider(), MemoryWriter()
        desk = reception(decider, writer)
        decider.may_decide.clear()
        caller = asyncio.ensure_future(desk.process(mail()))
        await asyncio.sleep(0.02)
        caller.cancel()
        decider.may_decide.set()
        await desk.finish()
        return len(writer.entries)

    assert asyncio.run(run()) == 1


def test_the_bytes_are_let_go_of() -> None:
    async def run() -> int:
        arrival = mail(b"x" * 1_000)
        await reception(HereDecider(), MemoryWriter()).process(arrival)
        return arrival.spool.size

    assert asyncio.run(run()) == 0


def test_a_failure_of_the_store_reaches_the_caller() -> None:
    async def run() -> None:
        await reception(HereDecider(), MemoryWriter(failure=StorageBusy("locked"))).process(mail())

    with pytest.raises(StorageBusy):
        asyncio.run(run())


def test_a_late_verdict_that_cannot_be_stored_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> list[object]:
        decider, writer = HereDecider(), MemoryWriter()
        desk = reception(decider, writer, verdict_timeout_s=0.02)
        decider.may_decide.clear()
        recorded = await desk.process(mail())
        writer.failure = StorageBusy("locked")
        decider.may_decide.set()
        await desk.finish()
        return [recorded.verdict, recorded.reference[0]]

    assert asyncio.run(run()) == [None, "S"]
    assert "a late verdict was not stored" in caplog.text


def test_large_mails_are_taken_one_by_one_and_small_ones_meanwhile() -> None:
    async def run() -> list[int]:
        decider, writer = HereDecider(), MemoryWriter()
        desk = reception(decider, writer)
        decider.may_decide.clear()
        large = [asyncio.ensure_future(desk.process(mail(b"%d" % number * 5_000_000))) for number in range(3)]
        small = asyncio.ensure_future(desk.process(mail()))
        await asyncio.sleep(0.05)
        sizes = [len(submission.raw) for submission in decider.taken]
        decider.may_decide.set()
        await asyncio.gather(*large, small)
        return sizes

    sizes = asyncio.run(run())
    assert sorted(size > 1_000_000 for size in sizes) == [False, True]
