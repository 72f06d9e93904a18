"""What people do with a case: the steps of its workflow, notes, assignment.   Each is kept with who, when and why, and audited."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from config.events import Event, Family, rule_of
from routing.workflow import Actor, next_states, workflow_of
from storage.audit import Act, append
from storage.entry import storable
from storage.finding import require_case
from storage.reference import case_reference
from storage.tables import CASE, CASE_HISTORY
from storage.workflow import CaseState, IllegalCaseStep, due_after, require_case_step

NOTE_CHARS = 16_384
_CLOCK = "deadline"  # the actor when time has passed
_AT_ONCE = 1_000


def family_of(case: Mapping[str, Any]) -> Family:
    """Which workflow a case follows."""
    return rule_of(Event(case["event"])).family


def advance_case(connection: Connection, reference: str, to: CaseState, act: Act) -> None:
    """Take a case to its next state.

    Raises NoSuchReference; IllegalCaseStep when the workflow does not have that step, or somebody was first.
    """
    case = require_case(connection, reference)
    now = CaseState(case["state"])
    require_case_step(family_of(case), now, to)
    due_at = due_after(Event(case["event"]), to, act.at)
    changes: dict[str, Any] = {"state": to.value, "due_at": due_at, "first_action_at": case["first_action_at"] or act.at}
    if CaseState.CLOSED in (now, to):
        changes["closed_at"] = act.at if to is CaseState.CLOSED else None
    changed = connection.execute(update(CASE).where(CASE.c.id == case["id"], CASE.c.state == now.value).values(changes))
    if changed.rowcount != 1:
        raise IllegalCaseStep(f"the case is no longer {now}")
    _remember(connection, case, act, action="step", to=to)


def note_on_case(connection: Connection, reference: str, act: Act) -> None:
    """Add a note.   Raises NoSuchReference."""
    _remember(connection, require_case(connection, reference), act, action="note")


def assign_case(connection: Connection, reference: str, assignee: str, act: Act) -> None:
    """Give a case to somebody, or to nobody ("").   Raises NoSuchReference."""
    case = require_case(connection, reference)
    connection.execute(update(CASE).where(CASE.c.id == case["id"]).values(assignee=storable(assignee)))
    _remember(connection, case, act, action="assign", detail={"assignee": assignee})


def change_event(connection: Connection, reference: str, event: Event, act: Act) -> None:
    """Say that a case is about something else; the verdicts of its submissions stay as they were recorded.

    New reports of what it was taken for go on joining it. In another family's workflow it keeps its state where that family has it,
    and begins anew where not.   Raises NoSuchReference; IllegalCaseStep when it is about that already.
    """
    case = require_case(connection, reference)
    before = Event(case["event"])
    if event is before:
        raise IllegalCaseStep(f"the case is about {event} already")
    now = CaseState(case["state"])
    workflow = workflow_of(event)
    to = now if now in workflow.states else workflow.start
    changes = {"event": event.value, "state": to.value, "due_at": due_after(event, to, act.at)}
    changes["first_action_at"] = case["first_action_at"] or act.at
    connection.execute(update(CASE).where(CASE.c.id == case["id"]).values(changes))
    because = Act(actor=act.actor, at=act.at, note=f"{before} → {event}" + (f": {act.note}" if act.note else ""))
    _remember(connection, case, because, action="event", to=to, detail={"event_before": before.value, "event": event.value})


def pass_deadlines(connection: Connection, now: datetime) -> int:
    """Take the steps that the passing of time takes, each with its line in history and audit log; how many."""
    c, passed = CASE.c, 0
    overdue = connection.execute(select(CASE).where(c.closed_at.is_(None), c.due_at < now).order_by(c.due_at).limit(_AT_ONCE)).mappings()
    for case in overdue.all():
        then = next_states(Event(case["event"]), CaseState(case["state"]), Actor.DEADLINE)
        if then:
            due_at = due_after(Event(case["event"]), then[0], now)
            place = (c.id == case["id"], c.state == case["state"])
            if connection.execute(update(CASE).where(*place).values(state=then[0].value, due_at=due_at)).rowcount == 1:
                _remember(connection, dict(case), Act(actor=_CLOCK, at=now, note="nothing came in time"), action="step", to=then[0])
                passed += 1
    return passed


def _remember(
    connection: Connection,
    case: Mapping[str, Any],
    act: Act,
    *,
    action: str,
    to: CaseState | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    step = {"from": case["state"], "to": (to or CaseState(case["state"])).value}
    connection.execute(
        insert(CASE_HISTORY).values(
            case_id=case["id"],
            at=act.at,
            actor=storable(act.actor),
            action=action,
            from_state=step["from"],
            to_state=step["to"],
            note=storable(act.note, NOTE_CHARS),
        )
    )
    append(connection, act, f"case-{action}", case_reference(case["letters"]), (step if to else {}) | dict(detail or {}))
