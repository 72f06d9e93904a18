"""Every address of a text, line by line, with what its line says of it.

A line is read by the first of these that fits: a log's grammar, the table that it is a row of, its key or label, the
words around the address. What the text as a whole then says of each address is told in parsers/accused.py.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from parsers.addresses import Mention, find_addresses
from parsers.keys import is_generic, key_before, role_of_key
from parsers.log_grammars import LogGrammar, LogKind
from parsers.logs import read_log_line
from parsers.report import Address, Role
from parsers.roles import Certainty, Told, role_of
from parsers.tables import Columns, find_columns, row_roles

_MAX_LINE = 4_000
# Trace fields of a quoted header and what whois prints: they name many, and accuse nobody.
_TRACE = re.compile(
    r"\s{0,4}(?:(?:X-)?Received(?:-SPF)?|(?:ARC-)?Authentication-Results|ARC-[\w-]{1,30}|DKIM-Signature|References|Message-ID)\s{0,2}:"
    r"|% |%%|#\s{0,2}(?:start|end|query)",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s{0,3}[-–~〜]\s{0,3}")
_SEEN_BY = re.compile(r"\bby\s(?:our|my|one\sof\sour)(?:\s\w{1,20}){1,2}", re.IGNORECASE)
# member = string ":" "{"   (RFC 8259 section 4), or a key of YAML, alone on its line
_OPENS_OBJECT = re.compile(r"[\s>-]{0,80}(?:\"([A-Za-z_ -]{2,30})\"\s{0,4}:\s{0,4}[\[{]{1,2}|([A-Za-z_-]{2,30}):)\s{0,4}$")
# when, right behind an address
_WHEN = re.compile(r"^\s{0,3}(?:on|at|since|around)\s{1,3}\d[\d:./TZ +-]{3,40}(?:UTC|GMT)?", re.IGNORECASE)
_BULLET = re.compile(r"[\s>*•・■□◆●○▪\-–+#|\"'\[(<]{0,12}(?:\(?\d{1,3}[.)\]]\s{0,3})?[\s\"'\[(<|]{0,4}")
# a time of day, or seconds since 1970 with their fraction
_CLOCK = re.compile(r"(?<!\d)\d{1,2}:\d\d:\d\d(?!\d)|(?<![\d.])1\d{9}\.\d{1,9}(?![\d.])")
# [ "(" aside ")" ] ( "," [ "and" ] / "and" )   between two addresses of an enumeration
_ENUMERATED = re.compile(
    r"\s{0,3}(?:[(\[][^()\[\]]{0,60}[)\]]\s{0,3})?(?:[,;、，・&]\s{0,3}(?:(?:and|or|und|et|y)\s{1,3})?|(?:and|und|et|y)\s{1,3}|と|及び|および)[\"'(\[]{0,2}",
    re.IGNORECASE,
)
# "IP addresses of your network that attacked us", "the following hosts scanned our servers": those listed did it
_LISTED = re.compile(
    r"\b(?:following|these|below|list(?:ed)?|ips|addresses|hosts|machines|systems|servers|clients|devices)\b", re.IGNORECASE
)
_DID_IT = re.compile(
    r"\b(?:attack|scann?|prob|target|hit|abus|flood|hack|attempt|tr[iy]|connect)\w{0,4}\b.{0,40}?\b(?:us\b|(?:our|my)(?:\s\w{1,20}){1,2})",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"\b(?:the|your|our|we|has|have|was|were|and|please|this|dear|attack on)\b|[ぁ-ん]{3}", re.IGNORECASE)
# ("port" | ":" | "/" | "(" | "SPT=") number   behind an address
_PORT_AFTER = re.compile(r"\]?(?:\s{0,2}port[ =:]{1,2}|[:/]|\s?\(|.{0,120}?\bSPT=)(\d{1,5})(?!\d|\.\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """An address on one line.

    origin: "log-line", "table", "label", "own-words", "subject".   line: number of its line; -1 is the subject.
    """

    ip: Address
    role: Role
    certainty: Certainty
    origin: str
    because: str
    line: int
    port: int | None = None


@dataclass(kw_only=True)
class SightingReader:
    """Reads the lines of one text in order; what a line means depends on the header, heading or log before it.

    lines: refanged.   Filled while reading: kinds, what the writers of the logs watched, each with its first line;
    record, the first line that is no sentence and has an address and a time of day, whatever its format.
    """

    lines: Sequence[str]
    kinds: dict[LogKind, str] = field(default_factory=dict)
    has_table: bool = False
    record: str = ""
    _grammar: LogGrammar | None = None
    _columns: Columns | None = None
    _heading: str = ""
    _last_line: int = -9
    _rows: set[int] = field(default_factory=set)

    def read(self, text: str, *, at_most: int) -> Iterator[Sighting]:
        """Every address of the text.   text: the lines joined."""
        for number, start, mentions in _by_line(text, find_addresses(text, at_most=at_most)):
            line = self.lines[number][:_MAX_LINE]
            local = [replace(one, start=one.start - start, end=one.end - start) for one in mentions if one.end - start <= _MAX_LINE]
            if local:
                yield from self._read_line(number, line, local)
            self._last_line = number
            self._rows.add(number)

    def _read_line(self, number: int, line: str, mentions: list[Mention]) -> Iterator[Sighting]:
        if _TRACE.match(line) or (line[:1] in " \t" and self._is_in_trace(number)):
            yield from (
                _sighting(one, Told(role=Role.MENTIONED, certainty=Certainty.WORDS, because="trace"), "own-words", number)
                for one in mentions
            )
            return
        roles = self._by_table(number, line, mentions)
        if roles is not None:
            told = [Told(role=role, certainty=Certainty.PLAIN, because="the column's name") for role in roles]
            yield from _paired(line, mentions, told, "table", number)
            return
        log = read_log_line(line, mentions, first=self._grammar)
        if log is not None:
            self._grammar = log.grammar
            self.kinds.setdefault(log.grammar.kind, line.strip()[:400])
            told = [Told(role=role, certainty=Certainty.PLAIN, because=f"{log.grammar.name} log") for role in log.roles]
            yield from _paired(line, mentions, told, "log-line", number)
            return
        yield from self._by_words(number, line, mentions)

    def _by_table(self, number: int, line: str, mentions: list[Mention]) -> tuple[Role, ...] | None:
        """The roles of a row; a header is looked for in the lines right above."""
        if self._columns is not None:
            roles = row_roles(self._columns, line, mentions)
            if roles is not None:
                return roles
            self._columns = None
        for above in self._headers(number):
            columns = find_columns(above.strip().lstrip(">").strip() if "\t" not in above else above)
            roles = row_roles(columns, line, mentions) if columns else None
            if roles is not None:
                self._columns, self.has_table = columns, True
                self.record = self.record or line.strip()[:400]
                return roles
        return None

    def _by_words(self, number: int, line: str, mentions: list[Mention]) -> Iterator[Sighting]:
        if not self.record and _CLOCK.search(line) and not _SENTENCE.search(line):
            self.record = line.strip()[:400]
        ends = [0, *(one.end for one in mentions[:-1])]
        starts = [*(one.start for one in mentions[1:]), len(line)]
        first: Sighting | None = None
        for position, (one, left, right) in enumerate(zip(mentions, ends, starts, strict=True)):
            is_range = position > 0 and _RANGE.fullmatch(line[left : one.start]) is not None
            if is_range or (right < len(line) and _RANGE.fullmatch(line[one.end : right])):
                yield _sighting(one, Told(role=Role.MENTIONED, certainty=Certainty.WORDS, because="a range"), "own-words", number)
                continue
            if first is not None and _ENUMERATED.fullmatch(line[left : one.start]):
                yield replace(first, ip=one.ip, port=one.port)
                continue
            keyed = self._by_key(number, line, one)
            if keyed is not None:
                certainty = Certainty.STATED if len(mentions) == 1 else Certainty.PLAIN
                first = _sighting(one, replace(keyed, certainty=certainty), "label", number, line)
                yield first
                continue
            before = line[left : one.start] if position else self._context(number, line[: one.start])
            told = role_of(before, line[one.end : right])
            origin = "label" if told and told.certainty in (Certainty.STATED, Certainty.GENERIC) else "own-words"
            sighting = _sighting(one, told or _by_place(position), origin, number, line)
            first = sighting if told else None
            yield sighting

    def _by_key(self, number: int, line: str, one: Mention) -> Told | None:
        """What the key of an address says of it; of "ip" alone, what the JSON object says in which it stands."""
        key = key_before(line, one)
        if key is None and _BULLET.fullmatch(line[: one.start]):
            key = next(self._above(number, 1), "").strip().rstrip(":：").rstrip()[:40]
        if not key:
            return None
        if is_generic(key):
            key = self._opened_above(number)
        role = role_of_key(key)
        return Told(role=role, certainty=Certainty.PLAIN, because=key) if role else None

    def _opened_above(self, number: int) -> str:
        """The name of the JSON object around a line that spreads over several, or ""."""
        for line in reversed(self.lines[max(0, number - 6) : number]):
            if "}" in line:
                return ""
            match = _OPENS_OBJECT.match(line[:200])
            if match:
                return match[1] or match[2]
        return ""

    def _context(self, number: int, prefix: str) -> str:
        """What stands before the first address of a line: an item of a list belongs to the heading above the list."""
        if _BULLET.fullmatch(prefix):
            if number != self._last_line + 1 or not self._heading:
                self._heading = _of_list(next(iter(self._above(number, 2)), ""))
            return f"{self._heading} "
        self._heading = ""
        is_label = any(sign in prefix for sign in ":：=\t|")
        above = self.lines[number - 1] if number and not is_label else ""
        is_prose = not any(sign in above.rstrip(" :：") for sign in ":：=\t|") and not find_addresses(above[:_MAX_LINE], at_most=1)
        return f"{above[-60:]} {prefix}" if is_prose else prefix

    def _above(self, number: int, count: int) -> Iterator[str]:
        """Up to that many lines above which hold letters, nearest first."""
        for line in reversed(self.lines[max(0, number - 6) : number]):
            if any(letter.isalpha() for letter in line[:200]):
                yield line
                count -= 1
                if not count:
                    return

    def _headers(self, number: int) -> list[str]:
        """The lines right above which can be a table's header: letters, no address; none when the line above is a row."""
        if number - 1 in self._rows:
            return []
        return list(self._above(number, 3))

    def _is_in_trace(self, number: int) -> bool:
        """Whether an indented line is the fold of a trace field above it."""
        for line in reversed(self.lines[max(0, number - 8) : number]):
            if line[:1] not in (" ", "\t"):
                return bool(_TRACE.match(line))
        return False


