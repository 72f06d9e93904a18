"""A stored submission as it once came in, to be decided again."""

from ipaddress import ip_address

from sqlalchemy import Connection, select

from config.errors import StorageError
from config.limits import Limits
from parsers.submission import Door, Envelope, Submission
from storage.answered import completed_by
from storage.evidence import read_evidence
from storage.tables import SUBMISSION


def stored_submission(connection: Connection, submission_id: int) -> Submission:
    """A submission as it came in; of the envelope the HELO name is not kept.

    Raises EvidenceDamaged, EvidenceElsewhere, StorageError when there is none.
    """
    s = SUBMISSION.c
    row = connection.execute(select(s.door, s.arrived_at, s.mail_from, s.rcpt_to, s.peer).where(s.id == submission_id)).one_or_none()
    if row is None:
        raise StorageError("there is no such submission")
    envelope = Envelope(mail_from=row.mail_from, rcpt_to=tuple(row.rcpt_to.split()), peer=ip_address(row.peer) if row.peer else None)
    return Submission(
        raw=read_evidence(connection, submission_id),
        door=Door(row.door),
        arrived_at=row.arrived_at,
        envelope=envelope,
        completes=completed_by(connection, submission_id, Limits()),
    )
