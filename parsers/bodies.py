"""The readable texts of a message: plain bodies unflowed and out of their armour, HTML with its lines kept, calendars unfolded."""

import re
from dataclasses import dataclass
from enum import StrEnum
from html import unescape

from config.limits import Limits
from parsers.clear_signed import without_armour
from parsers.flowed import unflow
from parsers.html import Page, read_page
from parsers.mime import Part


class TextKind(StrEnum):
    """What a text was before it was text."""

    PLAIN = "plain"  # text/plain, or any other text that is not HTML.
    HTML = "html"  # text/html or SVG, rendered line by line.
    CALENDAR = "calendar"  # iCalendar (RFC 5545), unfolded.


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBody:
    """One readable body.

    path: MIME path of its part.   html: the source when it was HTML, else "".   page: what was read from that, else None.
    is_flowed: its soft line breaks were undone (RFC 3676).   is_attachment: it was attached or has a file name.
    """

    path: str
    kind: TextKind
    text: str
    html: str = ""
    page: Page | None = None
    is_flowed: bool = False
    is_attachment: bool = False


_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "image/svg+xml"})
_CALENDAR_TYPES = frozenset({"text/calendar", "application/ics"})
_KIND_BY_SUFFIX = {".html": TextKind.HTML, ".htm": TextKind.HTML, ".shtml": TextKind.HTML, ".svg": TextKind.HTML, ".ics": TextKind.CALENDAR}
# HTML under the name of plain text
_MARKUP = re.compile(r"\s{0,40}<(?:!doctype html|html|body|div|pre|table|p)\b[^<>]{0,200}>", re.IGNORECASE)
_OPAQUE_TYPES = frozenset({"application/octet-stream", "application/x-msdownload", "application/html"})


def texts_of(message: Part, limits: Limits) -> tuple[TextBody, ...]:
    """Every text body of a message in the order in which they stand; embedded messages are not entered.

    Each text is cut to limits.text_chars, and all of them together to twice as much.
    """
    left = 2 * limits.text_chars
    bodies: list[TextBody] = []
    for part in message.leaves():
        kind = _kind(part)
        if kind is not None:
            text = part.text.text[: min(left, limits.text_chars)] if left else ""
            kind = TextKind.HTML if kind is TextKind.PLAIN and _MARKUP.match(text) else kind
            bodies.append(_text_body(part, kind, text))
            left -= len(text)
    return tuple(bodies)


def _kind(part: Part) -> TextKind | None:
    """What kind of text a part is; None when it is none. A file name counts only where the type says nothing."""
    content_type = part.content_type
    if content_type in _HTML_TYPES:
        return TextKind.HTML
    if content_type in _CALENDAR_TYPES:
        return TextKind.CALENDAR
    if content_type in _OPAQUE_TYPES:
        return _KIND_BY_SUFFIX.get(f".{part.filename.lower().rpartition('.')[2]}")
    return TextKind.PLAIN if content_type.startswith("text/") else None


def _text_body(part: Part, kind: TextKind, text: str) -> TextBody:
    is_attachment = part.disposition[0] == "attachment" or bool(part.filename)
    match kind:
        case TextKind.HTML:
            page = read_page(text)
            return TextBody(path=part.path, kind=kind, text=page.text, html=text, page=page, is_attachment=is_attachment)
        case TextKind.CALENDAR:
            unfolded = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
            return TextBody(path=part.path, kind=kind, text=unfolded.replace("\\n", "\n"), is_attachment=is_attachment)
        case TextKind.PLAIN:
            return _plain_body(part, _unescaped(_with_line_feeds(text)), is_attachment=is_attachment)


def _with_line_feeds(text: str) -> str:
    """The text with LF for CRLF; and for CR, where it has no other line ends."""
    return text.replace("\r\n", "\n") if "\n" in text else text.replace("\r", "\n")


def _unescaped(text: str) -> str:
    """The text that a form has escaped as if it went into HTML: with entities for every "<" and ">"."""
    return unescape(text) if "&lt;" in text and "&gt;" in text and "<" not in text else text


def _plain_body(part: Part, text: str, *, is_attachment: bool) -> TextBody:
    is_flowed = part.parameters.get("format", "").lower() == "flowed"
    if is_flowed:
        text = unflow(text, is_space_deleted=part.parameters.get("delsp", "").lower() == "yes")
    text = without_armour(text)
    return TextBody(path=part.path, kind=TextKind.PLAIN, text=text, is_flowed=is_flowed, is_attachment=is_attachment)
