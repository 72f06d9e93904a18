"""How many, and of which kinds: the counts beside a list, and the curve above it.

Whole days of verdicts, reasons and events are counted as they come in and cost nothing here. What the running counts cannot answer is
counted among the newest SAMPLED rows, and says so.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, func, select, type_coerce

from storage.counts import Counted
from storage.filters import Bounds, Filter, bounds_of, counted_days, is_led_whole, leading, remaining
from storage.tables import DAY_COUNT, HOUR_COUNT, NAME_COUNT, OFTEN, SUBMISSION

COUNTED = 10_000  # numbers of an index
TESTED = 2_000  # rows that must be read to tell whether they belong to the list
SAMPLED = 2_000
NAMES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many; not is_exact: at least as many."""

    number: int
    is_exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """The most frequent values of one kind with their counts, most frequent first.   not is_exact: among the newest rows only."""

    values: tuple[tuple[str, int], ...]
    is_exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """The counts beside a list.   days: ISO dates in UTC, newest first."""

    reasons: Facet
    events: Facet
    networks: Facet
    reporters: Facet
    days: Facet


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """How many came in an hour with a verdict."""

    hour: datetime
    verdict: str
    number: int


def count_submissions(connection: Connection, asked: Filter) -> Count:
    """How many the whole list has."""
    if asked.is_impossible:
        return Count(number=0, is_exact=True)
    if asked.is_counted_by_day:
        return Count(number=_counted(connection, asked), is_exact=True)
    bounds = bounds_of(connection, asked, Bounds())
    if bounds is None:
        return Count(number=0, is_exact=True)
    dialect = connection.dialect.name
    most = COUNTED if is_led_whole(asked) else TESTED
    led = leading(dialect, asked, bounds, limit=most)
    scanned = connection.execute(select(func.count()).select_from(led)).scalar_one()
    if is_led_whole(asked):
        return Count(number=scanned, is_exact=scanned < most)
    tested = select(func.count()).select_from(SUBMISSION).join(led, led.c.id == SUBMISSION.c.id).where(*remaining(dialect, asked))
    return Count(number=connection.execute(tested).scalar_one(), is_exact=scanned < most)


def facets(connection: Connection, asked: Filter) -> Facets:
    """The counts beside a list."""
    sample = _Sample.of(connection, asked)
    d = DAY_COUNT.c
    by_day = asked.is_counted_by_day and not sample.is_whole
    by_name = by_day and asked == Filter(verdict=asked.verdict)
    return Facets(
        reasons=_days_by(connection, asked, d.reason) if by_day else sample.facet("reason"),
        events=_days_by(connection, asked, d.event) if by_day else sample.facet("event"),
        networks=_names(connection, asked, Counted.NETWORK) if by_name else sample.facet("network"),
        reporters=_names(connection, asked, Counted.REPORTER) if by_name else sample.facet("reporter"),
        days=_newest_first(_days_by(connection, asked, d.day)) if by_day else sample.days(),
    )


def received_per_hour(connection: Connection, since: datetime, until: datetime) -> tuple[Hour, ...]:
    """How many were decided an hour, by verdict, oldest hour first; hours without any are left out."""
    h = HOUR_COUNT.c
    query = select(h.hour, h.verdict, h.number).where(h.hour >= since, h.hour < until).order_by(h.hour, h.verdict)
    return tuple(Hour(hour=row.hour, verdict=row.verdict, number=row.number) for row in connection.execute(query))


@dataclass(frozen=True, slots=True)
class _Sample:
    """The newest rows of a list.   is_whole: there are no others."""

    rows: list[Any]
    is_whole: bool

    @classmethod
    def of(cls, connection: Connection, asked: Filter) -> "_Sample":
        """Read them: one query, counted here, since a database would read them once for each kind."""
        bounds = bounds_of(connection, asked, Bounds())
        if bounds is None:
            return cls([], is_whole=True)
        s = SUBMISSION.c
        dialect = connection.dialect.name
        led = leading(dialect, asked, bounds, limit=SAMPLED)
        query = select(s.reason, s.event, s.network, s.reporter, _day(dialect)).join(led, led.c.id == s.id)
        query = query.where(*remaining(dialect, asked))
        scanned = connection.execute(select(func.count()).select_from(led)).scalar_one()
        return cls([*connection.execute(query).all()], is_whole=scanned < SAMPLED)

    def facet(self, name: str) -> Facet:
        """The most frequent values of a column, without "" and NULL."""
        column = ("reason", "event", "network", "reporter").index(name)
        counts = Counter(row[column] for row in self.rows if row[column])
        return Facet(values=tuple(counts.most_common(NAMES)), is_exact=self.is_whole)

    def days(self) -> Facet:
        """The days."""
        counts = Counter(row[4] for row in self.rows)
        return Facet(values=tuple(sorted(counts.items(), reverse=True)), is_exact=self.is_whole)


def _day(dialect: str) -> ColumnElement[str]:
    """The day of arrival as text, made by the database: a time for each row would cost more than all the rest."""
    at = SUBMISSION.c.arrived_at
    return func.to_char(at, "YYYY-MM-DD") if dialect == "postgresql" else func.substr(type_coerce(at, String), 1, 10)


def _counted(connection: Connection, asked: Filter) -> int:
    return int(connection.execute(select(func.coalesce(func.sum(DAY_COUNT.c.number), 0)).where(counted_days(asked))).scalar_one())


def _days_by(connection: Connection, asked: Filter, column: ColumnElement[str]) -> Facet:
    query = select(column, func.sum(DAY_COUNT.c.number)).where(counted_days(asked), column != "").group_by(column)
    return Facet(values=_most_frequent((name, int(number)) for name, number in connection.execute(query)), is_exact=True)


def _newest_first(days: Facet) -> Facet:
    return Facet(values=tuple(sorted(days.values, reverse=True)), is_exact=days.is_exact)


def _names(connection: Connection, asked: Filter, kind: Counted) -> Facet:
    """Names that came often; in a list too long to count, the others do not matter."""
    n = NAME_COUNT.c
    assert asked.verdict is not None
    query = select(n.name, n.number).where(n.kind == kind.value, n.verdict == asked.verdict.value, n.number >= OFTEN)
    rows = connection.execute(query.order_by(n.number.desc()).limit(NAMES))
    return Facet(values=_most_frequent((row.name, row.number) for row in rows), is_exact=True)


def _most_frequent(values: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(values, key=lambda value: (-value[1], value[0])))
