"""Numbers for the desk's first page: who and what comes most, how old the open cases are, how fast the desk is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from sqlalchemy import Connection, case, func, select

from parsers.report import Role
from routing.verdict import Verdict
from storage.blocks import Network, block_around
from storage.counts import Counted
from storage.moments import day_of
from storage.tables import CAMPAIGN, CASE, DAY_COUNT, NAME_COUNT, OFTEN, REPORT, REPORT_ADDRESS, REPORT_LINK, SUBMISSION

NEWEST = 1_000  # submissions that links and campaigns are counted among
_FEW = 2_000  # names that are few enough to count all
_LEADERS = 100
AGES = (timedelta(hours=4), timedelta(days=1), timedelta(days=3), timedelta(days=7))  # of open cases; the last bucket has no end


@dataclass(frozen=True, slots=True, kw_only=True)
class Often:
    """A name and how many submissions it had, by verdict."""

    name: str
    numbers: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.numbers.values())

    @property
    def accepted_share(self) -> float:
        """How many of a hundred were accepted."""
        return 100 * self.numbers.get(Verdict.ACCEPTED, 0) / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignLine:
    """Submissions that look like one mailing.   name: of the campaign.   id: its number.   subject, reporter: of the newest."""

    id: int
    name: str
    subject: str
    reporter: str
    number: int


def most_frequent(connection: Connection, kind: Counted, limit: int = 8) -> tuple[Often, ...]:
    """The names that came most, of all verdicts; where there are many, among those that came most with one verdict."""
    n = NAME_COUNT.c
    few = select(n.name).where(n.kind == kind.value).limit(_FEW + 1).subquery()
    is_many = connection.execute(select(func.count()).select_from(few)).scalar_one() > _FEW
    total = func.sum(n.number)
    names = select(n.name, total.label("total")).where(n.kind == kind.value, *([n.name.in_(_leaders(connection, kind))] if is_many else []))
    chosen = [row.name for row in connection.execute(names.group_by(n.name).order_by(total.desc(), n.name).limit(limit))]
    found: dict[str, dict[str, int]] = {name: {} for name in chosen}
    for row in connection.execute(select(n.name, n.verdict, n.number).where(n.kind == kind.value, n.name.in_(chosen))):
        found[row.name][row.verdict] = row.number
    return tuple(Often(name=name, numbers=numbers) for name, numbers in found.items())


def _leaders(connection: Connection, kind: Counted) -> list[str]:
    """The names that came most with each verdict, out of the index of those that came often."""
    n = NAME_COUNT.c
    of_kind = select(n.name).where(n.kind == kind.value, n.number >= OFTEN).order_by(n.number.desc()).limit(_LEADERS)
    return [name for verdict in Verdict for name in connection.execute(of_kind.where(n.verdict == verdict.value)).scalars()]


def reasons_since(connection: Connection, since: datetime) -> Sequence[tuple[str, str, int]]:
    """Verdict, reason and number of all whole days from that day on, most frequent first."""
    d = DAY_COUNT.c
    total = func.sum(d.number)
    query = select(d.verdict, d.reason, total).where(d.day >= day_of(since)).group_by(d.verdict, d.reason)
    return [(row[0], row[1], int(row[2])) for row in connection.execute(query.order_by(total.desc(), d.reason))]


def linked_hosts(connection: Connection, limit: int = 8) -> Sequence[tuple[str, bool | None, int]]:
    """The hosts that the newest submissions link to most: host, whether it is ours, submissions."""
    link = REPORT_LINK.c
    number = func.count(link.submission_id.distinct())
    query = select(link.host, func.max(link.in_network).label("ours"), number).where(link.submission_id > _newest(connection))
    if connection.dialect.name == "postgresql":
        query = select(link.host, func.bool_or(link.in_network), number).where(link.submission_id > _newest(connection))
    rows = connection.execute(query.group_by(link.host).order_by(number.desc(), link.host).limit(limit))
    return [(row[0], None if row[1] is None else bool(row[1]), row[2]) for row in rows]


def campaigns(connection: Connection, limit: int = 6) -> tuple[CampaignLine, ...]:
    """The mailings that the newest submissions report most; one that was reported once is none."""
    r, s = REPORT.c, SUBMISSION.c
    number = func.count(r.submission_id.distinct())
    query = select(CAMPAIGN.c.id, CAMPAIGN.c.name, number.label("number"), func.max(r.submission_id).label("newest"))
    query = query.join(CAMPAIGN, CAMPAIGN.c.id == r.campaign_id).where(r.submission_id > _newest(connection))
    most = query.group_by(CAMPAIGN.c.id, CAMPAIGN.c.name).having(number > 1).order_by(number.desc(), CAMPAIGN.c.id).limit(limit).subquery()
    lines = select(most.c.id, most.c.name, s.subject, s.reporter, most.c.number).join(SUBMISSION, s.id == most.c.newest)
    return tuple(CampaignLine(**row._asdict()) for row in connection.execute(lines.order_by(most.c.number.desc(), most.c.id)))


def accused_in(connection: Connection, block: Network) -> Mapping[str, int]:
    """How often each address of a block (a /24) was accused, among its newest reports."""
    a = REPORT_ADDRESS.c
    newest = (
        select(a.ip).where(a.network == block_around(block), a.role == Role.SOURCE.value).order_by(a.submission_id.desc()).limit(4 * NEWEST)
    )
    return Counter(connection.execute(newest).scalars())


def case_ages(connection: Connection, now: datetime) -> tuple[int, ...]:
    """Open cases by age: one number for each of AGES and one for those older than all."""
    c = CASE.c
    is_open = select(func.count()).where(c.closed_at.is_(None))
    older = [connection.execute(is_open.where(c.opened_at <= now - age)).scalar_one() for age in (timedelta(), *AGES)]
    return (*(one - other for one, other in pairwise(older)), older[-1])


def first_action_s(connection: Connection, newest: int = 1_000) -> float | None:
    """The median time from opening to a person's first action, of the newest cases that have had one; None when none has."""
    c = CASE.c
    query = select(c.opened_at, c.first_action_at).where(c.first_action_at.is_not(None)).order_by(c.id.desc()).limit(newest)
    times = [(row.first_action_at - row.opened_at).total_seconds() for row in connection.execute(query)]
    return median(times) if times else None


