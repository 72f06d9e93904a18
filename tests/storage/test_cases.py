"""People walk a case through its workflow; each step is kept with who, when and why."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select

from config.events import Event
from routing.verdict import Reason
from storage.audit import Act, verify
from storage.case_queries import CaseFilter, list_cases, show_case
from storage.cases import advance_case, assign_case, note_on_case
from storage.engine import reading, writing
from storage.finding import NoSuchReference
from storage.record import record
from storage.tables import AUDIT
from storage.workflow import CaseState, IllegalCaseStep
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
