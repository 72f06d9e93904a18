"""What people do with a case: the steps of its workflow, notes, assignment.   Each is kept with who, when and why, and audited."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, update

from config.events import Event, Family, rule_of
from storage.audit import Act, append
from storage.entry import storable
from storage.finding import require_case
from storage.reference import case_reference
from storage.tables import CASE, CASE_HISTORY
from storage.workflow import CaseState, IllegalCaseStep, require_case_step

NOTE_CHARS = 16_384


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
    changes: dict[str, Any] = {"state": to.value, "first_action_at": case["first_action_at"] or act.at}
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
