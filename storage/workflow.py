"""The workflows of cases, as routing/workflow.py has them, for those who keep cases.

A person of the desk writes every step down, also the contractor's reply and the passing of a deadline.
"""

from collections.abc import Mapping
from datetime import datetime

from config.errors import StorageError
from config.events import Event, Family
from routing.workflow import Actor, time_to_act, workflow_for
from routing.workflow import State as CaseState

__all__ = ["NOTE_OF", "CaseState", "IllegalCaseStep", "due_after", "next_steps", "require_case_step"]

NOTE_OF: Mapping[Family, str] = {
    Family.REPORT_ONLY: "Investigate, then alert, warn or suspend. The reporter hears that it was recorded or why not, nothing else.",
    Family.FACT_CHECK: "Review, ask the contractor, report back. Only the comments to forward and the location go to the contractor.",
}


class IllegalCaseStep(StorageError):
    """That state may not follow the one that the case is in."""


def next_steps(family: Family, state: CaseState) -> tuple[CaseState, ...]:
    """The states that a case of that family may take next; () for a state that the family does not know."""
    steps = workflow_for(family).transitions
    return tuple(dict.fromkeys(one.target for one in steps if one.source is state and one.actor is not Actor.REPORTER))


def due_after(event: Event, state: CaseState, since: datetime) -> datetime | None:
    """When a case that came into a state then is overdue in it; None for never."""
    time = time_to_act(event, state)
    return since + time if time else None


def require_case_step(family: Family, now: CaseState, then: CaseState) -> None:
    """Raises IllegalCaseStep unless a case of that family may go from one state to the other."""
    if then not in next_steps(family, now):
        raise IllegalCaseStep(f"a {family} case that is {now} cannot become {then}")
