"""Header fields in the order in which they stand, over bytes (RFC 5322 section 2.2).

A header block is a list, never a mapping: Received, DKIM-Signature and the like repeat, and their order is evidence.
Nothing is decoded until asked for; nothing is lost.
"""

import re
from collections.abc import KeysView
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from config.limits import Limits
from parsers.defects import Defect, DefectKind
from parsers.encoded_words import decode_encoded_words

# field-name = 1*%d33-57 / %d59-126 ; RFC 5322 section 3.6.8. Blanks before the colon are obsolete syntax (4.5.8).
_FIELD_NAME = re.compile(rb"([!-9;-~]{1,128})[ \t]{0,8}:")
# Where a field ends that no fold goes on with (section 2.2.3); a fold that is one blank and nothing more is no usual one.
_FIELD_END = re.compile(rb"\n(?![ \t])")
_EMPTY_FOLD = re.compile(rb"\n[ \t][\r\n]")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def to_text(raw: bytes) -> str:
    """Bytes of a header as text: UTF-8 (RFC 6532) where it is that, else Latin-1, so that nothing is lost."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


class Field(NamedTuple):
    """One header field.   A named tuple rather than a dataclass: a mail has some sixty of them, and this is the hot path.

    index: position in its block, 0 is topmost.   raw: what stands after the colon, folds included.
    start, end: byte span of the whole field in the buffer that the block was read from.
    """

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody asks a field for
    name: str
    raw: bytes
    start: int
    end: int

    @property
    def value(self) -> str:
        """The unfolded body: folds become one blank each, ends trimmed; encoded words stay as they are."""
        return " ".join(to_text(self.raw).split())

    @property
    def decoded(self) -> str:
        """The unfolded body with encoded words (RFC 2047) decoded; control characters become blanks."""
        return decode_encoded_words(self.value)


@dataclass(frozen=True, kw_only=True)
class HeaderBlock:
    """All fields of one header, newest (topmost) first, and where the body begins.

    body_start: offset of the first body byte in the buffer; equal to its length when there is no body.
    """

    fields: tuple[Field, ...] = ()
    body_start: int = 0
    defects: tuple[Defect, ...] = ()
    _by_name: dict[str, list[Field]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def names(self) -> KeysView[str]:
        """Every field name once, lower case, in the order in which they stand first."""
        return self._named.keys()

    @property
    def _named(self) -> dict[str, list[Field]]:
        if not self._by_name:
            for one in self.fields:
                self._by_name.setdefault(one.name.lower(), []).append(one)
        return self._by_name

    def all(self, name: str) -> tuple[Field, ...]:
        """Every field of that name (any case), topmost first."""
        return tuple(self._named.get(name.lower(), ()))

    def first(self, name: str) -> Field | None:
        """The topmost field of that name, or None."""
        found = self._named.get(name.lower())
        return found[0] if found else None

    def text(self, name: str) -> str:
        """The decoded body of the topmost field of that name, or ""."""
        found = self.first(name)
        return found.decoded if found else ""

    def has(self, *names: str) -> bool:
        """Whether any of these fields is there."""
        return any(self.first(name) for name in names)


def parse_header_block(buffer: bytes, limits: Limits, *, start: int = 0, end: int | None = None) -> HeaderBlock:
    """Read the header block that begins at start (RFC 5322 section 2.2); the first blank line ends it.

    A byte order mark and an mbox "From " line before the first field are stepped over. A line that is neither a
    field nor a fold ends the block unless fields follow directly; then it is a defect. Raises: nothing.
    """
    stop = len(buffer) if end is None else end
    at = _step_over_preamble(buffer, start, stop)
    return _read_clean_block(buffer, at, stop, limits) or _read_any_block(buffer, at, stop, limits)


def _read_clean_block(buffer: bytes, at: int, stop: int, limits: Limits) -> HeaderBlock | None:
    """The usual case in one sweep: nothing but fields up to the blank line, within all limits; None for anything else."""
    blank = _BLANK_LINE.search(buffer, at, min(stop, at + limits.header_block_bytes))
    if blank is None:
        return None
    block = buffer[at : blank.start()]
    if _EMPTY_FOLD.search(block) or block.startswith((b" ", b"\t")):
        return None
    fields: list[Field] = []
    for whole in _FIELD_END.split(block):
        before, colon, raw = whole.partition(b":")
        name = _name_of(before)
        end = at + len(whole) + 1
        if not colon or not name or end - at > limits.header_field_bytes:
            return None
        fields.append(Field(len(fields), name, raw.rstrip(b"\r\n"), at, end))
        at = end
    if len(fields) > limits.header_fields:
        return None
    return HeaderBlock(fields=tuple(fields), body_start=blank.end())


@lru_cache(maxsize=1_024)
def _name_of(before: bytes) -> str:
    """The field name that stands before a colon, "" for what is none; the same few hundred come again and again."""
    found = _FIELD_NAME.fullmatch(before + b":") if len(before) < 256 else None
    return found[1].decode("ascii") if found else ""


def _read_any_block(buffer: bytes, at: int, stop: int, limits: Limits) -> HeaderBlock:
    """Line by line, with a defect for each departure."""
    fields: list[Field] = []
    defects: list[Defect] = []
    budget = at + limits.header_block_bytes
    open_name, open_value, open_at = b"", 0, -1
    line = at

    def close(upto: int) -> None:
        if open_at < 0:
            return
        cut = min(upto, open_value + limits.header_field_bytes)
        if cut < upto:
            defects.append(Defect(kind=DefectKind.OVER_LIMIT, where=open_name.decode("ascii"), detail="header_field_bytes"))
        raw = buffer[open_value:cut].rstrip(b"\r\n")
        fields.append(Field(index=len(fields), name=open_name.decode("ascii"), raw=raw, start=open_at, end=upto))

    while line < stop:
        newline = buffer.find(b"\n", line, stop)
        after = stop if newline < 0 else newline + 1
        first = buffer[line]
        if first in b"\r\n" and buffer[line:after].strip(b"\r\n") == b"":
            close(line)
            return HeaderBlock(fields=tuple(fields), body_start=after, defects=tuple(defects))
        if line > budget or len(fields) >= limits.header_fields:
            close(line)
            name = "header_block_bytes" if line > budget else "header_fields"
            defects.append(Defect(kind=DefectKind.OVER_LIMIT, detail=name))
            return HeaderBlock(fields=tuple(fields), body_start=_after_blank_line(buffer, line, stop), defects=tuple(defects))
        if first not in b" \t" or open_at < 0:
            name_match = _FIELD_NAME.match(buffer, line, after)
            if name_match is None:
                if not _is_field_next(buffer, after, stop) or (open_at < 0 and not fields):
                    close(line)
                    return HeaderBlock(fields=tuple(fields), body_start=line, defects=tuple(defects))
                defects.append(Defect(kind=DefectKind.NOT_A_FIELD, where=open_name.decode("ascii")))
                close(line)
                open_at = -1
            else:
                close(line)
                open_name, open_value, open_at = name_match[1], name_match.end(), line
        line = after
    close(stop)
    return HeaderBlock(fields=tuple(fields), body_start=stop, defects=tuple(defects))


def _step_over_preamble(buffer: bytes, start: int, stop: int) -> int:
    """Offset of the first field: past a byte order mark and an mbox separator, quoted or not."""
    at = start
    if buffer.startswith(_BYTE_ORDER_MARK, at):
        at += len(_BYTE_ORDER_MARK)
    for separator in (b"From ", b">From ", b'"From '):
        if buffer.startswith(separator, at):
            newline = buffer.find(b"\n", at, stop)
            return stop if newline < 0 else newline + 1
    return at


def _is_field_next(buffer: bytes, at: int, stop: int) -> bool:
    return at < stop and (buffer[at] in b" \t" or _FIELD_NAME.match(buffer, at, stop) is not None)


def _after_blank_line(buffer: bytes, at: int, stop: int) -> int:
    """Offset just past the next blank line, or stop."""
    found = [at_blank + len(blank) for blank in (b"\n\r\n", b"\n\n") if (at_blank := buffer.find(blank, at, stop)) >= 0]
    return min(found, default=stop)
