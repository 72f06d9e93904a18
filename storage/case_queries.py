"""What the desk asks of cases: the queue, and one case whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from config.events import Event
from storage.finding import find_case
from storage.reference import case_reference
from storage.tables import CASE, CASE_HISTORY, CASE_SUBMISSION, SUBMISSION
from storage.workflow import CaseState

PAGE = 50
SHOWN = 200  # submissions of one case, the newest; their number stands in the case


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases are asked for; None asks for anything.   is_open: True for open ones, False for closed ones."""

    state: CaseState | None = None
    event: Event | None = None
    contractor: str | None = None
    assignee: str | None = None
    accused: str | None = None
    is_open: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """Cases with all their columns and their reference, newest first.   next_before: as in a page of submissions."""

    cases: tuple[Mapping[str, Any], ...]
    next_before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeCase:
    """A case with its history, oldest first, and its newest submissions, newest first."""

    case: Mapping[str, Any]
    history: Sequence[Mapping[str, Any]]
    submissions: Sequence[Mapping[str, Any]]


def list_cases(connection: Connection, asked: CaseFilter, *, before: int | None = None, limit: int = PAGE) -> CasePage:
    """The newest cases with a number below before."""
    conditions = _conditions(asked) + ([CASE.c.id < before] if before is not None else [])
    rows = connection.execute(select(CASE).where(*conditions).order_by(CASE.c.id.desc()).limit(limit)).all()
    return CasePage(cases=tuple(_with_reference(row._asdict()) for row in rows), next_before=rows[-1].id if len(rows) == limit else None)


def overdue_cases(connection: Connection, asked: CaseFilter, now: datetime, *, limit: int = PAGE) -> tuple[Mapping[str, Any], ...]:
    """The open cases that wait for longer than they may, the longest first."""
    conditions = [*_conditions(asked), CASE.c.closed_at.is_(None), CASE.c.due_at < now]
    rows = connection.execute(select(CASE).where(*conditions).order_by(CASE.c.due_at, CASE.c.id).limit(limit)).all()
    return tuple(_with_reference(row._asdict()) for row in rows)


def is_overdue(case: Mapping[str, Any], now: datetime) -> bool:
    """Whether an open case waits for longer than its workflow allows."""
    return case["closed_at"] is None and case["due_at"] is not None and case["due_at"] < now


def show_case(connection: Connection, reference: str) -> WholeCase | None:
    """One case by its reference; None when there is none."""
    case = find_case(connection, reference)
    if case is None:
        return None
    h, held = CASE_HISTORY.c, CASE_SUBMISSION.c
    history = connection.execute(select(CASE_HISTORY).where(h.case_id == case["id"]).order_by(h.id))
    submissions = connection.execute(
        select(SUBMISSION)
        .join(CASE_SUBMISSION, held.submission_id == SUBMISSION.c.id)
        .where(held.case_id == case["id"])
        .order_by(held.submission_id.desc())
        .limit(SHOWN)
    )
    return WholeCase(
        case=_with_reference(case),
        history=[row._asdict() for row in history],
        submissions=[row._asdict() for row in submissions],
    )


def _with_reference(case: Mapping[str, Any]) -> Mapping[str, Any]:
    return dict(case) | {"reference": case_reference(case["letters"])}


def _conditions(asked: CaseFilter) -> list[ColumnElement[bool]]:
    c = CASE.c
    wanted = {c.state: asked.state, c.event: asked.event, c.contractor: asked.contractor, c.assignee: asked.assignee}
    conditions = [column == str(value) for column, value in wanted.items() if value is not None]
    conditions += [c.accused_value == asked.accused] if asked.accused is not None else []
    if asked.is_open is not None:
        conditions.append(c.closed_at.is_(None) if asked.is_open else c.closed_at.is_not(None))
    return conditions
