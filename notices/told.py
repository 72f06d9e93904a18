"""What other systems are told of a verdict: one flat object, the same in webhooks and in the feed."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from storage.networks import accused_addresses
from storage.tables import SUBMISSION

SCHEMA = 1
_PAGE = 500
_TOLD = ("verdict", "reason", "event", "subject", "message_id", "source_ip", "network", "state")


def told_of(connection: Connection, submission_id: int) -> dict[str, Any]:
    """One submission.   number: grows with each; what a reader goes on from.   Times are ISO 8601 with zone."""
    row = connection.execute(select(SUBMISSION).where(SUBMISSION.c.id == submission_id)).one()._asdict()
    head = {"schema": SCHEMA, "type": "verdict", "number": row["id"], "reference": row["told_reference"], "digest": row["digest"]}
    accused = list(accused_addresses(connection, submission_id))
    return head | {name: row[name] for name in _TOLD} | {"arrived_at": row["arrived_at"].isoformat(), "accused": accused}


def decided_after(connection: Connection, number: int) -> Iterator[int]:
    """The numbers of decided submissions above that, ascending."""
    s = SUBMISSION.c
    while True:
        query = select(s.id).where(s.id > number, s.verdict.is_not(None)).order_by(s.id).limit(_PAGE)
        found = connection.execute(query).scalars().all()
        if not found:
            return
        yield from found
        number = found[-1]
