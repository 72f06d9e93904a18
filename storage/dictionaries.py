"""What the submissions of a campaign are compressed with: the document and the mail of its first.

It is a copy that belongs to the campaign: the first submission may be decided again, moved or deleted, and the others still open.
"""

import json
from typing import TYPE_CHECKING, Any

from storage.frames import FrameDamaged, compress, open_frame

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST_BYTES = 1_048_576  # of a mail, and of a document; larger ones stand alone
_MAX_DOCUMENT_BYTES = 67_108_864


def dictionary_of(raw: bytes, document: bytes, words: bytes) -> bytes:
    """The dictionary that a first submission makes; b"" when it is too large for one."""
    return b"" if max(len(document), len(raw), len(words)) > MOST_BYTES else document + words + raw


def keep(dictionary: bytes) -> bytes:
    """A dictionary as it is kept."""
    return compress(dictionary)


def opened(kept: bytes) -> bytes:
    """A dictionary that was kept.   Raises FrameDamaged."""
    return open_frame(kept, most_bytes=3 * MOST_BYTES)


def read_dictionary(connection: "Connection", campaign_id: int | None) -> bytes:
    """The dictionary of a campaign, b"" for None.   One that does not open is as good as none: what it is for will not open either."""
    from sqlalchemy import select

    from storage.tables import CAMPAIGN

    if campaign_id is None:
        return b""
    kept = connection.execute(select(CAMPAIGN.c.dictionary).where(CAMPAIGN.c.id == campaign_id)).scalar()
    try:
        return opened(bytes(kept)) if kept is not None else b""
    except FrameDamaged:
        return b""


def read_document(connection: "Connection", frame: bytes, dictionary_id: int | None) -> dict[str, Any]:
    """The document of a decision out of its frame.   Raises FrameDamaged."""
    dictionary = read_dictionary(connection, dictionary_id)
    text = open_frame(bytes(frame), most_bytes=_MAX_DOCUMENT_BYTES, dictionary=dictionary)
    try:
        return dict(json.loads(text))
    except ValueError as error:
        raise FrameDamaged("the document of the decision is not the one that was written") from error


def read_words(connection: "Connection", frame: bytes, dictionary_id: int | None) -> str:
    """The words that a submission is found by, out of their frame.   Raises FrameDamaged."""
    return open_frame(bytes(frame), most_bytes=_MAX_DOCUMENT_BYTES, dictionary=read_dictionary(connection, dictionary_id)).decode()