def case_campaigns(connection: Connection, case_ids: Sequence[int]) -> Mapping[int, int]:
    """How many mailings the reports of each case look like."""
    from storage.tables import CASE_SUBMISSION

    held, r = CASE_SUBMISSION.c, REPORT.c
    query = (
        select(held.case_id, func.count(r.campaign_id.distinct()))
        .join(REPORT, r.submission_id == held.submission_id)
        .where(held.case_id.in_(case_ids))
        .group_by(held.case_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)} if case_ids else {}


def contractor_cases(connection: Connection, contractor: str) -> Mapping[str, Any]:
    """A contractor's cases in numbers: number, open, reports, first and last seen, and how often each thing was accused again."""
    c = CASE.c
    is_open = func.sum(case((c.closed_at.is_(None), 1), else_=0))
    query = select(func.count(), is_open, func.sum(c.submissions), func.min(c.opened_at), func.max(c.last_report_at))
    number, still_open, reports, first, last = connection.execute(query.where(c.contractor == contractor)).one()
    again = connection.execute(
        select(c.accused_value, func.count(), func.sum(c.submissions))
        .where(c.contractor == contractor)
        .group_by(c.accused_value)
        .order_by(func.count().desc(), func.sum(c.submissions).desc())
        .limit(20)
    )
    states = connection.execute(select(c.state, func.count()).where(c.contractor == contractor).group_by(c.state))
    return {
        "number": number, "open": still_open or 0, "reports": reports or 0, "first": first, "last": last,
        "again": [tuple(row) for row in again], "states": {row[0]: row[1] for row in states},
    }  # fmt: skip


def _newest(connection: Connection) -> int:
    """The number that the newest submissions are above."""
    return (connection.execute(select(func.max(SUBMISSION.c.id))).scalar() or 0) - NEWEST
