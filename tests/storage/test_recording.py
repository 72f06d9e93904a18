"""A group of entries becomes rows: once each, with the case they belong to, and told the same way again."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from config.errors import StorageError
from config.events import Event
from routing.verdict import Reason, Verdict
from storage.engine import reading, writing
from storage.frames import open_frame
from storage.grouping import REOPENING_DAYS
from storage.lane import Lane
from storage.lanes import open_lane
from storage.recorded import Recorded
from storage.recording import record_group
from storage.reference import letters_of, reference_of
from storage.tables import (
    CASE,
    CASE_HISTORY,
    CASE_SUBMISSION,
    DAY_COUNT,
    EVIDENCE,
    EXPLANATION,
    HOUR_COUNT,
    METADATA,
    NAME_COUNT,
    OUTBOX,
    REPORT,
    REPORT_ADDRESS,
    REPORT_LINK,
    SUBMISSION,
)
from storage.workflow import CaseState
from tests.storage.entries import NOON, entry, report_entry

OURS = Reason.SENDER_IN_NETWORK


@pytest.fixture
def lane(url: str) -> Iterator[Lane]:
    """A lane to a fresh store."""
    lane = open_lane(url)
    yield lane
    lane.close()


def rows(engine: Engine, table: Any) -> list[Any]:
    with reading(engine) as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key.columns)))


def test_a_rejected_submission_is_told_its_own_reference(lane: Lane) -> None:
    one = entry(1)
    (recorded,) = record_group(lane, [one])
    reference = reference_of(one.digest, Verdict.REJECTED)
    assert recorded == Recorded(
        reference=reference,
        answer=f"250 2.0.0 [out-of-network] {reference}",
        verdict=Verdict.REJECTED,
        reason=Reason.OUT_OF_NETWORK,
    )
    assert recorded.case_reference == ""


def test_everything_of_an_entry_is_in_the_store(lane: Lane, engine: Engine) -> None:
    one = entry(1)
    record_group(lane, [one])
    (submission,) = rows(engine, SUBMISSION)
    kept = submission._asdict()
    for name in ("digest", "mail_from", "rcpt_to", "peer", "reporter", "subject", "message_id", "source_ip", "network", "policy_version"):
        assert kept[name] == getattr(one, name)
    assert (submission.state, submission.verdict, submission.arrived_at, submission.repeats) == ("rejected", "rejected", one.arrived_at, 0)
    (evidence,) = rows(engine, EVIDENCE)
    assert (bytes(evidence.frame), evidence.sha256, evidence.raw_bytes) == (one.frame, one.sha256, one.raw_bytes)
    (explanation,) = rows(engine, EXPLANATION)
    document = open_frame(bytes(explanation.document), most_bytes=100)
    assert (document, explanation.facts) == (b'{"schema": 1, "trace": []}', {"hosts": {}})
    (report,) = rows(engine, REPORT)
    assert (report.grade, report.found_as, report.message_id) == ("asserted", "attached", "<spam@sender.example>")
    assert [(link.host, link.in_network) for link in rows(engine, REPORT_LINK)] == [("www.shop.example", False)]
    addresses = rows(engine, REPORT_ADDRESS)
    assert [(one.ip, one.role, one.at) for one in addresses] == [
        ("198.51.100.7", "source", NOON - timedelta(hours=1)),
        ("192.0.2.25", "target", None),
    ]


def test_an_accepted_submission_opens_a_case_with_its_own_letters(lane: Lane, engine: Engine) -> None:
    one = entry(1, OURS)
    (recorded,) = record_group(lane, [one])
    assert recorded.reference == recorded.case_reference == f"C-{letters_of(one.digest)}"
    (case,) = rows(engine, CASE)
    assert (case.case_key, case.contractor, case.state, case.submissions) == ("spam|address|203.0.113.9", "Blue Hosting", "received", 1)
    assert [(step.action, step.actor) for step in rows(engine, CASE_HISTORY)] == [("opened", "intake")]


def test_submissions_that_accuse_the_same_join_one_case(lane: Lane, engine: Engine) -> None:
    first, *others = record_group(lane, [entry(number, OURS) for number in range(3)])
    (later,) = record_group(lane, [entry(9, OURS)])
    assert {one.reference for one in (*others, later)} == {first.reference}
    (case,) = rows(engine, CASE)
    assert (case.submissions, case.last_report_at) == (4, NOON + timedelta(seconds=9))
    assert len(rows(engine, CASE_SUBMISSION)) == 4


def test_another_event_or_another_address_is_another_case(lane: Lane, engine: Engine) -> None:
    phishing = report_entry(OURS, event=Event.PHISHING_SITE)
    elsewhere = report_entry(OURS, accused_value="203.0.113.10")
    record_group(lane, [entry(1, OURS), entry(2, OURS, report=phishing), entry(3, OURS, report=elsewhere)])
    assert len({case.case_key for case in rows(engine, CASE)}) == 3


def test_a_submission_with_several_accepted_reports_is_in_several_cases_and_told_the_leading_one(lane: Lane, engine: Engine) -> None:
    several = (
        report_entry(Reason.OUT_OF_NETWORK),
        report_entry(OURS, position=1, accused_value="203.0.113.1"),
        report_entry(OURS, position=2, accused_value="203.0.113.2"),
    )
    one = entry(1, OURS, reports=several, leading=2)
    (recorded,) = record_group(lane, [one])
    cases = {case.accused_value: case.letters for case in rows(engine, CASE)}
    assert cases == {"203.0.113.1": letters_of(one.digest, 2), "203.0.113.2": letters_of(one.digest)}
    assert recorded.reference == f"C-{letters_of(one.digest)}"


def test_an_accepted_report_that_accuses_nothing_has_a_case_of_its_own(lane: Lane, engine: Engine) -> None:
    bare = report_entry(OURS, accused_kind="", accused_value="")
    record_group(lane, [entry(1, OURS, report=bare), entry(2, OURS, report=bare)])
    assert len(rows(engine, CASE)) == 2


def test_a_repeat_is_one_row_with_a_counter_and_the_same_answer(lane: Lane, engine: Engine) -> None:
    (first,) = record_group(lane, [entry(1)])
    again = record_group(lane, [replace(entry(1), arrived_at=NOON + timedelta(days=1)), entry(1)])
    assert again == [replace(first, is_repeat=True)] * 2
    (submission,) = rows(engine, SUBMISSION)
    assert (submission.repeats, submission.last_arrived_at) == (2, NOON + timedelta(days=1))
    assert len(rows(engine, EVIDENCE)) == 1


def test_repeats_within_a_group_are_one_row(lane: Lane, engine: Engine) -> None:
    recorded = record_group(lane, [entry(1, OURS), entry(2), entry(1, OURS), entry(1, OURS)])
    assert [one.is_repeat for one in recorded] == [False, False, True, True]
    assert recorded[0].answer == recorded[2].answer
    assert [one.repeats for one in rows(engine, SUBMISSION)] == [2, 0]
    assert rows(engine, CASE)[0].submissions == 1


def test_a_repeat_is_told_what_was_told_whatever_is_decided_now(lane: Lane) -> None:
    (first,) = record_group(lane, [entry(1)])
    (again,) = record_group(lane, [entry(1, OURS)])
    assert again == replace(first, is_repeat=True)


def test_what_is_only_received_waits_for_its_verdict(lane: Lane, engine: Engine) -> None:
    (received,) = record_group(lane, [entry(1, None)])
    assert (received.reference[:2], received.verdict) == ("S-", None)
    assert [(row.state, row.verdict) for row in rows(engine, SUBMISSION)] == [("received", None)]
    assert [(row.kind, row.done_at) for row in rows(engine, OUTBOX)] == [("decide", None)]
    (settled,) = record_group(lane, [entry(1, OURS)])
    assert (settled.verdict, settled.is_repeat) == (Verdict.ACCEPTED, False)
    (submission,) = rows(engine, SUBMISSION)
    assert (submission.state, submission.verdict, submission.told_reference) == ("accepted", "accepted", settled.reference)
    assert rows(engine, OUTBOX)[0].done_at is not None
    assert len(rows(engine, REPORT)) == 1


def test_received_and_decided_in_one_group_is_decided(lane: Lane, engine: Engine) -> None:
    recorded = record_group(lane, [entry(1, None), entry(1, OURS)])
    assert [one.verdict for one in recorded] == [Verdict.ACCEPTED] * 2
    assert [row.state for row in rows(engine, SUBMISSION)] == ["accepted"]


def test_a_verdict_is_never_taken_back_to_received(lane: Lane, engine: Engine) -> None:
    record_group(lane, [entry(1)])
    (again,) = record_group(lane, [entry(1, None)])
    assert (again.verdict, again.is_repeat) == (Verdict.REJECTED, True)
    assert rows(engine, SUBMISSION)[0].state == "rejected"


def closed(engine: Engine, days_ago: int) -> None:
    with writing(engine) as connection:
        connection.execute(update(CASE).values(state=CaseState.CLOSED.value, closed_at=NOON - timedelta(days=days_ago)))


def test_new_evidence_opens_a_case_again_that_was_closed_lately(lane: Lane, engine: Engine) -> None:
    (first,) = record_group(lane, [entry(1, OURS)])
    closed(engine, REOPENING_DAYS - 1)
    (again,) = record_group(lane, [entry(2, OURS)])
    assert again.reference == first.reference
    (case,) = rows(engine, CASE)
    assert (case.state, case.closed_at, case.submissions) == ("investigating", None, 2)
    assert [step.action for step in rows(engine, CASE_HISTORY)] == ["opened", "reopened"]


def test_a_case_that_was_closed_long_ago_stays_closed(lane: Lane, engine: Engine) -> None:
    (first,) = record_group(lane, [entry(1, OURS)])
    closed(engine, REOPENING_DAYS + 1)
    (again,) = record_group(lane, [entry(2, OURS)])
    assert again.reference != first.reference
    assert [case.state for case in rows(engine, CASE)] == ["closed", "received"]


def test_the_running_counts_are_the_rows_counted(lane: Lane, engine: Engine) -> None:
    reasons = [OURS, Reason.OUT_OF_NETWORK, Reason.OUT_OF_NETWORK, Reason.NO_HEADERS]
    entries = [entry(number, reasons[number % 4], arrived_at=NOON + timedelta(minutes=20 * number)) for number in range(12)]
    record_group(lane, entries[:5])
    record_group(lane, [*entries[5:], entries[0]])
    submissions = rows(engine, SUBMISSION)
    days = {(one.day, one.verdict, one.reason): one.number for one in rows(engine, DAY_COUNT)}
    assert days == Counter((row.arrived_at.date().isoformat(), row.verdict, row.reason) for row in submissions)
    hours = {(one.hour.hour, one.verdict): (one.number, one.first_id, one.last_id) for one in rows(engine, HOUR_COUNT)}
    for (hour, verdict), counted in hours.items():
        ids = [row.id for row in submissions if (row.arrived_at.hour, row.verdict) == (hour, verdict)]
        assert counted == (len(ids), min(ids), max(ids))
    assert sum(number for number, _, _ in hours.values()) == len(submissions)
    names = {(one.kind, one.name, one.verdict): one.number for one in rows(engine, NAME_COUNT)}
    assert names["reporter", "reporter@reporter.example", "rejected"] == 9
    assert names["contractor", "Blue Hosting", "accepted"] == 3


def test_a_group_is_stored_whole_or_not_at_all(lane: Lane, engine: Engine) -> None:
    spoilt = entry(2, reports=(report_entry(), report_entry()))  # two reports at one position
    with pytest.raises(StorageError):
        record_group(lane, [entry(1), spoilt])
    with reading(engine) as connection:
        assert all(connection.execute(select(func.count()).select_from(table)).scalar() == 0 for table in METADATA.sorted_tables)
    record_group(lane, [entry(1)])
    assert len(rows(engine, SUBMISSION)) == 1


def test_a_state_that_does_not_fit_its_verdict_is_refused_by_the_database(lane: Lane, engine: Engine) -> None:
    record_group(lane, [entry(1)])
    for change in (
        {"state": "accepted"},
        {"state": "received"},
        {"state": "lost"},
        {"verdict": None},
        {"verdict": None, "state": "received"},
    ):
        with pytest.raises(StorageError), writing(engine) as connection:
            connection.execute(update(SUBMISSION).values(change))
    assert [(row.state, row.verdict) for row in rows(engine, SUBMISSION)] == [("rejected", "rejected")]


def test_numbers_are_given_once_even_after_a_deletion(lane: Lane, engine: Engine) -> None:
    record_group(lane, [entry(1), entry(2)])
    with writing(engine) as connection:
        connection.execute(SUBMISSION.delete().where(SUBMISSION.c.id == 2))
    record_group(lane, [entry(3)])
    assert [row.id for row in rows(engine, SUBMISSION)] == [1, 3]


def test_a_deleted_submission_leaves_nothing_behind(lane: Lane, engine: Engine) -> None:
    record_group(lane, [entry(1, OURS)])
    with writing(engine) as connection:
        connection.execute(SUBMISSION.delete())
    for table in (EVIDENCE, EXPLANATION, REPORT, REPORT_LINK, REPORT_ADDRESS, CASE_SUBMISSION):
        assert rows(engine, table) == []
