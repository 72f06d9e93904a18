"""Dates as mail writes them (RFC 5322 sections 3.3 and 4.3) and as logs write them.

Every date has a zone. In mail one without a zone is none; in a log it gets the zone that the caller assumes, and the
answer says so. Nothing is guessed: a date that can be read in two ways is none.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo

from parsers.zones import zone_of

_Parts = dict[str, str | None]

_MONTHS_IN_ORDER = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTHS_IN_ORDER, start=1)}

# comment = "(" *([FWS] ccontent) [FWS] ")" ; RFC 5322 section 3.2.2, two levels of it.
_COMMENT = re.compile(r"\((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*+\))*+\)", re.DOTALL)

# hour ":" minute [ ":" second ] zone, with the fractions of SendGrid, "GMT+0900", and an abbreviation after the offset.
_CLOCK = r"(?P<hour>\d{1,2}) ?: ?(?P<minute>\d\d)(?: ?: ?(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
_ZONE = r"(?:(?:GMT|UTC)?(?P<offset>[+-]\d\d:?\d\d)(?: [A-Za-z]{1,5})?|(?P<name>[A-Za-z]{1,5}))"
_FORMS = tuple(
    re.compile(form)
    for form in (
        # date-time = [ day-name "," ] day month year time ; RFC 5322 section 3.3. Day names are not read: the numbers decide.
        rf"(?:[^\s\d,]{{1,16}} ?[,.]? ?)?(?P<day>\d{{1,2}})[ -](?P<month>[A-Za-z]{{3,9}})[ -](?P<year>\d{{2,4}}) {_CLOCK} ?{_ZONE}",
        # date-time = full-date "T" full-time ; RFC 3339 section 5.6, and Go: "2023-09-11 09:23:53.933980345 +0000 UTC m=+7.3".
        rf"(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)[Tt ]{_CLOCK} ?{_ZONE}(?: m=[+-][\d.]{{1,40}})?",
        # asctime(3) with a zone, "Fri Feb 07 10:18:12 2003 -0800", and date(1), "Fri Feb 7 10:18:12 PST 2003".
        rf"(?:[A-Za-z]{{3}},? )?(?P<month>[A-Za-z]{{3}}) (?P<day>\d{{1,2}}) {_CLOCK} (?P<year>\d{{4}}) {_ZONE}",
        rf"(?:[A-Za-z]{{3}},? )?(?P<month>[A-Za-z]{{3}}) (?P<day>\d{{1,2}}) {_CLOCK} {_ZONE} (?P<year>\d{{4}})",
    )
)
_LONGEST = 500  # characters; nothing longer is a date, not even one with comments
# The form that nearly all dates have, read as it stands.
_USUAL = re.compile(r"\s?(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-]\d{4}|GMT)(?: \([^()\\]*+\))?\s*+")


def parse_date(text: str) -> datetime | None:
    """Read a date-time field body, or what follows the semicolon of a trace field; aware, None when it is none.

    Comments are stepped over. A zone is required, and an abbreviation must be in the table of parsers/zones.py.
    """
    if found := _USUAL.fullmatch(text):
        day, month, year, hour, minute, second, zone = found.groups()
        return _moment((int(year), _month(month), int(day)), (int(hour), int(minute), int(second), 0), zone_of(zone))
    if len(text) > _LONGEST:
        return None
    plain = " ".join(_COMMENT.sub(" ", text).split())
    for form in _FORMS:
        if found := form.fullmatch(plain):
            parts = found.groupdict()
            date = _full_year(parts["year"]), _month(parts["month"]), int(parts["day"])
            return _moment(date, _clock(parts), zone_of(parts["offset"] or parts["name"]))
    return None


_MONTH_NAME = r"(?P<month>(?:[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Mm]ay|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ep|[Oo]ct|[Nn]ov|[Dd]ec)[a-z]{0,6})\.?"
_LOG_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?(?: ?(?P<half>[AaPp]\.?[Mm]\b))?"
_LOG_FORMS = tuple(
    re.compile(form)
    for form in (
        # RFC 3339, syslog (RFC 5424), W3C and IIS, nginx, PostgreSQL, Japanese forms with slashes
        rf"(?<!\d)(?P<year>\d{{4}})([-/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}})[Tt ,:_]{{1,3}}{_LOG_CLOCK}",
        r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)[T ](?P<hour>\d\d):?(?P<minute>\d\d):?(?P<second>\d\d)",
        # RFC 3164: "Aug  3 00:59:50"; asctime(3) and date(1) put a year behind, Cisco in the middle
        rf"(?<![A-Za-z]){_MONTH_NAME} {{1,2}}(?P<day>\d{{1,2}})(?:,? (?P<year>(?:19|20)\d\d))?,?(?: at)? {{1,2}}{_LOG_CLOCK}"
        r"(?: (?P<name>[A-Z]{3,5}))?(?: (?P<later_year>(?:19|20)\d\d)(?![\d.:-]))?",
        # Apache: "03/Aug/2026:00:59:50 +0900"; mail: "Mon, 03 Aug 2026 00:59:50"; BIND: "03-Aug-2026 00:59:50.123"
        rf"(?<!\d)(?P<day>\d{{1,2}})[ /-]{_MONTH_NAME}[ /-](?P<year>\d{{4}})(?:[ :,]{{1,2}}|,? at ){_LOG_CLOCK}",
        # Windows: "8/3/2026 12:59:50 AM"; elsewhere only where one of the numbers is above 12
        rf"(?<!\d)(?P<first>\d{{1,2}})/(?P<other>\d{{1,2}})/(?P<year>\d{{4}}),? {_LOG_CLOCK}",
        # German and many others: "03.08.2026 00:59:50"
        rf"(?<!\d)(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}),? {_LOG_CLOCK}",
        # Japanese: "2026年8月3日(月) 午前0時59分50秒"; Reiwa 1 is 2019
        r"(?:令和\s?(?P<reiwa>\d{1,2}|元)|(?<!\d)(?P<year>\d{4}))\s?年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日"
        r"(?:\s?[(（][月火水木金土日](?:曜日?)?[)）])?[\s、,]{0,3}(?P<half>午前|午後)?\s?"
        r"(?P<hour>\d{1,2})\s?[時:：]\s?(?P<minute>\d{1,2})(?:\s?[分:：]\s?(?:(?P<second>\d{1,2})(?!\d))?)?秒?",
        # seconds or milliseconds since 1970: squid, audit, JSON
        r"(?:\A[\[\"' ]{0,3}|(?:time|date|ts|stamp|epoch|audit)[\"']?[:=( ]{1,2}[\"']?)"
        r"(?P<epoch>1\d{9})(?:\.(?P<fraction>\d{1,9})|(?P<milliseconds>\d{3}))?(?![\w-])",
    )
)
_LOG_ZONE = re.compile(
    r"\s?[(\[（]?(?:(?:UTC|GMT)?(?P<offset>[+-]\d{1,2}(?::?\d\d)?)(?![\d:.])"
    r"|(?P<name>UTC|GMT|utc|gmt|[A-Z]{3,5}|[Zz]|日本(?:標準)?時間?)(?!\w))"
)
_IN_JAPANESE = {"日本時間": "JST", "日本標準時": "JST", "日本標準時間": "JST"}
_LOG_LINE = 1_024  # characters of a line that are searched


def parse_log_date(text: str, *, year: int | None, assumed_zone: tzinfo) -> tuple[datetime, bool] | None:
    """Find the first date with a time of day in a log line, and whether its zone was assumed; None when there is none.

    year: for forms that write none (syslog), usually from the mail's Date; None makes those no date.
    """
    line = text[:_LOG_LINE]
    found = [match for form in _LOG_FORMS if (match := form.search(line))]
    for match in sorted(found, key=lambda match: (match.start(), -match.end())):
        if answer := _log_moment(match, line, year, assumed_zone):
            return answer
    return None


def _log_moment(match: re.Match[str], line: str, year: int | None, assumed_zone: tzinfo) -> tuple[datetime, bool] | None:
    parts = match.groupdict()
    if parts.get("epoch"):
        at = datetime.fromtimestamp(int(parts["epoch"]), UTC)
        return at + timedelta(microseconds=_microseconds(parts["fraction"] or parts["milliseconds"])), False
    stated = _log_zone(parts.get("name"), line, match.end())
    date = _log_calendar(parts, year)
    if date is None or (moment := _moment(date, _clock(parts), stated or assumed_zone)) is None:
        return None
    return moment, stated is None


def _log_zone(name: str | None, line: str, end: int) -> tzinfo | None:
    """The zone in a date or right behind it; a word that is no zone, such as a level or a host, is none."""
    if name:
        return zone_of(name)
    if (found := _LOG_ZONE.match(line, end)) is None:
        return None
    written = found["offset"] or found["name"]
    return zone_of(_IN_JAPANESE.get(written, written))


def _log_calendar(parts: _Parts, year: int | None) -> tuple[int, int, int] | None:
    """Year, month and day of a log date; None when the year is missing or day and month cannot be told apart."""
    if reiwa := parts.get("reiwa"):
        year = 2018 + (1 if reiwa == "元" else int(reiwa))
    elif written := parts.get("year") or parts.get("later_year"):
        year = int(written)
    if year is None:
        return None
    if (first := parts.get("first")) and (other := parts.get("other")):
        return _month_and_day(year, int(first), int(other), is_american=parts["half"] is not None)
    return year, _month(parts["month"] or ""), int(parts["day"] or 0)


def _month_and_day(year: int, first: int, other: int, *, is_american: bool) -> tuple[int, int, int] | None:
    """Which of two numbers is the month: with "AM" or "PM" the first, else the one that can be."""
    if first > 12 or first == other:
        return year, other, first
    return (year, first, other) if is_american or other > 12 else None


def _month(written: str) -> int:
    """The number of a month by number or English name; 0 when it is none."""
    return int(written) if written.isdecimal() else _MONTHS.get(written[:3].lower(), 0)


def _full_year(digits: str) -> int:
    """obs-year (RFC 5322 section 4.3): 00 to 49 are 20xx, 50 to 99 are 19xx, three digits count from 1900."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + 2000 if len(digits) == 2 and year < 50 else year + 1900


