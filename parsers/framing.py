"""Where a mail begins in the bytes that hold it: byte order marks, line ends, mbox separators and stray lines undone."""

import re
from dataclasses import dataclass
from enum import Enum

from parsers.defects import Defect, DefectKind

# field-name ":" ; RFC 5322 section 3.6.8
_FIELD = re.compile(rb"([!-9;-~]{1,76})[ \t]{0,4}:")
# Apple Mail's .emlx: the mail's size in bytes on a line of its own before it; a property list follows
_COUNT = re.compile(rb"([0-9]{2,9})[ \t]{0,10}\r?\n")
# Names that begin or fill the header of a mail; a text that starts with two of them is taken for one.
_TELLING = frozenset(
    b"received return-path delivered-to from to cc subject date message-id sender reply-to dkim-signature arc-seal "
    b"arc-message-signature arc-authentication-results authentication-results received-spf mime-version content-type x-original-to "
    b"envelope-to delivery-date resent-from resent-date resent-to x-received x-envelope-from domainkey-signature "
    b"x-forwarded-for x-forwarded-to x-originating-ip x-mailer content-transfer-encoding x-store-info".split()
)
_EXTENSIONS = (b"x-", b"list-", b"resent-", b"arc-", b"content-")
_NAMING = frozenset(b"received from subject date message-id".split())
_SEPARATORS = (b"From ", b">From ", b'"From ')
_STRAY_LINES = 200
_STRAY_BYTES = 65_536
_BLOCK_LINES = 400


class Magic(Enum):
    """Containers, known by their first bytes; names and MIME types lie."""

    OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2: an Outlook .msg
    TNEF = b"\x78\x9f\x3e\x22"  # [MS-OXTNEF] 2.1.3.1: winmail.dat
    ZIP = b"PK\x03\x04"  # APPNOTE 4.3.7
    GZIP = b"\x1f\x8b"  # RFC 1952 section 2.3.1


def magic_of(head: bytes) -> Magic | None:
    """Which container these first bytes (8 or more) begin, or None."""
    return next((magic for magic in Magic if head.startswith(magic.value)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Framed:
    """A mail's bytes from its first header field on, and what had to be undone."""

    raw: bytes
    defects: tuple[Defect, ...] = ()


def frame(raw: bytes) -> Framed:
    """Undo what stands between the first byte and the first header field.   Bytes of a container stay as they are.

    An .emlx's byte count and its list of properties, UTF-16 and UTF-8 byte order marks, a file whose lines end in CR alone, blank
    lines, mbox separators (also quoted, as feedback loops send them) and lines of text before the header. Raises: nothing.
    """
    if magic_of(raw[:8]) is not None:
        return Framed(raw=raw)
    text, at = _start(raw)
    if _FIELD.match(text, at) is None and (block := _block_below(text, at)) is not None:
        return Framed(raw=text[block:], defects=(Defect(kind=DefectKind.TEXT_BEFORE_HEADER, detail=f"{block} bytes"),))
    return Framed(raw=text[at:] if at else text)


def looks_like_mail(content: bytes) -> bool:
    """Whether bytes begin with the header of a mail: at least two telling fields, one of which names it."""
    text, at = _start(content[:_STRAY_BYTES])
    return magic_of(content[:8]) is None and _is_block(text, at)


def find_header(text: bytes) -> int | None:
    """Offset of the first header of a mail that stands in a text at the start of a line, or None; within bounds."""
    return 0 if _is_block(text, 0) else _block_below(text, 0)


def _start(raw: bytes) -> tuple[bytes, int]:
    """The bytes as ASCII with line feeds, and the offset past blank and separator lines."""
    text = _with_line_feeds(_without_byte_order_mark(_without_count(raw)))
    return text, _after_separators(text)


def _without_count(raw: bytes) -> bytes:
    """Of an .emlx the mail; anything else as it is."""
    count = _COUNT.match(raw)
    if count is None:
        return raw
    end = count.end() + int(count[1])
    return raw[count.end() : end] if raw[end : end + 5] in (b"", b"<?xml") else raw


def _without_byte_order_mark(raw: bytes) -> bytes:
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:]
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace").encode("utf-8", "replace")
    if raw[1:4:2] == b"\0\0" and raw[0] and raw[2:3] != b"\0":  # the mark is left out, as Windows programs do
        return raw.decode("utf-16-le", "replace").encode("utf-8", "replace")
    return raw


def _with_line_feeds(raw: bytes) -> bytes:
    """A file written with CR alone (no LF anywhere near its start) with LF instead."""
    if b"\n" in raw[:_STRAY_BYTES] or b"\r" not in raw[:_STRAY_BYTES]:
        return raw
    return raw.replace(b"\r", b"\n")


def _after_separators(raw: bytes) -> int:
    """Offset past blank lines and mbox separator lines."""
    at = 0
    for _ in range(_STRAY_LINES):
        newline = raw.find(b"\n", at)
        line = raw[at : newline if newline >= 0 else len(raw)]
        if newline < 0 or (line.strip() and not line.startswith(_SEPARATORS)):
            return at
        at = newline + 1
    return at


def _block_below(raw: bytes, at: int) -> int | None:
    """Offset of the first header block that starts below stray text, within bounds.

    A run of fields that is no header is stepped over whole: what it lacks, its end lacks too.
    """
    for _ in range(_STRAY_LINES):
        newline = raw.find(b"\n", at, _STRAY_BYTES)
        if newline < 0:
            return None
        names, end = _field_names(raw, newline + 1)
        if _is_header(names):
            return newline + 1
        at = max(newline + 1, end - 1) if _opens_header(names) else newline + 1
    return None


def _is_block(raw: bytes, at: int) -> bool:
    return _is_header(_field_names(raw, at)[0])


def _is_header(names: list[bytes]) -> bool:
    """Whether a header is made of these fields: two names tell, one of which names the mail."""
    telling = _TELLING.intersection(names)
    return _opens_header(names) and len(telling) >= 2 and bool(telling & _NAMING)


def _opens_header(names: list[bytes]) -> bool:
    return bool(names) and (names[0] in _TELLING or names[0].startswith(_EXTENSIONS))


def _field_names(raw: bytes, at: int) -> tuple[list[bytes], int]:
    """The names of the fields that stand here without a gap, lower case, and the offset past them; one alone when it opens no header."""
    names: list[bytes] = []
    for _ in range(_BLOCK_LINES):
        field = _FIELD.match(raw, at)
        if field is not None:
            names.append(field[1].lower())
        elif raw[at : at + 1] not in (b" ", b"\t"):
            break
        newline = raw.find(b"\n", at)
        if newline < 0 or not _opens_header(names):
            break
        at = newline + 1
    return names, at
