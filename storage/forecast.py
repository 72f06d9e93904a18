"""What a run of retention would erase: counted in one pass over everything, and kept, since that takes seconds at a million.

A count is a line of the audit log: who counted, when, by which rules. The desk shows the newest and its age.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, func, select

from config.sections import Retention
from storage.audit import Act, append
from storage.engine import reading, writing
from storage.holds import is_held
from storage.retention import has_run_out, rule_in, rules_of
from storage.tables import AUDIT, SUBMISSION

_COUNT, _SUBJECT = "retention-count", "retention-count"  # in the audit log; a subject of its own, so that the newest is found at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What one rule would erase of one verdict and reason.   raw_bytes: of the mails, as they came in."""

    rule: str
    days: int
    verdict: str
    reason: str
    submissions: int
    raw_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a run would do now.   held: submissions that stay only because a hold lies on them."""

    due: Sequence[Due]
    held: int

    @property
    def submissions(self) -> int:
        """How many would be erased."""
        return sum(one.submissions for one in self.due)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForecast:
    """A forecast that was kept.   at: when it was counted.   until: whose time is over by then."""

    forecast: Forecast
    at: datetime
    until: datetime


def forecast(connection: Connection, settings: Retention, now: datetime) -> Forecast:
    """What would go, rule by rule, the most first; nothing is changed."""
    rules = rules_of(settings)
    if not rules:
        return Forecast(due=(), held=0)
    s, days = SUBMISSION.c, {rule.name: rule.days for rule in rules}
    due = (
        select(s.verdict, s.reason, s.raw_bytes, rule_in(rules).label("rule"), is_held().label("held"))
        .where(*has_run_out(rules, now))
        .subquery()
    )
    d = due.c
    rows = connection.execute(
        select(d.rule, d.verdict, d.reason, d.held, func.count(), func.sum(d.raw_bytes)).group_by(d.rule, d.verdict, d.reason, d.held)
    ).all()
    found = [
        Due(rule=row[0], days=days[row[0]], verdict=row[1], reason=row[2], submissions=row[4], raw_bytes=int(row[5]))
        for row in rows
        if not row.held
    ]
    held = sum(row[4] for row in rows if row.held)
    return Forecast(due=tuple(sorted(found, key=lambda one: (-one.submissions, one.rule, one.reason))), held=held)


def count_anew(engine: Engine, settings: Retention, until: datetime, act: Act) -> Forecast:
    """Count what will have run out by then, and keep that.   Raises StorageError and its kin."""
    with reading(engine) as connection:
        expected = forecast(connection, settings, until)
    detail = {
        "until": until.astimezone(UTC).isoformat(),
        "rules": _days_of(settings),
        "due": [astuple(one) for one in expected.due],
        "held": expected.held,
    }
    with writing(engine) as connection:
        append(connection, act, _COUNT, _SUBJECT, detail)
    return expected


def last_count(connection: Connection, settings: Retention) -> KeptForecast | None:
    """The newest that was kept, None when there is none or the rules have changed since."""
    a = AUDIT.c
    newest = select(a.at, a.detail).where(a.subject == _SUBJECT, a.action == _COUNT).order_by(a.id.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    detail = json.loads(row.detail) if row else {}
    if row is None or detail["rules"] != _days_of(settings):
        return None
    due = tuple(Due(**dict(zip(Due.__slots__, one, strict=True))) for one in detail["due"])
    return KeptForecast(forecast=Forecast(due=due, held=detail["held"]), at=row.at, until=datetime.fromisoformat(detail["until"]))


def _days_of(settings: Retention) -> Mapping[str, int]:
    return {rule.name: rule.days for rule in rules_of(settings)}
