"""A letter is written once, its recipient hears at most once a day from a machine, and nothing that failed is out of sight."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, text

from config.errors import StorageError
from routing.verdict import Reason
from storage.engine import reading, writing
from storage.errands import DECIDE, NOTICE
from storage.notices import (
    NoticeKind,
    NoticeState,
    Written,
    dead_notices,
    end_notice,
    notices_of,
    open_notices,
    order_notice,
    revive_notice,
    withhold_automatic,
    write_automatic,
    write_ordered,
)
from storage.outbox import claim
from storage.record import record
from storage.tables import OUTBOX
from tests.storage.entries import NOON, entry

LETTER = Written(recipient="Reporter@Reporter.example", subject="[R-1]", body="Hello", message_id="<1@example-host.jp>")
REFUSAL = NoticeKind.REFUSAL


@pytest.fixture
def recorded(engine: Engine, url: str) -> Engine:
    """A store with three refusals that leave an errand."""
    for number in range(3):
        record(url, replace(entry(number), errands=(NOTICE,)))
    return engine


def written(engine: Engine, submission_id: int, *, hours: float = 0, letter: Written = LETTER) -> NoticeState | None:
    with writing(engine) as connection:
        return write_automatic(connection, submission_id, REFUSAL, letter, at=NOON + timedelta(hours=hours))


def test_the_errand_is_left_in_the_transaction_of_the_verdict(recorded: Engine) -> None:
    with writing(recorded) as connection:
        errands = claim(connection, NOTICE, holder="a", now=NOON + timedelta(hours=1), lease=timedelta(minutes=1))
    assert [one.submission_id for one in errands] == [1, 2, 3]


def test_a_late_verdict_ends_the_errand_to_decide_and_leaves_its_own(engine: Engine, url: str) -> None:
    record(url, entry(1, None))
    record(url, replace(entry(1, Reason.OUT_OF_NETWORK), errands=(NOTICE,)))
    with reading(engine) as connection:
        rows = connection.execute(select(OUTBOX.c.kind, OUTBOX.c.done_at).order_by(OUTBOX.c.id)).all()
    assert [(row.kind, row.done_at is None) for row in rows] == [(DECIDE, False), (NOTICE, True)]


def test_a_repeat_leaves_no_errand(recorded: Engine, url: str) -> None:
    record(url, replace(entry(1), errands=(NOTICE,)))
    with reading(recorded) as connection:
        assert len(connection.execute(select(OUTBOX.c.id)).all()) == 3


def test_a_submission_is_answered_once(recorded: Engine) -> None:
    assert written(recorded, 1) is NoticeState.READY
    assert written(recorded, 1, hours=48) is None


@pytest.mark.parametrize("hours, state", [(23.9, NoticeState.WITHHELD), (24.1, NoticeState.READY)])
def test_an_address_is_answered_once_a_day(recorded: Engine, hours: float, state: NoticeState) -> None:
    written(recorded, 1)
    again = replace(LETTER, recipient="reporter@reporter.EXAMPLE")
    assert written(recorded, 2, hours=hours, letter=again) is state


def test_another_address_is_answered_the_same_day(recorded: Engine) -> None:
    written(recorded, 1)
    assert written(recorded, 2, letter=replace(LETTER, recipient="other@reporter.example")) is NoticeState.READY


def test_what_was_withheld_does_not_count(recorded: Engine) -> None:
    with writing(recorded) as connection:
        withhold_automatic(connection, 1, REFUSAL, LETTER.recipient, "nobody vouches for it", at=NOON)
        (kept,) = notices_of(connection, 1)
    assert (kept["state"], kept["because"]) == ("withheld", "nobody vouches for it")
    assert written(recorded, 2) is NoticeState.READY


def test_what_a_person_orders_is_written_and_sent_whatever_was_sent_that_day(recorded: Engine) -> None:
    written(recorded, 1)
    with writing(recorded) as connection:
        assert order_notice(connection, 2, NoticeKind.REPORT_BACK, recipient=LETTER.recipient, note="They took it down.", at=NOON)
        assert not order_notice(connection, 2, NoticeKind.REPORT_BACK, recipient=LETTER.recipient, note="Again.", at=NOON)
        (ordered,) = open_notices(connection, 2)
        write_ordered(connection, ordered.id, LETTER)
        (ready,) = open_notices(connection, 2)
    assert (ready.state, ready.body, ready.note) == (NoticeState.READY, "Hello", "They took it down.")


def test_a_dead_letter_is_seen_and_can_be_tried_again(recorded: Engine) -> None:
    written(recorded, 1)
    with writing(recorded) as connection:
        (notice,) = open_notices(connection, 1)
        end_notice(connection, notice.id, NoticeState.DEAD, because="550 no such user", at=NOON)
        assert [one["because"] for one in dead_notices(connection)] == ["550 no such user"]
        assert revive_notice(connection, notice.id, at=NOON)
        assert not revive_notice(connection, notice.id, at=NOON)
        assert dead_notices(connection) == []
        assert len(open_notices(connection, 1)) == 1


def test_two_letters_of_a_kind_are_refused_by_the_database(recorded: Engine) -> None:
    written(recorded, 1)
    columns = "submission_id, kind, recipient, state, because, note, subject, body, message_id, created_at"
    again = text(f"INSERT INTO notice ({columns}) SELECT {columns} FROM notice")
    with pytest.raises(StorageError), writing(recorded) as connection:
        connection.execute(again)
