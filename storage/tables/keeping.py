"""What may not be erased, and what staff did."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlmodel import Field

from storage.columns import LongInteger
from storage.tables.row import NEVER_TWICE, TEXT, Row, at_moment, numbered, table, where


class LegalHold(Row, table=True):
    """What may not be erased, and why; it stays on record after it was lifted (storage/holds.py).

    kind, target_id: a submission's or a case's number; 0 for a contractor.   target: its reference, or the contractor's name.
    """

    __table_args__ = (
        Index("uq_legal_hold_open", "kind", "target_id", "target", unique=True, **where("lifted_at IS NULL")),
        NEVER_TWICE,
    )
    id: int = numbered()
    kind: str = Field(sa_type=String(16))
    target_id: int = Field(sa_type=LongInteger)
    target: str = TEXT
    set_at: datetime = at_moment()
    set_by: str = TEXT
    why: str = TEXT
    lifted_at: datetime | None = at_moment(optional=True)
    lifted_by: str = TEXT
    lifted_why: str = TEXT


class Audit(Row, table=True):
    """What staff did and what they looked at; append-only, each row's hash covers the one before."""

    __table_args__ = (Index(None, "subject"), NEVER_TWICE)
    id: int = numbered()
    at: datetime = at_moment()
    actor: str = TEXT
    action: str = Field(sa_type=String(48))
    subject: str = TEXT
    detail: str = TEXT
    previous: str = Field(sa_type=String(64))
    hash: str = Field(sa_type=String(64), unique=True)


LEGAL_HOLD = table(LegalHold)
AUDIT = table(Audit)
