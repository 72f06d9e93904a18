"""Times as a complaint says them."""

from datetime import UTC, datetime, timedelta

import pytest

from parsers.times import Clock, clock_of, time_in

SENT = datetime(2026, 8, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text, hours",
    [
        ("Log lines are given below (timezone is JST).", 9),
        ("All times are in UTC", 0),
        ("Time zone: GMT+2", 2),
        ("All times (GMT +0900)", 9),
        ("TZ: +09:00", 9),
        ("時刻は日本時間です", 9),
        ("Note: Local timezone is +0200 (CEST)", 2),
    ],
)
def test_a_text_can_state_the_zone_of_its_times(text: str, hours: float) -> None:
    clock = clock_of(text, SENT)
    assert clock.is_zone_stated
    assert clock.zone.utcoffset(SENT) == timedelta(hours=hours)


def test_a_zone_that_is_not_stated_is_assumed_and_that_is_said() -> None:
    assert not clock_of("2026-08-03 10:00 to 12:00, port 5 -10", SENT).is_zone_stated
    moment = time_in("2026-08-03 10:00:00 attack", Clock(sent_at=SENT))
    assert moment is not None
    assert (moment.at, moment.is_zone_assumed) == (datetime(2026, 8, 3, 10, tzinfo=UTC), True)


def test_a_zone_in_the_line_itself_needs_no_assumption() -> None:
    moment = time_in("[03/Aug/2026:10:00:00 +0900]", Clock(sent_at=SENT))
    assert moment is not None
    assert (moment.at, moment.is_zone_assumed) == (datetime(2026, 8, 3, 1, tzinfo=UTC), False)


def test_a_time_without_a_year_is_the_last_such_before_the_mail() -> None:
    for line, year in (("Aug  2 10:00:00 x", 2026), ("Dec 31 10:00:00 x", 2025)):
        moment = time_in(line, Clock(sent_at=SENT))
        assert moment is not None
        assert moment.at.year == year


def test_a_line_without_a_time_has_none() -> None:
    assert time_in("203.0.113.9 attacked us", Clock(sent_at=SENT)) is None
