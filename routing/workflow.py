"""What happens to a case: the two families of events as state machines.

Pure data: which step may follow which, who takes it, and by when the next one is due. The store keeps every step with
its time, its author and a note (storage/cases.py).
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from config.events import Event, Family, rule_of


class State(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"  # Recorded; nobody has looked yet.
    INVESTIGATING = "investigating"  # The desk looks into it.
    ALERTED = "alerted"  # The contractor was told.
    WARNED = "warned"  # The contractor was told to end it.
    CONTENT_SUSPENDED = "content-suspended"  # The content cannot be reached.
    NO_ACTION = "no-action"  # Nothing is to be done, with the reason in the note.
    CONTENT_REVIEW = "content-review"  # The desk reads the content complained of.
    SENT_TO_CONTRACTOR = "sent-to-contractor"  # The contractor has the comments that may be forwarded.
    CONTRACTOR_REPLIED = "contractor-replied"  # The contractor answered.
    NO_REPLY = "no-reply"  # The deadline passed without an answer.
    REPORTED_BACK = "reported-back"  # The reporter was told the outcome.
    CLOSED = "closed"  # Done; new evidence opens it again.


class Actor(StrEnum):
    """Who takes a step."""

    DESK = "desk"  # A person of the desk.
    CONTRACTOR = "contractor"  # The contractor, by a reply.
    DEADLINE = "deadline"  # The passing of time.
    REPORTER = "reporter"  # A new report about the same thing.


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One step that may be taken.   tells_reporter: the reporter hears of it."""

    source: State
    target: State
    actor: Actor
    tells_reporter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """One family's machine.   due: how long a case may stand in a state before it is overdue; states without one wait for ever."""

    family: Family
    start: State
    transitions: tuple[Transition, ...]
    due: tuple[tuple[State, timedelta], ...]

    @property
    def states(self) -> tuple[State, ...]:
        """Every state of the family, in the order of State."""
        named = {self.start} | {state for one in self.transitions for state in (one.source, one.target)}
        return tuple(state for state in State if state in named)


def _steps(source: State, targets: tuple[State, ...], actor: Actor = Actor.DESK) -> tuple[Transition, ...]:
    return tuple(Transition(source=source, target=target, actor=actor, tells_reporter=target is State.REPORTED_BACK) for target in targets)


_REPORT_ONLY = Workflow(
    family=Family.REPORT_ONLY,
    start=State.RECEIVED,
    transitions=(
        *_steps(State.RECEIVED, (State.INVESTIGATING,)),
        *_steps(State.INVESTIGATING, (State.ALERTED, State.WARNED, State.CONTENT_SUSPENDED, State.NO_ACTION)),
        *_steps(State.ALERTED, (State.WARNED, State.CONTENT_SUSPENDED, State.CLOSED)),
        *_steps(State.WARNED, (State.CONTENT_SUSPENDED, State.CLOSED)),
        *_steps(State.CONTENT_SUSPENDED, (State.CLOSED,)),
        *_steps(State.NO_ACTION, (State.CLOSED,)),
        *_steps(State.CLOSED, (State.INVESTIGATING,), Actor.DESK),
        *_steps(State.CLOSED, (State.INVESTIGATING,), Actor.REPORTER),
    ),
    due=(
        (State.RECEIVED, timedelta(days=1)),
        (State.INVESTIGATING, timedelta(days=3)),
        (State.ALERTED, timedelta(days=7)),
        (State.WARNED, timedelta(days=3)),
    ),
)

_FACT_CHECK = Workflow(
    family=Family.FACT_CHECK,
    start=State.RECEIVED,
    transitions=(
        *_steps(State.RECEIVED, (State.CONTENT_REVIEW,)),
        *_steps(State.CONTENT_REVIEW, (State.SENT_TO_CONTRACTOR,)),
        *_steps(State.SENT_TO_CONTRACTOR, (State.CONTRACTOR_REPLIED,), Actor.CONTRACTOR),
        *_steps(State.SENT_TO_CONTRACTOR, (State.NO_REPLY,), Actor.DEADLINE),
        *_steps(State.NO_REPLY, (State.CONTRACTOR_REPLIED,), Actor.CONTRACTOR),
        *_steps(State.NO_REPLY, (State.SENT_TO_CONTRACTOR, State.REPORTED_BACK)),
        *_steps(State.CONTRACTOR_REPLIED, (State.SENT_TO_CONTRACTOR, State.REPORTED_BACK)),
        *_steps(State.REPORTED_BACK, (State.CLOSED,)),
        *_steps(State.CLOSED, (State.CONTENT_REVIEW,), Actor.DESK),
        *_steps(State.CLOSED, (State.CONTENT_REVIEW,), Actor.REPORTER),
    ),
    due=(
        (State.RECEIVED, timedelta(days=1)),
        (State.CONTENT_REVIEW, timedelta(days=3)),
        (State.SENT_TO_CONTRACTOR, timedelta(days=7)),
        (State.CONTRACTOR_REPLIED, timedelta(days=3)),
        (State.NO_REPLY, timedelta(days=3)),
    ),
)
_BY_FAMILY = {one.family: one for one in (_REPORT_ONLY, _FACT_CHECK)}
# What is urgent whatever its family: the contractor has two days instead of seven.
_URGENT = frozenset({Event.ILLEGAL_ACTIVITY})
_URGENT_REPLY = timedelta(days=2)


def workflow_for(family: Family) -> Workflow:
    """The machine that a family's cases follow."""
    return _BY_FAMILY[family]


def workflow_of(event: Event) -> Workflow:
    """The machine that an event's cases follow."""
    return workflow_for(rule_of(event).family)


def next_states(event: Event, state: State, actor: Actor = Actor.DESK) -> tuple[State, ...]:
    """Where that actor may take a case from there."""
    return tuple(one.target for one in workflow_of(event).transitions if one.source is state and one.actor is actor)


def find_step(event: Event, source: State, target: State, actor: Actor) -> Transition | None:
    """The step from one state to another, or None when that actor may not take it."""
    steps = workflow_of(event).transitions
    return next((one for one in steps if one.source is source and one.target is target and one.actor is actor), None)


def time_to_act(event: Event, state: State) -> timedelta | None:
    """How long a case may stand in a state, or None for ever."""
    due = dict(workflow_of(event).due).get(state)
    if due is not None and event in _URGENT and state is State.SENT_TO_CONTRACTOR:
        return _URGENT_REPLY
    return due


def reopened(event: Event, state: State) -> State:
    """Where new evidence takes a case: a closed one is opened again, another stays where it is."""
    return next_states(event, state, Actor.REPORTER)[0] if state is State.CLOSED else state
