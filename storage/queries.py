"""What the desk asks of submissions: lists, one whole, what stands next to it.   The command line, the pages and the API ask here.

Lists are newest first and go on by number: a page is asked for by the last number of the one before, so that it neither skips nor
repeats a row while new ones come in, and the thousandth page costs what the first one does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Subquery, Table, func, select

from parsers.report import Role
from storage.answered import links_of
from storage.dictionaries import read_document
from storage.filters import SCANNED, Bounds, Filter, bounds_of, leading, remaining
from storage.finding import find_submission
from storage.reference import case_reference
from storage.tables import (
    CAMPAIGN,
    CASE,
    CASE_SUBMISSION,
    EVIDENCE,
    EXPLANATION,
    REPORT,
    REPORT_ADDRESS,
    REPORT_LINK,
    SUBMISSION,
    SUBMISSION_HISTORY,
)

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line of a list.   reference: as the reporter was told it.   accused: the addresses that it accuses, each once.

    campaign_id, campaign_size: of the mailing that it reports, and how many submissions do; None and 1 where there is none.
    """

    id: int
    digest: str
    reference: str
    subject: str
    message_id: str
    reporter: str
    arrived_at: datetime
    state: str
    verdict: str | None
    reason: str | None
    event: str
    repeats: int
    accused: tuple[str, ...]
    campaign_id: int | None = None
    campaign_size: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Lines, newest first.   next_before: what to ask for the next page with, None at the end; a short page can go on."""

    lines: tuple[Listed, ...]
    next_before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """Everything that is kept of one submission, except the raw mail (storage/evidence.py).

    submission: its columns.   document: the explanation, with the reference and the answer as they were told.
    reports, links, addresses, history: rows, in their order.   cases: references of the cases that hold it, oldest first.
    answers: reference of the submission that it answers, "" for none.   answered_by: of those that answer it.
    evidence: sha256, raw_bytes, location, is_here.
    """

    submission: Mapping[str, Any]
    document: Mapping[str, Any]
    facts: Mapping[str, Any]
    reports: Sequence[Mapping[str, Any]]
    links: Sequence[Mapping[str, Any]]
    addresses: Sequence[Mapping[str, Any]]
    history: Sequence[Mapping[str, Any]]
    cases: tuple[str, ...]
    evidence: Mapping[str, Any]
    answers: str = ""
    answered_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The lines next to one in a list; None at its ends."""

    newer: Listed | None
    older: Listed | None


_LINE = tuple(SUBMISSION.c[name] for name in (
    "id", "digest", "told_reference", "subject", "message_id", "reporter", "arrived_at", "state", "verdict", "reason", "event", "repeats",
    "campaign_id",
))  # fmt: skip


def list_submissions(connection: Connection, asked: Filter, *, before: int | None = None, limit: int = PAGE) -> Page:
    """The newest lines with a number below before."""
    return _walk(connection, asked, Bounds(before=before), limit)


def every_submission(connection: Connection, asked: Filter, *, page: int = 500) -> Iterator[Listed]:
    """All lines, newest first, for exports."""
    before: int | None = None
    while True:
        found = list_submissions(connection, asked, before=before, limit=page)
        yield from found.lines
        if found.next_before is None:
            return
        before = found.next_before


def neighbours(connection: Connection, asked: Filter, number: int) -> Neighbours:
    """The lines next to the one of that number, in the list that is asked for."""
    older = _walk(connection, asked, Bounds(before=number), 1).lines
    newer = _walk(connection, asked, Bounds(after=number), 1, oldest_first=True).lines
    return Neighbours(newer=newer[0] if newer else None, older=older[0] if older else None)


def show_submission(connection: Connection, reference: str) -> Whole | None:
    """One submission by its reference or digest; None when there is none."""
    found = find_submission(connection, reference)
    if found is None:
        return None
    number = found["id"]
    explained = _rows_of(connection, EXPLANATION, number)
    answers, answered_by = links_of(connection, number)
    return Whole(
        submission=found,
        document=_as_told(_document(connection, explained[0]) if explained else {}, found),
        facts=explained[0]["facts"] if explained else {},
        reports=_rows_of(connection, REPORT, number),
        links=_rows_of(connection, REPORT_LINK, number),
        addresses=_rows_of(connection, REPORT_ADDRESS, number),
        history=_rows_of(connection, SUBMISSION_HISTORY, number),
        cases=_cases_of(connection, number),
        evidence=_evidence_of(connection, number),
        answers=answers,
        answered_by=answered_by,
    )


