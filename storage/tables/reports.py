"""What a submission complains of: the things, their links, their addresses."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlmodel import Field

from storage.tables.row import CLUSTERED, TEXT, Row, at_moment, campaign, of, table, where


class Report(Row, table=True):
    """One thing complained of in a submission.

    accused_kind, accused_value: "address" or "host" of ours, "" unless accepted.
    campaign_id: of what resembles it, NULL where the text is too short.
    """

    __table_args__ = (CLUSTERED,)
    submission_id: int = of("submission", key=True)
    position: int = Field(primary_key=True)
    verdict: str = Field(sa_type=String(16))
    reason: str = Field(sa_type=String(32))
    event: str = Field(sa_type=String(32))
    found_as: str = Field(sa_type=String(16))
    source_ip: str = Field(sa_type=String(45))
    grade: str = Field(sa_type=String(16))
    accused_kind: str = Field(sa_type=String(8))
    accused_value: str = TEXT
    contractor: str = TEXT
    service: str = TEXT
    message_id: str = TEXT
    subject: str = TEXT
    campaign_id: int | None = campaign()


class ReportLink(Row, table=True):
    """A host that a report links to, with the first such link.   in_network: NULL when that could not be told."""

    __table_args__ = (CLUSTERED,)
    submission_id: int = of("submission", key=True)
    position: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    host: str = TEXT
    url: str = TEXT
    in_network: bool | None = Field(default=None, nullable=True)


class ReportAddress(Row, table=True):
    """An address that a report names.   network, sort_key: its block and its place, see storage/blocks.py.   at: when it acted."""

    __table_args__ = (Index(None, "network", "submission_id", **where("role = 'source'")), CLUSTERED)
    submission_id: int = of("submission", key=True)
    position: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    ip: str = Field(sa_type=String(45))
    sort_key: str = Field(sa_type=String(32))
    network: str = Field(sa_type=String(49))
    role: str = Field(sa_type=String(16))
    at: datetime | None = at_moment(optional=True)


REPORT = table(Report)
REPORT_LINK = table(ReportLink)
REPORT_ADDRESS = table(ReportAddress)