def subject_sightings(subject: str) -> Iterator[Sighting]:
    """The addresses of a subject: accused, unless it says otherwise; whom it names as hit, it names no plainer than its words do."""
    mentions = find_addresses(subject, at_most=20)
    left = 0
    for position, one in enumerate(mentions):
        right = mentions[position + 1].start if position + 1 < len(mentions) else len(subject)
        told = role_of(subject[left : one.start], subject[one.end : right])
        role = told.role if told and told.certainty > Certainty.GENERIC else Role.SOURCE
        if role is Role.MENTIONED:
            role = Role.SOURCE
        certainty = told.certainty if told and role is Role.TARGET else Certainty.STATED
        yield _sighting(one, Told(role=role, certainty=certainty, because=told.because if told else "named in the subject"), "subject", -1)
        left = one.end


def _of_list(heading: str) -> str:
    """A heading without its own addresses and the word right before each, which speaks of that one; and without who saw it."""
    for one in reversed(find_addresses(heading[:_MAX_LINE], at_most=10)):
        before = heading[: one.start].rstrip(" \t([{\"'*:").rpartition(" ")[0]
        heading = before + _WHEN.sub("", heading[one.end :])
    heading = _SEEN_BY.sub(" ", heading[-300:])
    deed = _DID_IT.search(heading)
    if deed is not None and _LISTED.search(heading, 0, deed.start()):
        heading = heading[: deed.start()] + heading[deed.end() :]
    return heading[-120:]


