"""What the desk asks of campaigns: one line each, however many reports came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from storage.tables import CAMPAIGN

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignListed:
    """A line of a list.   name: the reference of its first submission.   subject, event: as the first one has them."""

    id: int
    name: str
    subject: str
    event: str
    submissions: int
    first_at: datetime
    last_at: datetime


def list_campaigns(connection: Connection, *, before: int | None = None, limit: int = PAGE) -> tuple[CampaignListed, ...]:
    """The newest campaigns with a number below before; what was reported once is none."""
    c = CAMPAIGN.c
    query = select(c.id, c.name, c.subject, c.event, c.submissions, c.first_at, c.last_at).where(c.submissions > 1)
    query = query.where(c.id < before) if before is not None else query
    rows = connection.execute(query.order_by(c.id.desc()).limit(limit)).all()
    return tuple(CampaignListed(**row._asdict()) for row in rows)


def campaign_sizes(connection: Connection, numbers: Sequence[int]) -> dict[int, int]:
    """How many submissions each of those campaigns has."""
    c = CAMPAIGN.c
    rows = connection.execute(select(c.id, c.submissions).where(c.id.in_(numbers))) if numbers else ()
    return {row[0]: row[1] for row in rows}
