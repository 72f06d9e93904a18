"""Every stored mail read once and checked against the hash that was recorded with it."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage.evidence import EvidenceDamaged, EvidenceElsewhere, read_evidence
from storage.tables import EVIDENCE

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedEvidence:
    """mails: how many were re-hashed.   damaged: numbers of the submissions whose mail is not the one that came in."""

    mails: int
    damaged: tuple[int, ...]


def verify_evidence(connection: Connection) -> VerifiedEvidence:
    """Re-hash all raw mail that is in the database; what was moved or deleted is passed over."""
    mails, damaged, after = 0, [], 0
    e = EVIDENCE.c
    while numbers := connection.execute(
        select(e.submission_id).where(e.submission_id > after, e.frame.is_not(None)).order_by(e.submission_id).limit(_PAGE)
    ).scalars().all():  # fmt: skip
        for number in numbers:
            try:
                read_evidence(connection, number)
                mails += 1
            except EvidenceDamaged:
                damaged.append(number)
            except EvidenceElsewhere:
                continue
        after = numbers[-1]
    return VerifiedEvidence(mails=mails, damaged=tuple(damaged))
