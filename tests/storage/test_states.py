"""The state machines are closed, published, and the published page is theirs."""

from pathlib import Path

import pytest

from config.events import Family
from routing.verdict import Verdict
from routing.workflow import workflow_for
from storage.states import MEANING, STATE_OF, TRANSITIONS, IllegalStep, State, require_step, sources_of, states_page
from storage.workflow import NOTE_OF, CaseState, IllegalCaseStep, next_steps, require_case_step

PAGE = Path(__file__).parents[2] / "docs" / "states.md"


def test_the_published_page_is_printed_from_the_table() -> None:
    assert PAGE.read_text("utf-8") == states_page(), "run: python -m storage.states > docs/states.md"


def test_every_state_has_its_meaning_and_its_steps() -> None:
    assert set(TRANSITIONS) == set(MEANING) == set(State)


def test_every_verdict_is_a_state() -> None:
    assert set(STATE_OF) == {*Verdict, None}


def test_every_state_is_reached_from_received_and_ends() -> None:
    reached, fresh = {State.RECEIVED}, {State.RECEIVED}
    while fresh:
        fresh = {then for now in fresh for then in TRANSITIONS[now]} - reached
        reached |= fresh
    assert reached == set(State)
    assert [state for state, after in TRANSITIONS.items() if not after] == [State.ERASED]


@pytest.mark.parametrize("now", State)
def test_nothing_becomes_received_again(now: State) -> None:
    with pytest.raises(IllegalStep, match="cannot become received"):
        require_step(now, State.RECEIVED)


def test_a_rejected_submission_may_be_reopened_and_an_accepted_one_not() -> None:
    require_step(State.REJECTED, State.REOPENED)
    with pytest.raises(IllegalStep):
        require_step(State.ACCEPTED, State.REOPENED)
    assert State.REJECTED in sources_of(State.REOPENED)


@pytest.mark.parametrize("family", Family)
def test_a_workflow_leads_from_received_to_closed_and_back(family: Family) -> None:
    reached, fresh = {CaseState.RECEIVED}, {CaseState.RECEIVED}
    while fresh:
        fresh = {then for now in fresh for then in next_steps(family, now)} - reached
        reached |= fresh
    assert reached == set(workflow_for(family).states)
    assert len(next_steps(family, CaseState.CLOSED)) == 1
    assert family in NOTE_OF


def test_a_family_does_not_take_the_others_steps() -> None:
    assert next_steps(Family.REPORT_ONLY, CaseState.CONTENT_REVIEW) == ()
    with pytest.raises(IllegalCaseStep, match="report-only case that is received cannot become content-review"):
        require_case_step(Family.REPORT_ONLY, CaseState.RECEIVED, CaseState.CONTENT_REVIEW)
