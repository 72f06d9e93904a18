"""The MIME tree of a message as spans over its bytes (RFC 2045, 2046); nothing is copied or decoded until asked for.

One linear pass, bounded in parts and depth. A message/rfc822 part is a leaf here: opening it is a detector's decision.
"""

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote_to_bytes

from config.limits import Limits
from parsers.charsets import DecodedText, decode_text
from parsers.cms import signed_content
from parsers.defects import Defect, DefectKind
from parsers.encoded_words import decode_encoded_words
from parsers.fields import HeaderBlock, parse_header_block

# token / quoted-string of RFC 2045 section 5.1; attribute may carry the "*0*" of RFC 2231. Each turn eats a ";".
_PARAMETER = re.compile(
    r';[\s;]{0,64}([^\s=;"*]{1,64})(?:\*(\d{1,3}))?(\*)?\s{0,8}=\s{0,8}'
    r'(?:"((?:[^"\\]|\\.){0,4096})"?|([^\s;"]{0,4096}))'
)
_OPAQUE = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One entity of the tree.

    path: "" for the root, "2.1" for the first child of its second child.   buffer: what start and end refer to.
    start, end: span of the whole entity, header included; the body begins at header.body_start.
    """

    path: str
    buffer: bytes
    start: int
    end: int
    header: HeaderBlock
    content_type: str
    parameters: Mapping[str, str]
    parts: tuple["Part", ...] = ()
    defects: tuple[Defect, ...] = ()

    @property
    def body(self) -> bytes:
        """The body as it stands, transfer encoding untouched."""
        return self.buffer[self.header.body_start : self.end]

    @cached_property
    def content(self) -> bytes:
        """The body with its Content-Transfer-Encoding undone (RFC 2045 section 6); damage is read as far as it goes."""
        field = self.header.first("content-transfer-encoding")
        return decode_transfer(self.body, field.value.lower() if field else "")

    @cached_property
    def text(self) -> DecodedText:
        """The content as text in its charset."""
        return decode_text(self.content, self.parameters.get("charset", ""))

    @cached_property
    def disposition(self) -> tuple[str, Mapping[str, str]]:
        """Content-Disposition (RFC 2183): its word in lower case, "" when absent, and its parameters."""
        field = self.header.first("content-disposition")
        return parse_parameters(field.value) if field else ("", {})

    @cached_property
    def filename(self) -> str:
        """The name that the sender gave, decoded; for people to read, never a path."""
        name = self.disposition[1].get("filename") or self.parameters.get("name", "")
        return decode_encoded_words(name)[:255]

    def walk(self) -> Iterator["Part"]:
        """This part and all below it, in the order in which they stand."""
        yield self
        for child in self.parts:
            yield from child.walk()

    def leaves(self) -> Iterator["Part"]:
        """The parts without children, in the order in which they stand."""
        return (part for part in self.walk() if not part.parts)


def parse_mime(buffer: bytes, limits: Limits, *, path: str = "") -> Part:
    """Read a message into its tree.   path: where this message stands in the submission. Raises: nothing."""
    return _Tree(buffer, limits).entity((0, len(buffer)), path, "text/plain", depth=0)


class _Tree:
    """One reading of one buffer; parts_left runs down over the whole tree."""

    def __init__(self, buffer: bytes, limits: Limits) -> None:
        self._buffer = buffer
        self._limits = limits
        self._parts_left = limits.parts

    def entity(self, span: tuple[int, int], path: str, default_type: str, *, depth: int) -> Part:
        """The entity at that span and all below it."""
        start, end = span
        header = parse_header_block(self._buffer, self._limits, start=start, end=end)
        field = header.first("content-type")
        value = field.value[: self._limits.analysed_field_bytes] if field else default_type
        content_type, parameters = parse_parameters(value)
        content_type = content_type if "/" in content_type else default_type
        parts: tuple[Part, ...] = ()
        defects: tuple[Defect, ...] = ()
        if content_type.startswith("multipart/"):
            spans, defects = self._spans(header.body_start, end, parameters.get("boundary", ""), path, depth)
            child_type = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
            prefix = path + "." if path else ""
            children = enumerate(spans, 1)
            parts = tuple(self.entity(span, f"{prefix}{number}", child_type, depth=depth + 1) for number, span in children)
        elif content_type in _OPAQUE and depth < self._limits.nesting:
            parts = self._signed(header, end, path, depth)
        return Part(
            path=path, buffer=self._buffer, start=start, end=end, header=header, content_type=content_type,
            parameters=parameters, parts=parts, defects=(*header.defects, *defects),
        )  # fmt: skip

    def _signed(self, header: HeaderBlock, end: int, path: str, depth: int) -> tuple[Part, ...]:
        """What was signed together with its signature (RFC 8551 section 3.5.2), as the only child; nothing when it is encrypted."""
        encoding = header.first("content-transfer-encoding")
        content = signed_content(decode_transfer(self._buffer[header.body_start : end], encoding.value.lower() if encoding else ""))
        if not content or self._parts_left <= 0:
            return ()
        inner = _Tree(content, self._limits)
        inner._parts_left = self._parts_left - 1
        child = inner.entity((0, len(content)), f"{path}.1" if path else "1", "text/plain", depth=depth + 1)
        self._parts_left = inner._parts_left
        return (child,)

    def _spans(self, start: int, end: int, boundary: str, path: str, depth: int) -> tuple[list[tuple[int, int]], tuple[Defect, ...]]:
        """Spans of a multipart's children, and what is wrong with it."""
        if not boundary or len(boundary) > self._limits.boundary_bytes:
            return [], (Defect(kind=DefectKind.NO_BOUNDARY, where=path),)
        if depth >= self._limits.nesting:
            return [], (Defect(kind=DefectKind.OVER_LIMIT, where=path, detail="nesting"),)
        spans, is_closed = self._split(start, end, b"--" + boundary.encode("utf-8", "surrogateescape"))
        if is_closed:
            return spans, ()
        if self._parts_left <= 0:
            return spans, (Defect(kind=DefectKind.OVER_LIMIT, where=path, detail="parts"),)
        return spans, (Defect(kind=DefectKind.NO_CLOSING_BOUNDARY, where=path),)

    def _split(self, start: int, end: int, delimiter: bytes) -> tuple[list[tuple[int, int]], bool]:
        """Spans between delimiter lines (RFC 2046 section 5.1.1) and whether the closing delimiter was seen.

        The line end before a delimiter belongs to the delimiter.
        """
        buffer = self._buffer
        spans: list[tuple[int, int]] = []
        open_at = -1
        at = start
        while self._parts_left > 0 and (found := buffer.find(delimiter, at, end)) >= 0:
            at = found + len(delimiter)
            if found > start and buffer[found - 1] not in b"\n":
                continue
            is_closing = buffer.startswith(b"--", at, end)
            newline = buffer.find(b"\n", at, end)
            line_end = end if newline < 0 else newline + 1
            if buffer[at + 2 * is_closing : line_end].strip(b" \t\r\n"):
                continue
            if open_at >= 0:
                spans.append((open_at, _before_line_end(buffer, found, open_at)))
                self._parts_left -= 1
            if is_closing:
                return spans, True
            open_at = at = line_end
        if open_at >= 0 and self._parts_left > 0:
            spans.append((open_at, end))
            self._parts_left -= 1
        return spans, False


