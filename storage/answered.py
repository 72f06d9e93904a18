"""The submission that a mail answers, found by the reference in it; and what a stored answer was decided together with."""

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any

from sqlalchemy import Connection, select

from config.limits import Limits
from parsers.submission import Door, Earlier, Envelope
from routing.verdict import Reason
from storage.evidence import EvidenceDamaged, EvidenceElsewhere, read_evidence
from storage.finding import find_submission
from storage.tables import COMPLETION, SUBMISSION

COMPLETABLE = frozenset({Reason.MISSING_INFORMATION, Reason.NO_HEADERS, Reason.NO_EVIDENCE})


def answered(connection: Connection, references: Iterable[str], senders: frozenset[str], limits: Limits) -> tuple[Earlier, ...]:
    """The mails that an answer completes, oldest first: the one that a reference names, and those which that one answered itself.

    senders: who sent the answer, lower case. A reference alone opens nothing: the earlier mail must be of the same reporter, so that
    whoever came to know one can neither complete nor ask out what another reported.
    """
    for reference in references:
        found = find_submission(connection, reference)
        if found is not None and found["reason"] in COMPLETABLE and senders & _reporters(found):
            return _chain(connection, found, limits)
    return ()


def completed_by(connection: Connection, submission_id: int, limits: Limits) -> tuple[Earlier, ...]:
    """The mails that a stored submission was decided together with, oldest first."""
    found = _earlier_row(connection, submission_id)
    return _chain(connection, found, limits) if found is not None else ()


def links_of(connection: Connection, submission_id: int) -> tuple[str, tuple[str, ...]]:
    """The reference of what a submission answers, "" for nothing, and those of the answers to it."""
    earlier = _earlier_row(connection, submission_id)
    s, c = SUBMISSION.c, COMPLETION.c
    query = select(s.told_reference).join(COMPLETION, c.submission_id == s.id).where(c.earlier_id == submission_id).order_by(s.id)
    return (earlier["told_reference"] if earlier else ""), tuple(connection.execute(query).scalars())


def _reporters(row: Mapping[str, Any]) -> frozenset[str]:
    return frozenset({row["reporter"].lower(), row["mail_from"].lower()}) - {""}


def _chain(connection: Connection, newest: Mapping[str, Any], limits: Limits) -> tuple[Earlier, ...]:
    """The newest and what came before it, as far as it is bounded and still to be had."""
    chain: list[Earlier] = []
    row: Mapping[str, Any] | None = newest
    left = limits.completed_bytes
    while row is not None and len(chain) < limits.completed_mails and row["raw_bytes"] <= left:
        try:
            raw = read_evidence(connection, row["id"])
        except (EvidenceDamaged, EvidenceElsewhere):
            break
        left -= len(raw)
        chain.append(_earlier(row, raw))
        row = _earlier_row(connection, row["id"])
    return tuple(reversed(chain))


def _earlier_row(connection: Connection, submission_id: int) -> Mapping[str, Any] | None:
    s, c = SUBMISSION.c, COMPLETION.c
    query = select(SUBMISSION).join(COMPLETION, c.earlier_id == s.id).where(c.submission_id == submission_id)
    row = connection.execute(query).one_or_none()
    return row._asdict() if row else None


def _earlier(row: Mapping[str, Any], raw: bytes) -> Earlier:
    peer = ip_address(row["peer"]) if row["peer"] else None
    envelope = Envelope(mail_from=row["mail_from"], rcpt_to=tuple(row["rcpt_to"].split()), peer=peer)
    return Earlier(reference=row["told_reference"], raw=raw, door=Door(row["door"]), arrived_at=row["arrived_at"], envelope=envelope)
