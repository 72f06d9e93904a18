"""Dates of mail and logs: every one has a zone, and an assumed zone is said to be assumed."""

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parsers.dates import parse_date, parse_log_date
from parsers.zones import zone_of

JST = timezone(timedelta(hours=9))
MOMENT = datetime(2026, 8, 3, 0, 59, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "Mon, 03 Aug 2026 00:59:50 +0000",
        "Mon, 3 Aug 2026 09:59:50 +0900 (JST)",
        "Sun, 02 Aug 2026 17:59:50 -0700 (PDT)",
        "Mon,  3 Aug 2026 00:59:50 -0000",
        "Mon,3 Aug 2026 00:59:50 GMT",
        "3 Aug 2026 00:59:50 UT",
        "03 Aug 2026 00:59:50 Z",
        "3 Aug 26 00:59:50 +0000",
        "3 Aug 126 00:59:50 +0000",
        "Sun, 2 Aug 2026 17:59:50 PDT",
        "Sun, 2 Aug 2026 20:59:50 EDT",
        "Mon, 03 Aug 2026 09:59:50 JST",
        "Mon, 03 Aug 2026 06:29:50 IST",
        "Mon, 03 Aug 2026 00:59:50 A",
        "Monday, 03 August 2026 00:59:50 +0000",
        "Lun, 03 Aug 2026 00:59:50 +0000",
        "03-Aug-2026 00:59:50 +0000",
        "Mon, 03 Aug 2026 09:59:50 GMT+0900 (Japan Standard Time)",
        "Sun, 2 Aug 2026 17:59:50 -0700 PDT",
        "Mon, 3 Aug 2026 00 : 59 : 50 +0000",
        "Mon (a (nested) comment), 3 Aug (b) 2026 00:59:50 (c\\)) +0000",
        "Mon, 03 Aug 2026 00:59:50 +0000 (envelope-from <a@example.org>)",
        "\tMon, 03 Aug 2026\r\n 00:59:50 +0000",
        "Mon Aug  3 00:59:50 2026 +0000",
        "Sun Aug  2 17:59:50 PDT 2026",
        "2026-08-03T00:59:50Z",
        "2026-08-03T09:59:50+09:00",
        "2026-08-03 00:59:50 +0000 UTC",
        "2026-08-03 00:59:50 +0000 UTC m=+7747775.302840424",
    ],
)
def test_a_date_of_mail_is_the_moment_it_names(written: str) -> None:
    date = parse_date(written)
    assert date is not None
    assert date == MOMENT
    assert date.tzinfo is not None


@pytest.mark.parametrize(
    "written, microsecond",
    [
        ("Mon, 03 Aug 2026 00:59:50.516 +0000", 516_000),
        ("Mon, 03 Aug 2026 00:59:50,5 +0000", 500_000),
        ("2026-08-03 00:59:50.933980345 +0000 UTC", 933_980),
    ],
)
def test_a_fraction_of_a_second_is_kept_to_the_microsecond(written: str, microsecond: int) -> None:
    assert parse_date(written) == MOMENT.replace(microsecond=microsecond)


def test_the_zone_that_is_written_is_kept() -> None:
    date = parse_date("Mon, 03 Aug 2026 09:59:50 +0900")
    assert date is not None
    assert date.isoformat() == "2026-08-03T09:59:50+09:00"


def test_seconds_may_be_missing_and_a_leap_second_is_the_next_one() -> None:
    assert parse_date("Mon, 03 Aug 2026 00:59 +0000") == MOMENT.replace(second=0)
    assert parse_date("Sat, 31 Dec 2016 23:59:60 +0000") == datetime(2017, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "Mon, 03 Aug 2026 00:59:50",  # no zone
        "Mon Aug  3 00:59:50 2026",
        "2026-08-03T00:59:50",
        "Mon, 03 Aug 2026 00:59:50 XYZ",  # not in the table
        "Mon, 03 Aug 2026 00:59:50 +2400",
        "Mon, 03 Aug 2026 00:59:50 +0960",
        "Mon, 31 Feb 2026 00:59:50 +0000",
        "Mon, 03 Xyz 2026 00:59:50 +0000",
        "Mon, 03 Aug 2026 24:59:50 +0000",
        "Mon, 03 Aug 2026 00:59:61 +0000",
        "Mon, 03 Aug 0001 00:59:50 +0900",
        "Mon, 03 Aug 9999 23:59:50 -0900",
        "Tue, x, 03 Aug 2026 00:59:50 +0000",
        "00:59:50 +0000",
        "Mon, 03 Aug " + "9" * 5_000 + " 00:59:50 +0000",
        "Mon, 03 Aug 2026 00:59:50 +0000 " + "(x)" * 500,
    ],
)
def test_what_is_not_quite_a_date_is_none(written: str) -> None:
    assert parse_date(written) is None


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2199, 12, 31)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001
def test_a_date_survives_the_form_of_the_rfc(local: datetime, minutes: int) -> None:
    written = local.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    text = f"{written.day} {months[written.month - 1]} {written.year} {written:%H:%M:%S %z}"
    assert parse_date(text) == written
    assert parse_date(written.isoformat()) == written


