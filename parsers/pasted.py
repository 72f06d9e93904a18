"""A mail's header block pasted into a text, and the text after it: quoted, indented, with lost folds, by any client.

Read line by line with a bounded look-ahead.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from parsers.copied import as_lines
from parsers.endings import closing_line
from parsers.header_names import KNOWN_NAME
from parsers.lines import Lines, Quoting, quoting_of

_KNOWN = re.compile(KNOWN_NAME, re.IGNORECASE)
# [ quote marks ] known-name ":" at the start of a line
_OPENING = re.compile(
    rf"^[ \t\xa0\u3000\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069]{{0,16}}(?:[>|:＞｜][ \t\xa0]{{0,8}}){{0,3}}{KNOWN_NAME}[ \t\xa0]?[:：]",
    re.IGNORECASE | re.MULTILINE,
)
# field = field-name ":" [value] (RFC 5322 section 2.2); the colon may be a full-width one
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9_.-]{0,75}) ?[:：](?!//)")
# How a fold that lost its blank begins: a clause of Received, a comment, a tag of a signature, a date.
_FOLD = re.compile(
    r"(?:by|for|with|id|via|from|using|helo|envelope-from|cipher|version)[ =]|[(\[<;={]|[a-z]{1,4}=|"
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? |\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6} \d{4}"
)
_BOUNDARY = re.compile(r"boundary\s?=\s?\"?([^\";\s]{1,200})", re.IGNORECASE)
_FROM_OR_BY = re.compile(r"(?<!\S)(?:from|by)\s", re.IGNORECASE)
_CORE = frozenset({"from", "subject", "date"})
_NAMING = frozenset({"from", "date", "message-id", "subject", "to", "return-path"})
# Without one of these words there is no block that a machine wrote.
_TELLING = ("eceived", "RECEIVED", "essage-I", "eturn-Path", "DKIM-Sig", "riginating-IP", "uthentication-Results")
_LEAST_FIELDS = 3
_LOOK_AHEAD = 12
_BLOCK_LINES = 2_000
_MAILS = 50
_OPENINGS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedMail:
    """A header block in a text and what follows it.

    fields: "Name: value" each, folds on lines of their own that begin with a blank.   body: the text after the block,
    quote marks taken away, up to where the quote ends.   depth: how many quote marks stand before it.
    start, body_start: offsets in the text.
    first_line, end_line: the lines that block and body fill, counted from 0, the end not included.
    """

    fields: tuple[str, ...]
    depth: int
    body: str
    start: int
    body_start: int
    first_line: int
    end_line: int

    def values(self, name: str) -> tuple[str, ...]:
        """The values of each field of that name (lower case), in order."""
        return tuple(field[len(name) + 1 :].strip() for field in self.fields if field.lower().startswith(f"{name}:"))

    @property
    def received(self) -> int:
        """How many Received fields say from where or by whom."""
        return sum(1 for value in self.values("received") if _FROM_OR_BY.search(value[:2_000]))

    @property
    def is_full(self) -> bool:
        """Whether the block has a Received chain and says which mail it is (SHAPES: full)."""
        return self.received > 0 and len(_NAMING.intersection(field.partition(":")[0].lower() for field in self.fields)) >= 2

    @property
    def header(self) -> bytes:
        """The block as a header, blank line included."""
        return ("\r\n".join(self.fields) + "\r\n\r\n").encode("utf-8", "replace")


def find_pasted(text: str) -> tuple[PastedMail, ...]:
    """Every header block of at least three fields in a text, in order.

    A body ends where the next full block begins that is not quoted deeper; what stands inside a body pasted in source
    form is not looked at.   Raises: nothing.
    """
    return tuple(_mails(as_lines(text))) if any(word in text for word in _TELLING) else ()


def _mails(text: str) -> Iterator[PastedMail]:
    lines = Lines(text)
    blocks = _worth_keeping(_blocks(text, lines))
    inside = 0
    for number, block in enumerate(blocks):
        if block.first_line < inside:
            continue
        closed = _closing_line(text, lines, block)
        beside = (one.first_line for one in blocks[number + 1 :] if one.depth <= block.depth)
        stop = closed or next(beside, len(lines))
        inside = closed
        yield _with_body(lines, block, stop)


def _worth_keeping(blocks: Iterator[PastedMail]) -> list[PastedMail]:
    """The full ones, as many as a submission can report; before them the first that is not."""
    kept: list[PastedMail] = []
    for block in blocks:
        if block.is_full or not kept:
            kept.append(block)
        if len(kept) > _MAILS:
            break
    return kept


def _blocks(text: str, lines: Lines) -> Iterator[PastedMail]:
    """The header blocks alone."""
    done = 0
    for opening in islice(_OPENING.finditer(text), _OPENINGS):
        if opening.start() < done:
            continue
        block = _BlockReader(lines, lines.number_at(opening.start())).read()
        done = lines.start_of(block.end_line)
        if len(block.fields) >= _LEAST_FIELDS:
            yield block


class _BlockReader:
    """Reads the header block whose first field stands on one line of a text."""

    def __init__(self, lines: Lines, first: int) -> None:
        self._lines = lines
        self._first = first
        self._quoting = quoting_of(lines[first])
        self._is_spaced = _is_spaced(lines, first)
        self._fields: list[list[str]] = []
        self._names: set[str] = set()

    def read(self) -> PastedMail:
        """The block, without a body."""
        number = self._first
        stop = min(len(self._lines), number + _BLOCK_LINES)
        while number < stop and self._takes(number):
            number += 1
        return PastedMail(
            fields=tuple("\r\n".join(pieces) for pieces in self._fields),
            depth=self._quoting.depth,
            body="",
            start=self._lines.start_of(self._first),
            body_start=self._lines.start_of(number),
            first_line=self._first,
            end_line=max(number, self._first + 1),
        )

    def _takes(self, number: int) -> bool:
        """Take a line as a field, a fold or an empty line inside the block; False when the block ends before it."""
        line = self._quoting.bare(self._lines[number])
        if not line.strip():
            return self._goes_on(number + 1)
        if field := _field(line):
            self._fields.append([field])
            self._names.add(field.partition(":")[0].lower())
        elif not self._fields:
            return False
        elif line[0] == " " or self._is_lost_fold(number, line):
            self._fields[-1].append(f" {line.strip()}")
        else:
            return False
        return True

    def _goes_on(self, after: int) -> bool:
        """Whether the header goes on after an empty line: with a known field, while it has not yet said what it must."""
        if after >= len(self._lines):
            return False
        line = self._quoting.bare(self._lines[after])
        if self._is_spaced:
            return bool(line.strip())
        return _opens_known_field(line) and not self._names.issuperset(_CORE)

    def _is_lost_fold(self, number: int, line: str) -> bool:
        """Whether a line is the rest of the field before it, though no blank says so."""
        before = " ".join(self._fields[-1][-4:])
        if before.endswith((";", ",")) or before.count("(") > before.count(")") or _FOLD.match(line):
            return True
        for following in self._lines[number + 1 : number + 1 + _LOOK_AHEAD]:
            bare = self._quoting.bare(following)
            if not bare.strip() or _opens_known_field(bare):
                return bool(bare.strip())
        return False


def _is_spaced(lines: Lines, first: int) -> bool:
    """Whether a client has put an empty line after every line."""
    return [bool(line.strip(" \t\r\xa0>|")) for line in lines[first : first + 6]] == [True, False, True, False, True, False]


def _field(line: str) -> str:
    """The line as "Name: value" when it is a field, else "". A name that nobody knows needs a blank after its colon."""
    found = _FIELD.match(line)
    if found is None:
        return ""
    value = line[found.end() :]
    is_field = not value or value[0] == " " or _KNOWN.fullmatch(found[1])
    return f"{found[1]}: {value.strip()}" if is_field else ""


def _opens_known_field(line: str) -> bool:
    found = _FIELD.match(line)
    return found is not None and _KNOWN.fullmatch(found[1]) is not None


def _closing_line(text: str, lines: Lines, block: PastedMail) -> int:
    """The line after a multipart body that was pasted in source form; 0 where there is none."""
    boundary = next((found[1] for value in block.values("content-type") if (found := _BOUNDARY.search(value[:2_000]))), "")
    closing = text.find(f"--{boundary}--", block.body_start) if boundary else -1
    return lines.number_at(closing) + 1 if closing >= 0 else 0


def _with_body(lines: Lines, block: PastedMail, stop: int) -> PastedMail:
    quoting = quoting_of(lines[block.first_line])
    first = block.end_line
    while first < stop and not quoting.bare(lines[first]).strip():
        first += 1
    end = closing_line(lines, block.first_line, first, _end_of_quote(lines, first, stop, quoting))
    body = [quoting.bare(line) for line in lines[first:end]]
    if _is_spaced(lines, block.first_line):
        body = body[::2]
    return replace(block, body="\n".join(body).rstrip(), body_start=lines.start_of(first), end_line=max(end, block.end_line))


def _end_of_quote(lines: Lines, first: int, stop: int, quoting: Quoting) -> int:
    """The line after a quote: the first unquoted one that is not the wrapped rest of a quoted one."""
    if not quoting.depth:
        return stop
    for number in range(first, stop):
        if not any(quoting.has_marks(line) for line in lines[number : number + 2]):
            return number
    return stop
