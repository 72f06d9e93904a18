"""People walk a case through its workflow; each step is kept with who, when and why."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from config.events import Event
from routing.verdict import Reason
from storage.audit import Act, verify
from storage.case_queries import CaseFilter, list_cases, overdue_cases, show_case
from storage.cases import advance_case, assign_case, change_event, note_on_case, pass_deadlines
from storage.engine import reading, writing
from storage.finding import NoSuchReference
from storage.record import record
from storage.tables import AUDIT
from storage.workflow import CaseState, IllegalCaseStep, due_after
from tests.storage.entries import entry, report_entry

OURS = Reason.SENDER_IN_NETWORK
ACT = Act(actor="ann", note="because", at=datetime(2026, 8, 4, tzinfo=UTC))
SPAM_PATH = (CaseState.INVESTIGATING, CaseState.WARNED, CaseState.CLOSED)
RIGHTS_PATH = (
    CaseState.CONTENT_REVIEW,
    CaseState.SENT_TO_CONTRACTOR,
    CaseState.NO_REPLY,
    CaseState.REPORTED_BACK,
    CaseState.CLOSED,
)


@pytest.mark.parametrize("event, path", [(Event.SPAM, SPAM_PATH), (Event.COPYRIGHT, RIGHTS_PATH)])
def test_a_case_is_walked_to_its_end(engine: Engine, url: str, event: Event, path: tuple[CaseState, ...]) -> None:
    reference = record(url, entry(1, OURS, report=report_entry(OURS, event=event))).case_reference
    for state in path:
        with writing(engine) as connection:
            advance_case(connection, reference, state, ACT)
    with reading(engine) as connection:
        whole = show_case(connection, reference)
        actions = connection.execute(select(AUDIT.c.action).order_by(AUDIT.c.id)).scalars().all()
        assert verify(connection).damaged is None
    assert whole is not None
    assert (whole.case["state"], whole.case["closed_at"], whole.case["first_action_at"]) == ("closed", ACT.at, ACT.at)
    assert [step["to_state"] for step in whole.history] == ["received", *path]
    assert [(step["actor"], step["note"]) for step in whole.history[1:]] == [("ann", "because")] * len(path)
    assert actions == ["case-step"] * len(path)


def test_a_step_that_the_workflow_does_not_have_is_refused(engine: Engine, url: str) -> None:
    reference = record(url, entry(1, OURS)).case_reference
    with pytest.raises(IllegalCaseStep), writing(engine) as connection:
        advance_case(connection, reference, CaseState.CLOSED, ACT)
    with reading(engine) as connection:
        assert connection.execute(select(AUDIT.c.id)).all() == []


def test_a_closed_case_opens_again(engine: Engine, url: str) -> None:
    reference = record(url, entry(1, OURS)).case_reference
    with writing(engine) as connection:
        for state in (*SPAM_PATH, CaseState.INVESTIGATING):
            advance_case(connection, reference, state, ACT)
    with reading(engine) as connection:
        whole = show_case(connection, reference)
    assert whole is not None
    assert (whole.case["state"], whole.case["closed_at"]) == ("investigating", None)


def test_notes_and_assignments_are_kept(engine: Engine, url: str) -> None:
    reference = record(url, entry(1, OURS)).case_reference
    with writing(engine) as connection:
        note_on_case(connection, reference, ACT)
        assign_case(connection, reference, "bob", ACT)
    with reading(engine) as connection:
        whole = show_case(connection, reference)
    assert whole is not None
    assert whole.case["assignee"] == "bob"
    assert [step["action"] for step in whole.history] == ["opened", "note", "assign"]


def test_a_reference_that_nothing_has_is_named(engine: Engine) -> None:
    for reference in ("C-0000-0000-0000", "R-0000-0000-0000", "nonsense"):
        with pytest.raises(NoSuchReference, match=reference), writing(engine) as connection:
            note_on_case(connection, reference, ACT)


def test_the_queue_is_filtered_and_goes_on(engine: Engine, url: str) -> None:
    for number in range(5):
        report = report_entry(OURS, accused_value=f"203.0.113.{number}", event=Event.SPAM if number % 2 else Event.PHISHING_SITE)
        record(url, entry(number, OURS, report=report))
    with reading(engine) as connection:
        first = list_cases(connection, CaseFilter(), limit=3)
        rest = list_cases(connection, CaseFilter(), limit=3, before=first.next_before)
        accused = [case["accused_value"] for case in (*first.cases, *rest.cases)]
        spam = list_cases(connection, CaseFilter(event=Event.SPAM, is_open=True, state=CaseState.RECEIVED, contractor="Blue Hosting"))
        nobody = list_cases(connection, CaseFilter(assignee="bob")).cases
        one = list_cases(connection, CaseFilter(accused="203.0.113.4")).cases
        closed = list_cases(connection, CaseFilter(is_open=False)).cases
    assert accused == [f"203.0.113.{number}" for number in reversed(range(5))]
    assert rest.next_before is None
    assert [case["accused_value"] for case in spam.cases] == ["203.0.113.3", "203.0.113.1"]
    assert (nobody, closed, len(one)) == ((), (), 1)


def test_a_case_shows_its_submissions_newest_first(engine: Engine, url: str) -> None:
    reference, *_ = [record(url, entry(number, OURS)).case_reference for number in range(3)]
    with reading(engine) as connection:
        whole = show_case(connection, reference.lower())
        assert show_case(connection, "C-0000-0000-0000") is None
    assert whole is not None
    assert [row["id"] for row in whole.submissions] == [3, 2, 1]
    assert whole.case["reference"] == reference


def opened(url: str, event: Event = Event.SPAM, number: int = 1) -> str:
    return record(url, entry(number, OURS, report=report_entry(OURS, event=event))).case_reference


def case_of(engine: Engine, reference: str) -> Mapping[str, Any]:
    with reading(engine) as connection:
        whole = show_case(connection, reference)
    assert whole is not None
    return dict(whole.case) | {"last": whole.history[-1]}


def test_a_person_changes_the_event_with_who_and_why(engine: Engine, url: str) -> None:
    reference = opened(url)
    with writing(engine) as connection:
        change_event(connection, reference, Event.PHISHING_SITE, ACT)
    case = case_of(engine, reference)
    assert (case["event"], case["state"]) == ("phishing-site", "received")
    assert (case["last"]["actor"], case["last"]["action"], case["last"]["note"]) == ("ann", "event", "spam → phishing-site: because")
    with reading(engine) as connection:
        assert connection.execute(select(AUDIT.c.action)).scalars().all() == ["case-event"]
        assert verify(connection).damaged is None


@pytest.mark.parametrize(
    "before, state, after, becomes",
    [
        (Event.SPAM, CaseState.INVESTIGATING, Event.PHISHING_SITE, CaseState.INVESTIGATING),
        (Event.SPAM, CaseState.INVESTIGATING, Event.COPYRIGHT, CaseState.RECEIVED),
        (Event.COPYRIGHT, CaseState.CONTENT_REVIEW, Event.TRADEMARK, CaseState.CONTENT_REVIEW),
        (Event.COPYRIGHT, CaseState.CONTENT_REVIEW, Event.SPAM, CaseState.RECEIVED),
    ],
)
def test_the_workflow_follows_the_event(
    engine: Engine, url: str, before: Event, state: CaseState, after: Event, becomes: CaseState
) -> None:
    reference = opened(url, before)
    with writing(engine) as connection:
        advance_case(connection, reference, state, ACT)
        change_event(connection, reference, after, ACT)
    case = case_of(engine, reference)
    assert (case["event"], case["state"]) == (after, becomes)
    assert case["due_at"] == due_after(after, becomes, ACT.at)


def test_the_same_event_is_no_change(engine: Engine, url: str) -> None:
    reference = opened(url)
    with pytest.raises(IllegalCaseStep), writing(engine) as connection:
        change_event(connection, reference, Event.SPAM, ACT)


def test_a_report_of_what_it_was_taken_for_joins_the_changed_case_and_opens_it_by_its_new_workflow(engine: Engine, url: str) -> None:
    reference = opened(url)
    with writing(engine) as connection:
        for state in SPAM_PATH:
            advance_case(connection, reference, state, ACT)
        change_event(connection, reference, Event.COPYRIGHT, ACT)
    assert opened(url, number=2) == reference
    assert case_of(engine, reference)["state"] == "content-review"


def test_a_new_case_is_due_and_is_listed_when_it_is_overdue(engine: Engine, url: str) -> None:
    reference = opened(url)
    case = case_of(engine, reference)
    due_at = case["opened_at"] + timedelta(days=1)
    assert case["due_at"] == due_at
    with reading(engine) as connection:
        assert overdue_cases(connection, CaseFilter(), due_at) == ()
        late = overdue_cases(connection, CaseFilter(), due_at + timedelta(seconds=1))
    assert [one["reference"] for one in late] == [reference]


def test_a_closed_case_is_never_overdue(engine: Engine, url: str) -> None:
    reference = opened(url)
    with writing(engine) as connection:
        for state in SPAM_PATH:
            advance_case(connection, reference, state, ACT)
        assert overdue_cases(connection, CaseFilter(), ACT.at + timedelta(days=999)) == ()


def test_a_contractor_who_does_not_answer_in_time_has_not_replied(engine: Engine, url: str) -> None:
    reference = opened(url, Event.COPYRIGHT)
    with writing(engine) as connection:
        for state in RIGHTS_PATH[:2]:
            advance_case(connection, reference, state, ACT)
    with writing(engine) as connection:
        assert pass_deadlines(connection, ACT.at + timedelta(days=7)) == 0
        assert pass_deadlines(connection, ACT.at + timedelta(days=7, seconds=1)) == 1
        assert pass_deadlines(connection, ACT.at + timedelta(days=7, seconds=2)) == 0
    case = case_of(engine, reference)
    assert (case["state"], case["last"]["actor"]) == ("no-reply", "deadline")


def test_what_is_urgent_has_a_shorter_deadline(engine: Engine, url: str) -> None:
    reference = opened(url, Event.ILLEGAL_ACTIVITY)
    with writing(engine) as connection:
        for state in RIGHTS_PATH[:2]:
            advance_case(connection, reference, state, ACT)
        assert pass_deadlines(connection, ACT.at + timedelta(days=2, seconds=1)) == 1


def test_a_step_that_needs_a_person_is_not_taken_by_time(engine: Engine, url: str) -> None:
    reference = opened(url)
    with writing(engine) as connection:
        assert pass_deadlines(connection, ACT.at + timedelta(days=999)) == 0
    assert case_of(engine, reference)["state"] == "received"
