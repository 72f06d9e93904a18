"""Which submissions a person asks for, and how the store finds them fast.

One condition leads: the one that usually leaves the fewest rows, and has an index that gives them newest first. The others are tested
on what it gives. So a page costs as much as it shows, whatever the number of rows, and never more than SCANNED rows are looked at:
a page can be short and go on.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, exists, false, func, literal_column, select, true

from config.events import Event
from parsers.report import Role
from routing.verdict import VERDICT_OF, Reason, Verdict
from storage.blocks import Network, block_around, sort_key
from storage.moments import day_of, hour_of, midnight_before
from storage.search import matching
from storage.tables import DAY_COUNT, HOUR_COUNT, REPORT_ADDRESS, SUBMISSION

SCANNED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What is asked for; None and "" ask for anything.

    reporter: a From address.   network: that an accused address lies in.   since, until: of arrival, aware; until is exclusive.
    text: words that must all be there, see storage/words.py.   campaign: the number of the one that it belongs to.
    one_per_campaign: of each campaign's submissions of one verdict the newest.
    """

    verdict: Verdict | None = None
    reason: Reason | None = None
    event: Event | None = None
    reporter: str = ""
    network: Network | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    campaign: int | None = None
    one_per_campaign: bool = False

    @property
    def is_impossible(self) -> bool:
        """Whether the reason belongs to another verdict."""
        return bool(self.reason and self.verdict and VERDICT_OF[self.reason] is not self.verdict)

    @property
    def is_counted_by_day(self) -> bool:
        """Whether the running counts answer it: a verdict, whole days, and no names."""
        is_plain = self.verdict is not None and not (self.reporter or self.network or self.text or self.campaign or self.one_per_campaign)
        return is_plain and all(moment == midnight_before(moment) for moment in (self.since, self.until) if moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Numbers that rows lie between: after is exclusive, before too."""

    after: int | None = None
    before: int | None = None


def counted_days(asked: Filter) -> ColumnElement[bool]:
    """What is asked for, as a condition on DAY_COUNT."""
    d = DAY_COUNT.c
    conditions: list[ColumnElement[bool]] = [true()]
    conditions += [d.verdict == asked.verdict.value] if asked.verdict else []
    conditions += [d.reason == asked.reason.value] if asked.reason else []
    conditions += [d.event == asked.event.value] if asked.event else []
    conditions += [d.day >= day_of(asked.since)] if asked.since else []
    conditions += [d.day < day_of(asked.until)] if asked.until else []
    return and_(*conditions)


def bounds_of(connection: Connection, asked: Filter, bounds: Bounds) -> Bounds | None:
    """The bounds narrowed to the rows that came between since and until; None when there are none.

    The rows of an hour need not follow each other: clocks jump. Their lowest and highest number is kept with their count.
    """
    if asked.since is None and asked.until is None:
        return bounds
    h = HOUR_COUNT.c
    query = select(func.min(h.first_id), func.max(h.last_id))
    query = query.where(h.verdict == asked.verdict.value) if asked.verdict else query
    query = query.where(h.hour >= hour_of(asked.since)) if asked.since else query
    query = query.where(h.hour < asked.until) if asked.until else query
    first, last = connection.execute(query).one()
    if first is None:
        return None
    after = first - 1 if bounds.after is None else max(first - 1, bounds.after)
    before = last + 1 if bounds.before is None else min(last + 1, bounds.before)
    return replace(bounds, after=after, before=before)


def leading(dialect: str, asked: Filter, bounds: Bounds, *, limit: int, oldest_first: bool = False) -> Subquery:
    """The numbers of so many rows that the leading condition gives: one column, `id`, newest first unless said otherwise."""
    query, number = _leading(dialect, asked)
    if bounds.after is not None:
        query = query.where(number > bounds.after)
    if bounds.before is not None:
        query = query.where(number < bounds.before)
    return query.order_by(number if oldest_first else number.desc()).limit(limit).subquery("leading")


def _leading(dialect: str, asked: Filter) -> tuple[Select[Any], Any]:
    s = SUBMISSION.c
    if asked.is_impossible:
        return select(s.id).where(false()), s.id
    if asked.text:
        return matching(dialect, asked.text)
    verdicts = [asked.verdict.value] if asked.verdict else [verdict.value for verdict in Verdict]
    if asked.campaign:
        return select(s.id).where(s.campaign_id == asked.campaign, s.verdict.in_(verdicts)), s.id
    if asked.reporter:
        return select(s.id).where(s.reporter == asked.reporter, s.verdict.in_(verdicts)), s.id
    block = block_around(asked.network) if asked.network else ""
    if block:
        a = REPORT_ADDRESS.c
        return select(a.submission_id.label("id")).distinct().where(a.network == block, _ACCUSED), a.submission_id
    return select(s.id).where(*_kinds(asked)), s.id


def is_led_whole(asked: Filter) -> bool:
    """Whether everything that the leading condition gives is asked for, so that no row must be read to count them."""
    kinds = bool(asked.verdict or asked.reason or asked.event)
    tested = asked.since or asked.until or asked.network or asked.one_per_campaign
    leads = [name for name in (asked.text, asked.campaign, asked.reporter) if name]
    if tested or len(leads) > 1:
        return False
    return not (leads and (asked.reason or asked.event)) and not (asked.text and kinds)


def _kinds(asked: Filter) -> list[ColumnElement[bool]]:
    """The conditions that one index answers together."""
    s = SUBMISSION.c
    conditions: list[ColumnElement[bool]] = []
    if asked.reason:  # it implies the verdict
        conditions.append(s.reason == asked.reason.value)
    elif asked.verdict:
        conditions.append(s.verdict == asked.verdict.value)
    if asked.event:
        conditions.append(s.event == asked.event.value)
    return conditions


def remaining(dialect: str, asked: Filter) -> list[ColumnElement[bool]]:
    """Everything that is asked for except text, as conditions on SUBMISSION."""
    conditions = _conditions(asked, SUBMISSION.c)
    return [*conditions, _is_newest_of_campaign(dialect, asked)] if asked.one_per_campaign else conditions


def _conditions(asked: Filter, s: Any) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    conditions += [s.verdict == asked.verdict.value] if asked.verdict else []
    conditions += [s.reason == asked.reason.value] if asked.reason else []
    conditions += [s.event == asked.event.value] if asked.event else []
    conditions += [s.reporter == asked.reporter] if asked.reporter else []
    conditions += [s.campaign_id == asked.campaign] if asked.campaign else []
    conditions += [s.arrived_at >= asked.since] if asked.since else []
    conditions += [s.arrived_at < asked.until] if asked.until else []
    conditions += [_accuses(asked.network, s.id)] if asked.network else []
    return conditions


def _is_newest_of_campaign(dialect: str, asked: Filter) -> ColumnElement[bool]:
    """Whether no newer one of its campaign and verdict is asked for too."""
    s, newer = SUBMISSION.c, SUBMISSION.alias("newer").c
    same = [newer.campaign_id == s.campaign_id, newer.verdict == s.verdict, newer.id > s.id]
    if asked.text:
        words, number = matching(dialect, asked.text)
        same.append(words.where(number == newer.id).correlate(newer.id.table).exists())
    return ~exists().where(*same, *_conditions(asked, newer))


_ACCUSED = REPORT_ADDRESS.c.role == literal_column(f"'{Role.SOURCE}'")  # as in the index, word for word


def _accuses(network: Network, number: ColumnElement[int]) -> ColumnElement[bool]:
    a = REPORT_ADDRESS.c
    first, last = sort_key(network.network_address), sort_key(network.broadcast_address)
    return exists().where(a.submission_id == number, _ACCUSED, a.sort_key >= first, a.sort_key <= last)
