"""The raw mail as evidence: compressed on the way in; opened with a cap and checked against its hash on the way out."""

import hashlib
from typing import TYPE_CHECKING

from config.errors import StorageError
from storage.frames import FrameDamaged, compress, open_frame

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["EvidenceDamaged", "EvidenceElsewhere", "compress", "open_evidence", "read_evidence"]

MAX_RAW_BYTES = 268_435_456
_FRAME_SLACK = 65_536


class EvidenceDamaged(StorageError):
    """The stored raw mail is not the one that came in: it does not open, or its hash differs."""


class EvidenceElsewhere(StorageError):
    """The raw mail is not to be had: its time of keeping has run out, or the archive that it was moved to does not answer."""


def open_evidence(frame: bytes, *, sha256: str, raw_bytes: int, dictionary: bytes = b"") -> bytes:
    """The raw mail out of its frame, checked.

    Never reads more than raw_bytes, whatever size the frame claims for itself.   Raises EvidenceDamaged.
    """
    if raw_bytes > MAX_RAW_BYTES:
        raise EvidenceDamaged("the stored size is beyond anything that is taken in")
    try:
        raw = open_frame(frame, most_bytes=raw_bytes, dictionary=dictionary)
    except FrameDamaged as error:
        raise EvidenceDamaged("the stored raw mail cannot be opened") from error
    if len(raw) != raw_bytes or hashlib.sha256(raw).hexdigest() != sha256:
        raise EvidenceDamaged("the stored raw mail does not have the hash that was recorded with it")
    return raw


def read_evidence(connection: "Connection", submission_id: int) -> bytes:
    """The raw mail of a stored submission, byte for byte.   Raises EvidenceDamaged, EvidenceElsewhere, StorageError when there is none."""
    from sqlalchemy import select

    from storage.dictionaries import read_dictionary
    from storage.tables import EVIDENCE

    row = connection.execute(select(EVIDENCE).where(EVIDENCE.c.submission_id == submission_id)).one_or_none()
    if row is None:
        raise StorageError("there is no evidence for that submission")
    frame = bytes(row.frame) if row.frame is not None else _fetched(row.location, row.raw_bytes)
    dictionary = read_dictionary(connection, row.dictionary_id)
    return open_evidence(frame, sha256=row.sha256, raw_bytes=row.raw_bytes, dictionary=dictionary)


def _fetched(location: str, raw_bytes: int) -> bytes:
    """The frame out of the archive.   What does not compress is a little longer than it was.   Raises EvidenceElsewhere."""
    from storage.archive import ArchiveAway, fetch

    if not location:
        raise EvidenceElsewhere("the raw mail has been deleted")
    try:
        return fetch(location, most_bytes=raw_bytes + raw_bytes // 100 + _FRAME_SLACK)
    except ArchiveAway as error:
        raise EvidenceElsewhere("the archive that the raw mail was moved to does not answer") from error
