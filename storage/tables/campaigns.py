"""Near-identical reports."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
from sqlmodel import Field

from storage.columns import LongInteger
from storage.tables.row import NEVER_TWICE, TEXT, Row, at_moment, numbered, of, table, where


class Campaign(Row, table=True):
    """Near-identical reports: what a person sees as one line.

    name: the reference of its first submission.   sketch: what the first one's text looks like (routing/campaign.py).
    dictionary: a copy of the first (storage/dictionaries.py) as a zstd frame, NULL until a second one comes.
    """

    __table_args__ = (Index("ix_campaign_several", "id", **where("submissions > 1")), NEVER_TWICE)
    id: int = numbered()
    name: str = Field(sa_type=String(16))
    first_submission_id: int = Field(sa_type=LongInteger)
    subject: str = TEXT
    event: str = Field(sa_type=String(32))
    submissions: int
    first_at: datetime = at_moment()
    last_at: datetime = at_moment()
    sketch: bytes = Field(sa_type=LargeBinary)
    dictionary: bytes | None = Field(default=None, sa_type=LargeBinary, nullable=True)


class CampaignKey(Row, table=True):
    """A key that near-identical texts share, and the campaign that had it first."""

    band: int = Field(primary_key=True, sa_type=LongInteger, sa_column_kwargs={"autoincrement": False})
    campaign_id: int = of("campaign")


CAMPAIGN = table(Campaign)
CAMPAIGN_KEY = table(CampaignKey)