def _before_line_end(buffer: bytes, at: int, floor: int) -> int:
    if at > floor and buffer[at - 1] == 0x0A:
        at -= 1
        if at > floor and buffer[at - 1] == 0x0D:
            at -= 1
    return at


def decode_transfer(body: bytes, encoding: str) -> bytes:
    """Undo a Content-Transfer-Encoding; an unknown one leaves the bytes as they are. Raises: nothing."""
    word = encoding.split(";", 1)[0].strip()
    if word == "quoted-printable":
        return binascii.a2b_qp(body)
    if word == "base64":
        return decode_base64(body)
    return body


def decode_base64(body: bytes) -> bytes:
    """base64 as far as it goes: foreign characters dropped, missing padding added, text after padding ignored."""
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:
        kept = _NOT_BASE64.sub(b"", body)
        kept = kept[: len(kept) - (len(kept) % 4 == 1)]
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def parse_parameters(value: str) -> tuple[str, dict[str, str]]:
    """A value with parameters: its first word in lower case and the parameters by lower-case name.

    Continuations and charset marks of RFC 2231 are joined and decoded; at most 200 segments are read.
    """
    word = value.split(";", 1)[0].strip().lower()
    plain: dict[str, str] = {}
    segments: dict[str, dict[int, tuple[str, bool]]] = {}
    for count, found in enumerate(_PARAMETER.finditer(value)):
        if count >= 200:
            break
        name, number, star, quoted, token = found.groups()
        text = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else token
        if number is None and not star:
            plain.setdefault(name.lower(), text)
        else:
            segments.setdefault(name.lower(), {}).setdefault(int(number or 0), (text, bool(star)))
    for name, pieces in segments.items():
        plain[name] = _join_segments([pieces[number] for number in sorted(pieces)])
    return word, plain


def _join_segments(pieces: list[tuple[str, bool]]) -> str:
    """RFC 2231 sections 3 and 4: charset'language'percent-encoded, in order."""
    charset = ""
    raw = bytearray()
    for position, (text, is_encoded) in enumerate(pieces):
        piece = text
        if position == 0 and is_encoded and piece.count("'") >= 2:
            charset, _, piece = piece.split("'", 2)
        raw += unquote_to_bytes(piece) if is_encoded else piece.encode("utf-8", "surrogateescape")
    return decode_text(bytes(raw), charset).text
