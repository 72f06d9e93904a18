"""The two workflows."""

from datetime import timedelta

import pytest

from config.events import EVENTS, Event, Family, rule_of
from routing.workflow import Actor, State, Workflow, find_step, next_states, reopened, time_to_act, workflow_of

REPORT_ONLY, FACT_CHECK = workflow_of(Event.SPAM), workflow_of(Event.COPYRIGHT)


def test_the_first_five_events_are_reports_only_and_the_last_eight_are_fact_checked() -> None:
    assert [rule.family for rule in EVENTS] == [Family.REPORT_ONLY] * 5 + [Family.FACT_CHECK] * 8
    assert all(workflow_of(rule.event).family is rule.family for rule in EVENTS)


def test_the_states_are_those_of_the_policy() -> None:
    assert [state.value for state in REPORT_ONLY.states] == [
        "received", "investigating", "alerted", "warned", "content-suspended", "no-action", "closed",
    ]  # fmt: skip
    assert [state.value for state in FACT_CHECK.states] == [
        "received", "content-review", "sent-to-contractor", "contractor-replied", "no-reply", "reported-back", "closed",
    ]  # fmt: skip


@pytest.mark.parametrize("workflow", [REPORT_ONLY, FACT_CHECK])
def test_every_state_is_reached_from_the_start_and_leads_to_the_end(workflow: Workflow) -> None:
    reached = {workflow.start}
    for _ in workflow.states:
        reached |= {one.target for one in workflow.transitions if one.source in reached}
    assert reached == set(workflow.states)
    ending = {State.CLOSED}
    for _ in workflow.states:
        ending |= {one.source for one in workflow.transitions if one.target in ending}
    assert ending == set(workflow.states)


@pytest.mark.parametrize("workflow", [REPORT_ONLY, FACT_CHECK])
def test_no_step_stands_twice_and_none_stays_where_it_is(workflow: Workflow) -> None:
    assert len(set(workflow.transitions)) == len(workflow.transitions)
    assert all(one.source is not one.target for one in workflow.transitions)


@pytest.mark.parametrize("event", list(Event))
def test_only_the_fact_check_tells_the_reporter_and_only_when_it_reports_back(event: Event) -> None:
    told = {one.target for one in workflow_of(event).transitions if one.tells_reporter}
    assert told == ({State.REPORTED_BACK} if rule_of(event).family is Family.FACT_CHECK else set())


def test_an_investigation_ends_in_one_of_four_ways() -> None:
    assert next_states(Event.SPAM, State.INVESTIGATING) == (State.ALERTED, State.WARNED, State.CONTENT_SUSPENDED, State.NO_ACTION)


def test_the_contractor_replies_or_the_deadline_passes() -> None:
    assert next_states(Event.COPYRIGHT, State.SENT_TO_CONTRACTOR, Actor.CONTRACTOR) == (State.CONTRACTOR_REPLIED,)
    assert next_states(Event.COPYRIGHT, State.SENT_TO_CONTRACTOR, Actor.DEADLINE) == (State.NO_REPLY,)
    assert next_states(Event.COPYRIGHT, State.SENT_TO_CONTRACTOR) == ()


@pytest.mark.parametrize("after", [State.CONTRACTOR_REPLIED, State.NO_REPLY])
def test_a_fact_check_is_closed_only_after_reporting_back(after: State) -> None:
    assert State.REPORTED_BACK in next_states(Event.COPYRIGHT, after)
    assert {one.source for one in FACT_CHECK.transitions if one.target is State.CLOSED} == {State.REPORTED_BACK}


def test_nothing_is_sent_to_a_contractor_before_the_content_was_reviewed() -> None:
    sources = {one.source for one in FACT_CHECK.transitions if one.target is State.SENT_TO_CONTRACTOR}
    assert sources == {State.CONTENT_REVIEW, State.CONTRACTOR_REPLIED, State.NO_REPLY}


def test_a_step_is_found_for_who_may_take_it_alone() -> None:
    assert find_step(Event.SPAM, State.RECEIVED, State.INVESTIGATING, Actor.DESK) is not None
    assert find_step(Event.SPAM, State.RECEIVED, State.INVESTIGATING, Actor.CONTRACTOR) is None
    assert find_step(Event.SPAM, State.RECEIVED, State.CLOSED, Actor.DESK) is None
    assert find_step(Event.COPYRIGHT, State.RECEIVED, State.INVESTIGATING, Actor.DESK) is None


def test_new_evidence_opens_a_closed_case_again_and_leaves_an_open_one_alone() -> None:
    assert reopened(Event.SPAM, State.CLOSED) is State.INVESTIGATING
    assert reopened(Event.COPYRIGHT, State.CLOSED) is State.CONTENT_REVIEW
    assert reopened(Event.SPAM, State.ALERTED) is State.ALERTED


def test_a_contractor_has_seven_days_and_two_where_it_is_urgent() -> None:
    assert time_to_act(Event.COPYRIGHT, State.SENT_TO_CONTRACTOR) == timedelta(days=7)
    assert time_to_act(Event.ILLEGAL_ACTIVITY, State.SENT_TO_CONTRACTOR) == timedelta(days=2)
    assert time_to_act(Event.ILLEGAL_ACTIVITY, State.RECEIVED) == timedelta(days=1)


def test_a_closed_case_is_never_overdue() -> None:
    assert all(time_to_act(event, State.CLOSED) is None for event in Event)
