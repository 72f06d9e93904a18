"""Points in time as text of fixed width, for the engine that has no type for them: it sorts as time does, and people can read it."""

from datetime import UTC, datetime


def utc_text(moment: datetime) -> str:
    """2026-08-03T00:59:50.000000+00:00.   Raises ValueError for a time without a zone."""
    return in_utc(moment).isoformat(timespec="microseconds")


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC.   Raises ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return moment.astimezone(UTC)


def from_utc_text(text: str) -> datetime:
    """The aware time that utc_text() wrote."""
    return datetime.fromisoformat(text)


def hour_of(moment: datetime) -> datetime:
    """The beginning of its hour, in UTC."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def day_of(moment: datetime) -> str:
    """Its day in UTC, as in 2026-08-03."""
    return moment.astimezone(UTC).date().isoformat()


def midnight_before(moment: datetime) -> datetime:
    """The beginning of its day, in UTC."""
    return hour_of(moment).replace(hour=0)
