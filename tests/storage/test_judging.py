"""A person overrules a verdict: a case opens, the verdict stays on record, and it is known who did it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select

from config.events import Event
from routing.verdict import Reason
from storage.audit import Act, verify
from storage.case_queries import show_case
from storage.engine import reading, writing
from storage.finding import NoSuchReference
from storage.judging import dismiss, reopen
from storage.queries import show_submission
from storage.record import record
from storage.reference import letters_of
from storage.states import IllegalStep
from storage.tables import AUDIT, CASE
from tests.storage.entries import entry, report_entry

ACT = Act(actor="ann", note="it was ours", at=datetime(2026, 8, 4, tzinfo=UTC))
OURS = Reason.SENDER_IN_NETWORK


def test_reopening_opens_a_case_and_keeps_the_verdict(engine: Engine, url: str) -> None:
    one = entry(1)
    refused = record(url, one)
    with writing(engine) as connection:
        reference = reopen(connection, refused.reference, ACT)
    assert reference == f"C-{letters_of(one.digest)}"
    with reading(engine) as connection:
        whole, case = show_submission(connection, refused.reference), show_case(connection, reference)
        line = connection.execute(select(AUDIT)).one()
        assert verify(connection).damaged is None
    assert whole is not None
    assert case is not None
    assert (whole.submission["state"], whole.submission["verdict"], whole.cases) == ("reopened", "rejected", (reference,))
    assert [(step["actor"], step["note"], step["to_state"]) for step in whole.history] == [("ann", "it was ours", "reopened")]
    assert (case.case["case_key"], case.case["submissions"]) == ("spam|address|198.51.100.7", 1)
    assert (line.action, line.actor, line.subject) == ("submission-reopened", "ann", refused.reference)


def test_reopening_joins_the_case_that_is_open(engine: Engine, url: str) -> None:
    ours = replace(report_entry(Reason.CLAIMED_ONLY), source_ip="203.0.113.9")
    opened = record(url, entry(1, OURS)).case_reference
    held = record(url, entry(2, Reason.CLAIMED_ONLY, report=ours)).reference
    with writing(engine) as connection:
        assert reopen(connection, held, ACT) == opened
    with reading(engine) as connection:
        assert [row.submissions for row in connection.execute(select(CASE))] == [2]


@pytest.mark.parametrize(
    "changes, key",
    [
        ({"source_ip": ""}, "spam|address|198.51.100.7"),
        ({"source_ip": "", "addresses": ()}, "spam|host|www.shop.example"),
        ({"source_ip": "", "addresses": (), "links": ()}, "spam||" + entry(1).digest),
    ],
)
def test_what_a_reopened_case_is_about(engine: Engine, url: str, changes: dict[str, Any], key: str) -> None:
    refused = record(url, entry(1, report=report_entry(**changes)))
    with writing(engine) as connection:
        reopen(connection, refused.reference, ACT)
    with reading(engine) as connection:
        assert connection.execute(select(CASE.c.case_key)).scalar_one() == key


def test_what_has_no_event_becomes_an_other_case(engine: Engine, url: str) -> None:
    held = record(url, replace(entry(1, Reason.WORKER_DIED), event=None, reports=()))
    with writing(engine) as connection:
        reopen(connection, held.reference, ACT)
    with reading(engine) as connection:
        assert connection.execute(select(CASE.c.event)).scalar_one() == Event.OTHER


def test_what_has_a_case_is_not_opened_again(engine: Engine, url: str) -> None:
    accepted, refused = record(url, entry(1, OURS)), record(url, entry(2))
    with writing(engine) as connection:
        reopen(connection, refused.reference, ACT)
    for reference in (refused.reference, accepted.reference):
        with pytest.raises(IllegalStep), writing(engine) as connection:
            reopen(connection, reference, ACT)
    with reading(engine) as connection:
        assert len(connection.execute(select(AUDIT)).all()) == 1


def test_a_held_submission_can_be_left_and_still_be_opened_later(engine: Engine, url: str) -> None:
    held = record(url, entry(1, Reason.UNROUTABLE)).reference
    with writing(engine) as connection:
        dismiss(connection, held, ACT)
        assert reopen(connection, held, ACT)
    with pytest.raises(IllegalStep), writing(engine) as connection:
        dismiss(connection, held, ACT)


def test_a_rejected_one_is_not_dismissed(engine: Engine, url: str) -> None:
    refused = record(url, entry(1)).reference
    with pytest.raises(IllegalStep, match="rejected cannot become dismissed"), writing(engine) as connection:
        dismiss(connection, refused, ACT)


def test_a_reference_that_nothing_has_is_named(engine: Engine) -> None:
    with pytest.raises(NoSuchReference), writing(engine) as connection:
        reopen(connection, "R-0000-0000-0000", ACT)