@given(st.text())
@example("(" * 400)
@example("(\\" * 250)
@example("\u0663 Aug 2026 00:59:50 +0000")
def test_any_text_is_a_date_or_none(text: str) -> None:
    assert parse_date(text) == parse_date(text)
    answer = parse_log_date(text, year=2026, assumed_zone=JST)
    assert answer is None or answer[0].tzinfo is not None


@pytest.mark.parametrize(
    "written, zone",
    [
        ("+0900", 540), ("+09:00", 540), ("+9", 540), ("+09", 540), ("-0330", -210), ("jst", 540), ("IST", 330), ("MSK", 180),
        ("AEST", 600), ("HKT", 480), ("SGT", 480), ("KST", 540), ("BST", 60), ("CEST", 120), ("MST", -420), ("CST", -360),
        ("Z", 0), ("M", 0),
    ],
)  # fmt: skip
def test_a_zone_is_an_offset_or_an_abbreviation(written: str, zone: int) -> None:
    assert zone_of(written) == timezone(timedelta(minutes=zone))


@pytest.mark.parametrize("written", ["", "+", "J", "ABCD", "+2400", "+0060", "+09000", "+9x", "JST ", "日本"])
def test_what_is_no_zone_is_none(written: str) -> None:
    assert zone_of(written) is None


@pytest.mark.parametrize(
    "line, is_assumed",
    [
        ("Aug  3 09:59:50 mail sshd[811]: Failed password for root from 198.51.100.7 port 4022 ssh2", True),  # RFC 3164
        ("Aug 03 09:59:50 JST mail sshd[811]: Failed password", False),
        ("<34>Aug  3 2026 09:59:50: %ASA-6-302013: Built inbound", True),  # Cisco
        ("2026-08-03T00:59:50.000000+00:00 mail sshd[811]: Failed password", False),  # RFC 5424
        ("<34>1 2026-08-03T00:59:50.000Z mail su - ID47 - failed", False),
        ("2026-08-03 09:59:50,000 ERROR [worker] login failed", True),  # Java, Python
        ("2026-08-03 00:59:50 UTC [9121] LOG:  connection received", False),  # PostgreSQL
        ("2026-08-03 09:59:50 DROP TCP 198.51.100.7 203.0.113.9 4022 22", True),  # Windows firewall, IIS
        ('198.51.100.7 - - [03/Aug/2026:09:59:50 +0900] "GET /wp-login.php HTTP/1.1" 200 512', False),  # Apache, nginx
        ("[Mon Aug 03 09:59:50.000000 2026] [php:error] [pid 8] [client 198.51.100.7:4022] denied", True),  # Apache error log
        ("Sun Aug  2 17:59:50 PDT 2026: refused", False),  # date(1)
        ("2026/08/03 09:59:50 [error] 31#31: *7 access forbidden, client: 198.51.100.7", True),  # nginx error log
        ("2026/08/03 09:59:50 JST 198.51.100.7 denied", False),
        ("日時: 2026/08/03 09:59:50 (JST)", False),
        ("2026年8月3日 9時59分50秒 に不正アクセス", True),
        ("2026年8月3日(月) 午前9時59分50秒（日本時間）", False),
        ("令和8年8月3日 9:59:50", True),
        ("8/3/2026 9:59:50 AM An account failed to log on", True),  # Windows
        ("03.08.2026 09:59:50 Anmeldung fehlgeschlagen", True),
        ("03-Aug-2026 09:59:50.000 queries: info: client 198.51.100.7#53", True),  # BIND
        ("Date: Mon, 03 Aug 2026 00:59:50 GMT", False),
        ("On 3 Aug 2026, at 09:59:50, alice@example.org wrote:", True),
        ("On Mon, Aug 3, 2026 at 9:59:50 AM Alice <alice@example.org> wrote:", True),
        ("1785718790.000    411 198.51.100.7 TCP_DENIED/403 CONNECT", False),  # squid
        ('{"timestamp": 1785718790, "src": "198.51.100.7"}', False),
        ('{"ts":1785718790000,"src":"198.51.100.7"}', False),
        ("type=USER_LOGIN msg=audit(1785718790.000:411): pid=1", False),  # Linux audit
        ("20260803T005950Z 198.51.100.7", False),
        ("20260803 09:59:50 198.51.100.7", True),
        ("time=2026-08-03T09:59:50 UTC+9 src=198.51.100.7", False),
        ("at 2026-08-03 09:59:50 (UTC+09:00)", False),
    ],
)
def test_a_log_line_tells_when_and_whether_its_zone_was_assumed(line: str, is_assumed: bool) -> None:
    assert parse_log_date(line, year=2026, assumed_zone=JST) == (MOMENT, is_assumed)