def _walk(connection: Connection, asked: Filter, bounds: Bounds, limit: int, *, oldest_first: bool = False) -> Page:
    """Lines from one end of the bounds on: first out of a few rows, which mostly is enough, then out of as many as are ever looked at."""
    page = Page(lines=(), next_before=None)
    narrowed = bounds_of(connection, asked, bounds)
    if narrowed is None:
        return page
    for scanned in (min(4 * limit, SCANNED), SCANNED):
        led = leading(connection.dialect.name, asked, narrowed, limit=scanned, oldest_first=oldest_first)
        page = _page(connection, asked, led, limit=limit, scanned=scanned, oldest_first=oldest_first)
        if len(page.lines) == limit or page.next_before is None:
            break
    return page


def _page(connection: Connection, asked: Filter, led: Subquery, *, limit: int, scanned: int, oldest_first: bool) -> Page:
    order = led.c.id if oldest_first else led.c.id.desc()
    query = (
        select(*_LINE).join(led, led.c.id == SUBMISSION.c.id).where(*remaining(connection.dialect.name, asked)).order_by(order).limit(limit)
    )
    lines = _lines(connection, connection.execute(query).all())
    if len(lines) == limit:
        return Page(lines=lines, next_before=lines[-1].id)
    lowest, number = connection.execute(select(func.min(led.c.id), func.count()).select_from(led)).one()
    return Page(lines=lines, next_before=lowest if number == scanned else None)


def _document(connection: Connection, explained: Mapping[str, Any]) -> Mapping[str, Any]:
    return read_document(connection, explained["document"], explained["dictionary_id"])


def _as_told(document: Mapping[str, Any], submission: Mapping[str, Any]) -> Mapping[str, Any]:
    """The worker words the answer before it is known which case the submission joins."""
    answer = dict(document.get("answer") or {}) | {"smtp": submission["answer"]}
    erased: dict[str, Any] = {"reports": [], "trace": []}  # what a submission has of which only verdict and counts are left
    return erased | dict(document) | {"reference": submission["told_reference"], "answer": answer}


def _lines(connection: Connection, rows: Sequence[Any]) -> tuple[Listed, ...]:
    accused = _accused(connection, [row.id for row in rows])
    sizes = _campaign_sizes(connection, [row.campaign_id for row in rows if row.campaign_id])
    return tuple(
        Listed(
            id=row.id,
            digest=row.digest,
            reference=row.told_reference,
            subject=row.subject,
            message_id=row.message_id,
            reporter=row.reporter,
            arrived_at=row.arrived_at,
            state=row.state,
            verdict=row.verdict,
            reason=row.reason,
            event=row.event,
            repeats=row.repeats,
            accused=tuple(accused.get(row.id, ())),
            campaign_id=row.campaign_id,
            campaign_size=sizes.get(row.campaign_id, 1),
        )
        for row in rows
    )


def _accused(connection: Connection, numbers: Sequence[int]) -> dict[int, dict[str, None]]:
    """The accused addresses of submissions, in their order, each once."""
    a = REPORT_ADDRESS.c
    query = select(a.submission_id, a.ip).where(a.submission_id.in_(numbers), a.role == Role.SOURCE.value)
    found: dict[int, dict[str, None]] = {}
    for number, ip in connection.execute(query.order_by(a.submission_id, a.position, a.number)) if numbers else ():
        found.setdefault(number, {})[ip] = None
    return found


def _campaign_sizes(connection: Connection, numbers: Sequence[int]) -> dict[int, int]:
    """How many submissions each of those campaigns has."""
    c = CAMPAIGN.c
    rows = connection.execute(select(c.id, c.submissions).where(c.id.in_(numbers))) if numbers else ()
    return {row[0]: row[1] for row in rows}


def _rows_of(connection: Connection, table: Table, number: int) -> list[dict[str, Any]]:
    query = select(table).where(table.c.submission_id == number).order_by(*table.primary_key.columns)
    return [row._asdict() for row in connection.execute(query)]


def _cases_of(connection: Connection, number: int) -> tuple[str, ...]:
    held = CASE_SUBMISSION.c
    query = select(CASE.c.letters).join(CASE_SUBMISSION, held.case_id == CASE.c.id).where(held.submission_id == number).order_by(CASE.c.id)
    return tuple(case_reference(letters) for letters in connection.execute(query).scalars())


def _evidence_of(connection: Connection, number: int) -> dict[str, Any]:
    e = EVIDENCE.c
    query = select(e.sha256, e.raw_bytes, e.location, e.frame.is_not(None).label("is_here")).where(e.submission_id == number)
    row = connection.execute(query).one_or_none()
    return row._asdict() if row else {}
