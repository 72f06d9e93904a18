"""Work after the answer is claimed by one, and by another when that one dies."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from storage.engine import reading, writing
from storage.errands import DECIDE
from storage.outbox import Errand, add_errand, claim, finish, put_off
from storage.record import record
from storage.tables import OUTBOX
from tests.storage.entries import NOON, entry

LEASE = timedelta(minutes=1)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def received(engine: Engine, url: str) -> Engine:
    """A store with three submissions that wait for their verdict."""
    for number in range(3):
        record(url, entry(number, None))
    return engine


def claimed(engine: Engine, holder: str, *, minutes: int = 0, limit: int = 10) -> list[Errand]:
    with writing(engine) as connection:
        return list(claim(connection, DECIDE, holder=holder, now=LATER + timedelta(minutes=minutes), lease=LEASE, limit=limit))


def test_what_was_received_is_to_be_decided(received: Engine) -> None:
    assert [(one.kind, one.submission_id, one.attempts) for one in claimed(received, "a")] == [(DECIDE, number, 1) for number in (1, 2, 3)]


def test_nobody_claims_what_another_holds(received: Engine) -> None:
    assert [one.submission_id for one in claimed(received, "a", limit=2)] == [1, 2]
    assert [one.submission_id for one in claimed(received, "b")] == [3]
    assert claimed(received, "c") == []


def test_a_dead_holders_work_is_taken_over(received: Engine) -> None:
    claimed(received, "a")
    assert [one.attempts for one in claimed(received, "b", minutes=2)] == [2, 2, 2]


def test_what_is_done_is_done(received: Engine) -> None:
    first, *_ = claimed(received, "a")
    with writing(received) as connection:
        finish(connection, first, now=LATER)
    assert [one.submission_id for one in claimed(received, "b", minutes=2)] == [2, 3]


def test_what_failed_is_tried_again_when_it_is_due(received: Engine) -> None:
    first, *_ = claimed(received, "a")
    with writing(received) as connection:
        put_off(connection, first, until=LATER + timedelta(minutes=5), error="no answer\0")
    assert first.submission_id not in {one.submission_id for one in claimed(received, "b", minutes=2)}
    assert first.submission_id in {one.submission_id for one in claimed(received, "b", minutes=6)}
    with reading(received) as connection:
        assert connection.execute(select(OUTBOX.c.last_error).where(OUTBOX.c.id == first.id)).scalar() == "no answer�"


def test_kinds_are_kept_apart_and_nothing_is_early(received: Engine) -> None:
    with writing(received) as connection:
        add_errand(connection, "notice", 1, LATER + timedelta(days=1))
        assert claim(connection, "notice", holder="a", now=LATER, lease=LEASE) == ()
        assert len(claim(connection, "notice", holder="a", now=LATER + timedelta(days=1), lease=LEASE)) == 1


def test_many_nodes_share_the_work_without_doing_it_twice(received: Engine, url: str) -> None:
    for number in range(3, 30):
        record(url, entry(number, None))
    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(lambda name: claimed(received, name, limit=10), "abcd"))
    numbers = [one.submission_id for share in shares for one in share]
    assert len(numbers) == len(set(numbers))
    rest = claimed(received, "e", limit=100)
    assert sorted(numbers + [one.submission_id for one in rest]) == list(range(1, 31))
