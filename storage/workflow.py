"""The workflows of cases: the two families of events as state machines, as data."""

from collections.abc import Mapping
from enum import StrEnum

from config.errors import StorageError
from config.events import Family


class CaseState(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"  # Opened; nobody has looked yet.
    INVESTIGATING = "investigating"  # Somebody is looking.
    ALERTED = "alerted"  # The contractor was told.
    WARNED = "warned"  # The contractor was told to stop.
    CONTENT_SUSPENDED = "content-suspended"  # The content or the service was taken down.
    NO_ACTION = "no-action"  # Nothing had to be done, or nothing could be.
    CONTENT_REVIEW = "content-review"  # What is complained of is being looked at.
    SENT_TO_CONTRACTOR = "sent-to-contractor"  # The comments were forwarded.
    CONTRACTOR_REPLIED = "contractor-replied"  # The contractor answered.
    NO_REPLY = "no-reply"  # The contractor did not answer in time.
    REPORTED_BACK = "reported-back"  # The reporter was told what the contractor says.
    CLOSED = "closed"  # Done; new evidence opens it again.


WORKFLOWS: Mapping[Family, Mapping[CaseState, tuple[CaseState, ...]]] = {
    Family.REPORT_ONLY: {
        CaseState.RECEIVED: (CaseState.INVESTIGATING,),
        CaseState.INVESTIGATING: (CaseState.ALERTED, CaseState.WARNED, CaseState.CONTENT_SUSPENDED, CaseState.NO_ACTION),
        CaseState.ALERTED: (CaseState.CLOSED,),
        CaseState.WARNED: (CaseState.CLOSED,),
        CaseState.CONTENT_SUSPENDED: (CaseState.CLOSED,),
        CaseState.NO_ACTION: (CaseState.CLOSED,),
        CaseState.CLOSED: (CaseState.RECEIVED,),
    },
    Family.FACT_CHECK: {
        CaseState.RECEIVED: (CaseState.CONTENT_REVIEW,),
        CaseState.CONTENT_REVIEW: (CaseState.SENT_TO_CONTRACTOR,),
        CaseState.SENT_TO_CONTRACTOR: (CaseState.CONTRACTOR_REPLIED, CaseState.NO_REPLY),
        CaseState.CONTRACTOR_REPLIED: (CaseState.REPORTED_BACK,),
        CaseState.NO_REPLY: (CaseState.REPORTED_BACK,),
        CaseState.REPORTED_BACK: (CaseState.CLOSED,),
        CaseState.CLOSED: (CaseState.RECEIVED,),
    },
}

NOTE_OF: Mapping[Family, str] = {
    Family.REPORT_ONLY: "Investigate, then alert, warn or suspend. The reporter hears that it was recorded or why not, nothing else.",
    Family.FACT_CHECK: "Review, ask the contractor, report back. Only the comments to forward and the location go to the contractor.",
}


class IllegalCaseStep(StorageError):
    """That state may not follow the one that the case is in."""


def next_steps(family: Family, state: CaseState) -> tuple[CaseState, ...]:
    """The states that a case of that family may take next; () for a state that the family does not know."""
    return WORKFLOWS[family].get(state, ())


def require_case_step(family: Family, now: CaseState, then: CaseState) -> None:
    """Raises IllegalCaseStep unless a case of that family may go from one state to the other."""
    if then not in next_steps(family, now):
        raise IllegalCaseStep(f"a {family} case that is {now} cannot become {then}")
