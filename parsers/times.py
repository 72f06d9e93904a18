"""When something happened, as a complaint says it: times in its lines, read with the year and zone that it states elsewhere."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from parsers.dates import parse_log_date
from parsers.zones import zone_of

_READ_CHARS = 8_000
_DAY = timedelta(days=1)
# "timezone is JST", "All times are in UTC", "Time zone: GMT+2", "(GMT +0900)", "時刻は日本時間"
_STATED = re.compile(
    r"(?:time\s?zone|\btimes?(?:tamps?)?(?:\s\w{1,12}){0,4}?|\bdates?|\btz)(?:\s(?:is|are|in|given|listed|shown|stated|all|use|according\sto)){0,4}\s{0,3}[:=(,]?\s{0,3}(?:in\s)?(?:the\s)?"
    r"((?:UTC|GMT)\s?[+-]\d{1,2}(?::?\d\d)?(?![\d:.-])|[+-]\d\d:?\d\d(?![\d:.-])|\b(?:UTC|GMT|JST|CES?T|EES?T|[PMCE][SD]T|BST|MSK|IST|HKT|SGT|KST|AEST|AEDT)\b)"
    r"|(?:時刻|日時|時間|タイムゾーン)[^\n]{0,12}?(日本(?:標準)?時間?|JST|UTC|GMT(?:[+-]\d{1,2})?)",
    re.IGNORECASE,
)
_JAPANESE_TIME = re.compile(r"日本(?:標準)?時間?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How a text's times are to be read.   year: for times without one, None when unknown.   zone: for times without one."""

    sent_at: datetime | None
    zone: tzinfo = UTC
    is_zone_stated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A point in time.   is_zone_assumed: no zone was stated anywhere, and UTC was taken."""

    at: datetime
    is_zone_assumed: bool


def clock_of(text: str, sent_at: datetime | None) -> Clock:
    """The clock of a text.   sent_at: when the mail that it stands in was written."""
    clock = Clock(sent_at=sent_at)
    match = _STATED.search(text[:_READ_CHARS])
    if match is None:
        return clock
    written = "JST" if match[2] and _JAPANESE_TIME.match(match[2]) else (match[1] or match[2]).replace(" ", "")
    zone = zone_of(written) or zone_of(written.upper().removeprefix("UTC").removeprefix("GMT"))
    return replace(clock, zone=zone, is_zone_stated=True) if zone else clock


def time_in(line: str, clock: Clock) -> Moment | None:
    """The first time in a line, or None.   A time without a year is the last such before the mail was written."""
    year = clock.sent_at.year if clock.sent_at else None
    found = parse_log_date(line, year=year, assumed_zone=clock.zone)
    if found is None:
        return None
    at, is_assumed = found
    if clock.sent_at is not None and year is not None and at > clock.sent_at + 2 * _DAY and str(at.year) not in line:
        earlier = parse_log_date(line, year=year - 1, assumed_zone=clock.zone)
        at = earlier[0] if earlier else at
    return Moment(at=at, is_zone_assumed=is_assumed and not clock.is_zone_stated)
