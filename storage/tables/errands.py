"""What is left to do after the answer, and what came of it: letters, what is announced."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlmodel import Field

from storage.columns import LongInteger
from storage.tables.row import CLUSTERED, NEVER_TWICE, TEXT, Row, at_moment, numbered, of, table, where


class Outbox(Row, table=True):
    """Work that is left to do after the answer; claimed with a lease, so that a dead node's work is taken over.

    kind: "decide", "notice" ...   done_at: NULL as long as it is open.   lease_until: nobody else may take it before.
    """

    __table_args__ = (
        Index("ix_outbox_due", "kind", "due_at", **where("done_at IS NULL")),
        NEVER_TWICE,
    )
    id: int = numbered()
    kind: str = Field(sa_type=String(16))
    submission_id: int = of("submission", index=True)
    due_at: datetime = at_moment()
    lease_until: datetime | None = at_moment(optional=True)
    holder: str = TEXT
    attempts: int
    last_error: str = TEXT
    done_at: datetime | None = at_moment(optional=True)


class Notice(Row, table=True):
    """A letter to a reporter or a contractor: at most one of a kind for a submission.

    note: what the desk adds in its own words.   body: as it is sent, "" until it is written.   because: why it was withheld or is dead.
    """

    __table_args__ = (
        Index("uq_notice_submission_id_kind", "submission_id", "kind", unique=True),
        Index(None, "recipient", "created_at"),
        Index("ix_notice_dead", "id", **where("state = 'dead'")),
        NEVER_TWICE,
    )
    id: int = numbered()
    submission_id: int = of("submission")
    kind: str = Field(sa_type=String(24))
    recipient: str = TEXT
    state: str = Field(sa_type=String(16))
    because: str = TEXT
    note: str = TEXT
    subject: str = TEXT
    body: str = TEXT
    message_id: str = TEXT
    created_at: datetime = at_moment()
    ended_at: datetime | None = at_moment(optional=True)


class Announcement(Row, table=True):
    """A prefix that a routing registry names one of our autonomous systems for.   seen_at: when it last did."""

    __table_args__ = (CLUSTERED,)
    asn: int = Field(sa_type=LongInteger, primary_key=True)
    prefix: str = Field(sa_type=String(49), primary_key=True)
    seen_at: datetime = at_moment()


OUTBOX = table(Outbox)
NOTICE = table(Notice)
ANNOUNCEMENT = table(Announcement)