def _by_place(position: int) -> Told:
    """An address about which its line says nothing: the first one more likely acts than the second."""
    if position == 0:
        return Told(role=Role.SOURCE, certainty=Certainty.DEFAULT, because="the first address of its line")
    return Told(role=Role.TARGET if position == 1 else Role.MENTIONED, certainty=Certainty.DEFAULT, because="a later address of its line")


def _paired(line: str, mentions: Sequence[Mention], told: Sequence[Told], origin: str, number: int) -> Iterator[Sighting]:
    for one, said in zip(mentions, told, strict=True):
        yield _sighting(one, said, origin, number, line)


def _sighting(one: Mention, told: Told, origin: str, number: int, line: str = "") -> Sighting:
    port = one.port
    if port is None and line and told.role is Role.SOURCE:
        match = _PORT_AFTER.match(line, one.end)
        port = int(match[1]) if match and 0 < int(match[1]) < 65_536 else None
    return Sighting(ip=one.ip, role=told.role, certainty=told.certainty, origin=origin, because=told.because, line=number, port=port)


def _by_line(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[int, int, list[Mention]]]:
    """Line number, place of its start, and the addresses of each line that has any."""
    number, start, taken = 0, 0, 0
    while taken < len(mentions):
        first = mentions[taken]
        number += text.count("\n", start, first.start)
        start = text.rfind("\n", 0, first.start) + 1
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        group = []
        while taken < len(mentions) and mentions[taken].start < end:
            group.append(mentions[taken])
            taken += 1
        yield number, start, group
