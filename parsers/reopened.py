"""A mail put together again from the header and text that somebody pasted."""

import re
from dataclasses import replace

from config.limits import Limits
from parsers.bodies import TextBody, TextKind
from parsers.fields import HeaderBlock
from parsers.links import links_in_body, links_in_text
from parsers.message import open_message
from parsers.mime import parse_parameters
from parsers.pasted import PastedMail
from parsers.report import FoundAs, Link, Report

# base64 lines of a body's beginning (RFC 2045 section 6.8), the last one of any length
_BASE64_LINES = re.compile(r"(?:[A-Za-z0-9+/]{16,100}={0,2}(?:\n|\Z))++(?:[A-Za-z0-9+/]{2,100}={0,2}(?=\n|\Z))?")
_QUOTED_PRINTABLE = re.compile(r"=(?:3D|\n|[0-9A-F]{2}=)")


def reopen(pasted: PastedMail, body: TextBody, limits: Limits) -> Report:
    """The reported mail that stands in a text body, as bytes and as a report.

    Where the mail was pasted in source form it is read as such; else its text is what was pasted, already decoded, and
    in an HTML body the links of what stands below the header are its links.
    """
    report = open_message(pasted.header, limits, found_as=FoundAs.PASTED_HEADERS, path=body.path, words=body.text[: pasted.start].strip())
    assert report.header is not None, "a mail that was opened has a header"
    content_type, parameters = _content_type(report.header)
    if _is_source(report.header, content_type, parameters.get("boundary", ""), pasted.body):
        source = pasted.header + _in_charset(pasted.body, parameters.get("charset", ""))
        return open_message(source, limits, found_as=FoundAs.PASTED_HEADERS, path=body.path, words=report.words)
    return replace(
        report,
        source=pasted.header + pasted.body.encode("utf-8", "replace"),
        links=_links(pasted, body, limits),
        attachments=(),
        text=pasted.body,
        defects=report.header.defects,
    )


def span_of(pasted: PastedMail, body: TextBody, content: bytes) -> tuple[int, int] | None:
    """The byte range of the pasted mail in its part's decoded content; None where their lines do not match."""
    if body.kind is not TextKind.PLAIN or body.text.count("\n") != content.count(b"\n"):
        return None
    return _offset_of_line(content, pasted.first_line), _offset_of_line(content, pasted.end_line)


def _offset_of_line(content: bytes, number: int) -> int:
    at = 0
    for _ in range(number):
        newline = content.find(b"\n", at)
        if newline < 0:
            return len(content)
        at = newline + 1
    return at


def _content_type(header: HeaderBlock) -> tuple[str, dict[str, str]]:
    field = header.first("content-type")
    return parse_parameters(field.value[:8_192]) if field else ("text/plain", {})


def _is_source(header: HeaderBlock, content_type: str, boundary: str, text: str) -> bool:
    """Whether a body was pasted as it stands in the mail's source."""
    if content_type.startswith("multipart/"):
        return bool(boundary) and f"--{boundary}" in text
    encoding = header.text("content-transfer-encoding").strip().lower()
    if encoding == "base64":
        return _BASE64_LINES.match(text) is not None
    if encoding == "quoted-printable":
        return _QUOTED_PRINTABLE.search(text) is not None
    return content_type == "text/html" and "</" in text


def _in_charset(text: str, charset: str) -> bytes:
    """Text as bytes in the charset that its header declares, where that can be."""
    if text.isascii():
        return text.encode("ascii")
    try:
        return text.encode(charset or "utf-8")
    except (LookupError, UnicodeError, ValueError):
        return text.encode("utf-8", "replace")


def _links(pasted: PastedMail, body: TextBody, limits: Limits) -> tuple[Link, ...]:
    if body.page is None:
        return links_in_text(pasted.body, limits)
    return links_in_body(body, limits, after=pasted.body_start)
