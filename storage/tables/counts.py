"""How many came, so that nobody has to count a million rows."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlmodel import Field

from storage.columns import LongInteger, UtcMoment
from storage.tables.row import CLUSTERED, Row, at_moment, table, where

OFTEN = 10  # times, from which on a name is worth a place in a list of the most frequent


class DayCount(Row, table=True):
    """How many submissions came on a day (ISO, UTC), by verdict, reason and event."""

    __table_args__ = (CLUSTERED,)
    day: str = Field(primary_key=True, sa_type=String(10))
    verdict: str = Field(primary_key=True, sa_type=String(16))
    reason: str = Field(primary_key=True, sa_type=String(32))
    event: str = Field(primary_key=True, sa_type=String(32))
    number: int = Field(sa_type=LongInteger)


class HourCount(Row, table=True):
    """How many submissions came in an hour, by verdict; first_id and last_id bound their rows."""

    __table_args__ = (CLUSTERED,)
    hour: datetime = Field(primary_key=True, sa_type=UtcMoment)
    verdict: str = Field(primary_key=True, sa_type=String(16))
    number: int = Field(sa_type=LongInteger)
    first_id: int = Field(sa_type=LongInteger)
    last_id: int = Field(sa_type=LongInteger)


class NameCount(Row, table=True):
    """How many submissions came by verdict from a reporter, about a network or a contractor: kind says of which (storage/counts.py).

    Only what came often is indexed by number: most names come once, and would cost a page each.
    """

    __table_args__ = (Index(None, "kind", "verdict", "number", **where(f"number >= {OFTEN}")), CLUSTERED)
    kind: str = Field(primary_key=True, sa_type=String(16))
    name: str = Field(primary_key=True, sa_type=Text)
    verdict: str = Field(primary_key=True, sa_type=String(16))
    number: int = Field(sa_type=LongInteger)
    last_at: datetime = at_moment()


DAY_COUNT = table(DayCount)
HOUR_COUNT = table(HourCount)
NAME_COUNT = table(NameCount)
