"""A submission as it is kept: compressed alone, or with its campaign's dictionary where that is smaller."""

from storage.dictionaries import MOST_BYTES
from storage.frames import compress, open_frame
from storage.grouping import Filing

Kept = tuple[bytes, int | None]  # a frame, and the campaign whose dictionary opens it


def mail_of(filing: Filing) -> Kept:
    """The raw mail of a filing."""
    entry = filing.entry
    if not filing.dictionary or entry.raw_bytes > MOST_BYTES:
        return entry.frame, None
    leaning = compress(open_frame(entry.frame, most_bytes=entry.raw_bytes), filing.dictionary)
    return (leaning, filing.campaign_id) if len(leaning) < len(entry.frame) else (entry.frame, None)


def document_of(filing: Filing) -> tuple[bytes, bytes, int | None]:
    """The document of its decision, and its words."""
    document, words = filing.entry.document.encode(), filing.entry.words.encode()
    dictionary = filing.dictionary if len(document) <= MOST_BYTES else b""
    return compress(document, dictionary), compress(words, dictionary), filing.campaign_id if dictionary else None