def test_the_japanese_forms_read_minutes_without_seconds_and_afternoons() -> None:
    assert parse_log_date("2026年8月3日 0時59分", year=None, assumed_zone=JST) == (datetime(2026, 8, 3, 0, 59, tzinfo=JST), True)
    assert parse_log_date("2026年8月3日午後3時05分頃", year=None, assumed_zone=JST) == (datetime(2026, 8, 3, 15, 5, tzinfo=JST), True)
    assert parse_log_date("２０２６年８月３日　０時５９分", year=None, assumed_zone=JST) == (datetime(2026, 8, 3, 0, 59, tzinfo=JST), True)


def test_noon_and_midnight_of_a_twelve_hour_clock() -> None:
    noon, midnight = (parse_log_date(f"8/3/2026 12:00:00 {half}", year=None, assumed_zone=JST) for half in ("PM", "AM"))
    assert noon == (datetime(2026, 8, 3, 12, tzinfo=JST), True)
    assert midnight == (datetime(2026, 8, 3, 0, tzinfo=JST), True)


def test_a_date_that_could_be_two_is_none_and_one_that_cannot_is_read() -> None:
    assert parse_log_date("03/08/2026 09:59:50", year=None, assumed_zone=JST) is None
    assert parse_log_date("13/08/2026 09:59:50", year=None, assumed_zone=JST) == (datetime(2026, 8, 13, 9, 59, 50, tzinfo=JST), True)
    assert parse_log_date("08/13/2026 09:59:50", year=None, assumed_zone=JST) == (datetime(2026, 8, 13, 9, 59, 50, tzinfo=JST), True)
    assert parse_log_date("08/08/2026 09:59:50", year=None, assumed_zone=JST) == (datetime(2026, 8, 8, 9, 59, 50, tzinfo=JST), True)


def test_syslog_has_no_date_without_the_year() -> None:
    assert parse_log_date("Aug  3 09:59:50 mail sshd[811]: x", year=None, assumed_zone=JST) is None
    assert parse_log_date("Feb 29 09:59:50 mail sshd[811]: x", year=2026, assumed_zone=JST) is None


def test_the_first_readable_date_of_a_line_counts() -> None:
    line = "Aug  3 09:00:00 gate kernel: time=2026-08-03T00:59:50Z src=198.51.100.7"
    assert parse_log_date(line, year=None, assumed_zone=JST) == (MOMENT, False)
    assert parse_log_date(line, year=2026, assumed_zone=JST) == (datetime(2026, 8, 3, 9, tzinfo=JST), True)


@pytest.mark.parametrize("line", ["", "198.51.100.7", "2026-08-03", "tel. 03-1234-5678", "id 1785718790", "version 2026.08.03", "10:00:00"])
def test_a_line_without_date_and_time_has_none(line: str) -> None:
    assert parse_log_date(line, year=2026, assumed_zone=JST) is None


@pytest.mark.parametrize("unit", ["Aug ", "2026-08-03 ", "3/8/2026 ", "1", "1.", "2026年", "time=", "Aug 3 00:59:50 ", "(", " "])
def test_a_long_line_costs_no_more_than_its_first_part(unit: str) -> None:
    def cost(length: int) -> float:
        line = (unit * length)[:length]
        begun = time.process_time()
        parse_log_date(line, year=2026, assumed_zone=JST)
        parse_date(line)
        return max(time.process_time() - begun, 0.010)

    short, middle, long = (min(cost(length) for _ in range(3)) for length in (5_000, 10_000, 20_000))
    assert middle <= 4 * short
    assert long <= 4 * middle
