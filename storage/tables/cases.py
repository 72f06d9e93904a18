"""What the desk works on."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlmodel import Field

from storage.tables.row import CLUSTERED, NEVER_TWICE, TEXT, Row, at_moment, numbered, of, table, where


class AbuseCase(Row, table=True):
    """What the desk works on: all submissions of one event that accuse one address or host of ours.

    case_key: event, kind and value; at most one case of a key is open.   submissions: how many it holds.
    first_action_at: when a person first did something.   due_at: when it is overdue in its state, NULL for never.
    (CASE is a word of SQL, hence the longer name.)
    """

    __table_args__ = (
        Index("uq_abuse_case_open_key", "case_key", unique=True, **where("closed_at IS NULL")),
        Index("ix_abuse_case_due", "due_at", **where("closed_at IS NULL AND due_at IS NOT NULL")),
        Index("ix_abuse_case_open_age", "opened_at", **where("closed_at IS NULL")),
        Index(None, "case_key", "id"),
        Index(None, "state", "id"),
        Index(None, "event", "id"),
        Index(None, "contractor", "id"),
        NEVER_TWICE,
    )
    id: int = numbered()
    letters: str = Field(sa_type=String(14), index=True)
    case_key: str = TEXT
    event: str = Field(sa_type=String(32))
    accused_kind: str = Field(sa_type=String(8))
    accused_value: str = TEXT
    contractor: str = TEXT
    service: str = TEXT
    state: str = Field(sa_type=String(32))
    assignee: str = TEXT
    opened_at: datetime = at_moment()
    last_report_at: datetime = at_moment()
    first_action_at: datetime | None = at_moment(optional=True)
    closed_at: datetime | None = at_moment(optional=True)
    due_at: datetime | None = at_moment(optional=True)
    submissions: int


class CaseSubmission(Row, table=True):
    """That a case holds a submission."""

    __table_args__ = (CLUSTERED,)
    case_id: int = of("abuse_case", key=True)
    submission_id: int = of("submission", key=True, index=True)


class CaseHistory(Row, table=True):
    """What happened to a case: who, when, from which state to which, and the note."""

    __table_args__ = (NEVER_TWICE,)
    id: int = numbered()
    case_id: int = of("abuse_case", index=True)
    at: datetime = at_moment()
    actor: str = TEXT
    action: str = Field(sa_type=String(32))
    from_state: str = Field(sa_type=String(32))
    to_state: str = Field(sa_type=String(32))
    note: str = TEXT


CASE = table(AbuseCase)
CASE_SUBMISSION = table(CaseSubmission)
CASE_HISTORY = table(CaseHistory)
