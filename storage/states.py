"""The states of a submission, and which may follow which.

Everything that affects them is in this file; the store checks every change against it, and docs/states.md is printed from it
and from the workflows of cases (`python -m storage.states`).
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum

from config.errors import StorageError
from config.events import Family
from routing.verdict import Verdict
from routing.workflow import Actor, Transition, workflow_for
from storage.workflow import NOTE_OF


class State(StrEnum):
    """Where a submission stands; every row is in exactly one state at any instant. What each means: MEANING."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    HELD = "held"
    REOPENED = "reopened"
    DISMISSED = "dismissed"
    COMPLETED = "completed"
    ANSWERED = "answered"
    ERASED = "erased"


MEANING: Mapping[State, str] = {
    State.RECEIVED: "the bytes are durable; there is no verdict yet",
    State.ACCEPTED: "decided: it concerns our network, and a case holds it",
    State.REJECTED: "decided: refused, with a reason",
    State.HELD: "decided: a person must look",
    State.REOPENED: "a person overruled the verdict, and a case holds it; the verdict stays as it was recorded",
    State.DISMISSED: "a person looked at what was held and left it without a case",
    State.COMPLETED: "the reporter sent what was missing; the answer was decided together with it, and goes on in its place",
    State.ANSWERED: "the reporter has been told by a mail of our own, after the session",
    State.ERASED: "its time of keeping has run out: raw mail and personal data are gone, verdict and counts remain",
}

_DECIDED = (State.ACCEPTED, State.REJECTED, State.HELD)

TRANSITIONS: Mapping[State, tuple[State, ...]] = {
    State.RECEIVED: _DECIDED,
    State.ACCEPTED: (State.REJECTED, State.HELD, State.ANSWERED, State.ERASED),
    State.REJECTED: (State.ACCEPTED, State.HELD, State.REOPENED, State.COMPLETED, State.ANSWERED, State.ERASED),
    State.HELD: (State.ACCEPTED, State.REJECTED, State.REOPENED, State.DISMISSED, State.ANSWERED, State.ERASED),
    State.REOPENED: (State.ANSWERED, State.ERASED),
    State.DISMISSED: (State.REOPENED, State.ANSWERED, State.ERASED),
    State.COMPLETED: (State.ERASED,),
    State.ANSWERED: (State.REOPENED, State.COMPLETED, State.ERASED),
    State.ERASED: (),
}

STATE_OF: Mapping[Verdict | None, State] = {
    None: State.RECEIVED,
    Verdict.ACCEPTED: State.ACCEPTED,
    Verdict.REJECTED: State.REJECTED,
    Verdict.HELD: State.HELD,
}


_BY = {Actor.DESK: "", Actor.CONTRACTOR: " (by its reply)", Actor.DEADLINE: " (when it is due)", Actor.REPORTER: " (by new evidence)"}


class IllegalStep(StorageError):
    """That state may not follow the one that the row is in."""


def require_step(now: State, then: State) -> None:
    """Raises IllegalStep unless a submission may go from one state to the other."""
    if then not in TRANSITIONS[now]:
        raise IllegalStep(f"a submission that is {now} cannot become {then}")


def sources_of(state: State) -> tuple[State, ...]:
    """The states that may come right before one."""
    return tuple(before for before, after in TRANSITIONS.items() if state in after)


def states_page() -> str:
    """docs/states.md."""
    return "\n".join((*_submission_section(), "", *_case_section(), ""))


def _submission_section() -> Iterable[str]:
    yield "# States"
    yield ""
    yield "Printed from `storage/states.py` and `routing/workflow.py` by `python -m storage.states`; a test fails when it differs."
    yield ""
    yield "## A submission"
    yield ""
    yield "```"
    yield "received ──> accepted | rejected | held ──> answered"
    yield "                        rejected | held ──> reopened      (a person: it was wrong)"
    yield "                                   held ──> dismissed     (a person: it was right)"
    yield "                    rejected | answered ──> completed     (the reporter sent what was missing)"
    yield "```"
    yield ""
    yield "A row is in exactly one state at any instant, after any kill: the bytes, the verdict and the state are one transaction."
    yield "A step from one decided state to another is a replay with today's networks and rules, applied by a person."
    yield ""
    yield "| state | what it means | may become |"
    yield "|---|---|---|"
    for state, after in TRANSITIONS.items():
        yield f"| `{state}` | {MEANING[state]} | {_list(after)} |"


def _case_section() -> Iterable[str]:
    yield "## A case"
    for family in Family:
        yield ""
        yield f"### {family}"
        yield ""
        yield f"{NOTE_OF[family]}"
        yield ""
        workflow = workflow_for(family)
        due = dict(workflow.due)
        yield "| state | within | may become |"
        yield "|---|---|---|"
        for state in workflow.states:
            after = [_step(one) for one in workflow.transitions if one.source is state]
            yield f"| `{state}` | {_days(due.get(state))} | {', '.join(after)} |"


def _step(step: Transition) -> str:
    return f"`{step.target}`{_BY[step.actor]}"


def _days(due: timedelta | None) -> str:
    return f"{due.days} d" if due else "–"


def _list(states: Iterable[State]) -> str:
    return ", ".join(f"`{state}`" for state in states) or "–"


if __name__ == "__main__":
    print(states_page(), end="")