def _clock(parts: _Parts) -> tuple[int, int, int, int]:
    """Hour, minute, second and microsecond; twelve-hour clocks counted on."""
    hour = int(parts["hour"] or 0)
    if half := parts.get("half"):
        hour = hour % 12 + (12 if half[0] in "Pp" or half == "午後" else 0)
    return hour, int(parts["minute"] or 0), int(parts["second"] or 0), _microseconds(parts.get("fraction"))


def _moment(date: tuple[int, int, int], clock: tuple[int, int, int, int], zone: tzinfo | None) -> datetime | None:
    """The point in time, None when there is no such day, time or zone.

    A leap second (RFC 5322 section 3.3 allows 60) is the second after it. Years are 1900 to 2999, so that no conversion
    to another zone can fail.
    """
    hour, minute, second, microsecond = clock
    if zone is None or not 1900 <= date[0] <= 2999 or second > 60:
        return None
    try:
        at = datetime(*date, hour, minute, min(second, 59), microsecond, tzinfo=zone)
    except ValueError:
        return None
    return at + timedelta(seconds=1) if second == 60 else at


def _microseconds(fraction: str | None) -> int:
    """ "5" is half a second; digits beyond the sixth are dropped."""
    return int(fraction[:6].ljust(6, "0")) if fraction else 0
