"""What is left to do after the answer: claimed with a lease, done once in effect, taken over when whoever claimed it dies.

A row is written in the transaction that makes it necessary; an errand that is run twice, because a node died between doing it and
saying so, must do no harm the second time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, or_, select, update

from storage.entry import storable
from storage.tables import OUTBOX


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Something to do for a submission.   attempts: how often it was claimed, this time included."""

    id: int
    kind: str
    submission_id: int
    attempts: int


def add_errand(connection: Connection, kind: str, submission_id: int, due_at: datetime) -> None:
    """Leave something to do, in the transaction that makes it necessary."""
    connection.execute(insert(OUTBOX).values(kind=kind, submission_id=submission_id, due_at=due_at, holder="", attempts=0, last_error=""))


def claim(connection: Connection, kind: str, *, holder: str, now: datetime, lease: timedelta, limit: int = 10) -> Sequence[Errand]:
    """Take what is due and nobody else holds, longest due first; it is the holder's until the lease ends."""
    o = OUTBOX.c
    due = (
        select(o.id)
        .where(o.kind == kind, o.done_at.is_(None), o.due_at <= now, or_(o.lease_until.is_(None), o.lease_until <= now))
        .order_by(o.due_at, o.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = connection.execute(due).scalars().all()
    connection.execute(update(OUTBOX).where(o.id.in_(ids)).values(holder=holder, lease_until=now + lease, attempts=o.attempts + 1))
    rows = connection.execute(select(o.id, o.kind, o.submission_id, o.attempts).where(o.id.in_(ids)).order_by(o.due_at, o.id))
    return tuple(Errand(id=row.id, kind=row.kind, submission_id=row.submission_id, attempts=row.attempts) for row in rows)


def finish(connection: Connection, errand: Errand, *, now: datetime) -> None:
    """It is done."""
    connection.execute(update(OUTBOX).where(OUTBOX.c.id == errand.id).values(done_at=now, lease_until=None))


def put_off(connection: Connection, errand: Errand, *, until: datetime, error: str) -> None:
    """It failed: let anyone try again from then on."""
    connection.execute(
        update(OUTBOX)
        .where(OUTBOX.c.id == errand.id, OUTBOX.c.done_at.is_(None))
        .values(due_at=until, lease_until=None, holder="", last_error=storable(error))
    )
