"""A mail forwarded inside a text, as clients write it: labels for From, Date, To and Subject, then its text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, zip_longest

from parsers.dates import parse_date
from parsers.encoded_words import decode_encoded_words
from parsers.endings import closing_line
from parsers.forward_labels import FORWARD_PREFIXES, LABELS, WORDS, Label
from parsers.lines import Lines, Quoting, quoting_of
from parsers.peel import organisation_of_author
from parsers.report import MessageHead

# [ quote marks ] label ":" value; the label may stand between asterisks (bold), its colon may be a full-width one
_LABELLED = re.compile(r"^[ \t\xa0\u3000\ufeff>|*_]{0,16}([^\W\d_][^\n:：*_]{0,29})[*_]{0,2}[ \t\xa0\u3000]{0,4}[:：]", re.MULTILINE)
# a line that a client draws above what it forwards: "---------- Forwarded message ---------", "________________________________"
_RULE = re.compile(r"[-_=*~\u2500\u2014]{4,}|[-=*]{2,}\s{0,3}[^-=*\n][^\n]{0,80}?\s{0,3}[-=*]{2,}")
# what the oldest clients and some webmails glue to that line
_GLUED_RULE = re.compile(r"^[ \t>]{0,8}-{3,} ?[^-\n:]{3,60}-{3,}(?=[ \t]*\S)", re.MULTILINE)
_ADDRESSED = re.compile(r"[<(\[]\s?(?:mailto:)?([^\s<>()\[\]@]{1,64}@[^\s<>()\[\]@]{1,255})[>)\]]")
_ATTRIBUTION = re.compile(r"^[ \t>]{0,8}[^\s>][^\n]{3,199}[:：][ \t]{0,4}$", re.MULTILINE)
_QUOTED = re.compile(r"\s{0,9}>")
# Labels glued to each other on one line; of a single letter only where a word ends before it.
_GLUED_LABEL = re.compile(
    rf"({'|'.join(word for word in WORDS if len(word) > 1)}|(?<!\w)(?:{'|'.join(word for word in WORDS if len(word) == 1)})) ?[:：]"
)
_MAILTO = re.compile(r"<mailto:[^>\s]{0,320}>|\[mailto:([^\]\s]{0,320})\]", re.IGNORECASE)
_PREFIX = re.compile(rf"\s{{0,9}}(?:\[[^\]\n]{{1,40}}\]\s{{0,9}})?(?:{'|'.join(FORWARD_PREFIXES)})\s?[:：]\s{{0,9}}", re.IGNORECASE)
_LINES_APART = 6
_NESTED = 20
_MOST_LABELS = 12
_VALUE_CHARS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """One forwarded mail.

    head: what its labels say.   body: its text, quote marks taken away.   has_rule: a client's line stands above it.
    start, body_start: offsets in the text.
    """

    head: MessageHead
    body: str
    has_rule: bool
    start: int
    body_start: int


def find_forward(text: str, subject: str = "", *, insiders: frozenset[str] = frozenset()) -> Forward | None:
    """The mail that a text forwards: the first one, or where that holds nothing but another forward, that one.

    A block of labels needs From and Subject. Without one, a line that names who wrote what follows is a forward only
    under a subject that says so; else it is a reply's quote.   Raises: nothing.
    insiders: organisations whose people only pass mails on, so that what a forwarded mail of theirs forwards is meant.
    """
    unglued = _unglued(text)
    found = _first_with_words(unglued, insiders)
    if found is not None:
        return replace(found, body_start=found.body_start - (len(unglued) - len(text)))
    return _attributed(text, subject) if is_forward_subject(subject) else None


def is_forward_subject(subject: str) -> bool:
    """Whether a subject begins as clients mark what they forward ("Fwd:", "WG:", "転送:")."""
    return _PREFIX.match(subject) is not None


def _first_with_words(text: str, insiders: frozenset[str]) -> Forward | None:
    lines = Lines(text)
    blocks = list(islice(_blocks(text, lines), _NESTED))
    for block, following in zip_longest(blocks, blocks[1:]):
        if following is None or (_has_words(lines, block, following) and not _is_from(lines, block, insiders)):
            return _forward(lines, block)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Labelled:
    line: int
    label: Label
    value_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Labelled lines that stand together.   body: the line on which the text begins."""

    labelled: tuple[_Labelled, ...]
    quoting: Quoting
    body: int
    first: int
    has_rule: bool


def _blocks(text: str, lines: Lines) -> Iterator[_Block]:
    group: list[_Labelled] = []
    for one in _labelled(text, lines):
        is_apart = bool(group) and one.line - group[-1].line > _LINES_APART
        is_again = one.label is not Label.TO and any(other.label is one.label for other in group)
        if is_apart or is_again or len(group) >= _MOST_LABELS:
            yield from _block(group, lines)
            group = []
        group.append(one)
        if one.label is Label.BODY:
            yield from _block(group, lines)
            group = []
    yield from _block(group, lines)


def _labelled(text: str, lines: Lines) -> Iterator[_Labelled]:
    for found in _LABELLED.finditer(text):
        label = LABELS.get(" ".join(found[1].split()).casefold())
        if label is not None:
            yield _Labelled(line=lines.number_at(found.start(1)), label=label, value_at=found.end())


def _block(group: list[_Labelled], lines: Lines) -> Iterator[_Block]:
    """The group as a block, when it says who wrote and about what."""
    labels = {one.label for one in group}
    if not {Label.FROM, Label.SUBJECT} <= labels:
        return
    first = group[0].line
    rule = next((number for number in range(first - 1, max(-1, first - 4), -1) if _is_rule(lines[number])), None)
    body = group[-1].line + 1
    while group[-1].label is not Label.BODY and body < len(lines) and _is_fold(lines[body : body + 2], group[-1].label):
        body += 1
    yield _Block(
        labelled=tuple(group),
        quoting=quoting_of(lines[first]),
        body=body,
        first=first if rule is None else rule,
        has_rule=rule is not None,
    )


def _is_rule(line: str) -> bool:
    return _RULE.fullmatch(line.strip(" \t\r>|\xa0")) is not None


def _is_fold(lines: Sequence[str], label: Label) -> bool:
    """Whether a line goes on with the last label's value: more recipients, or an indented line above an empty one."""
    line = lines[0]
    if label is Label.TO and "@" in line and any(mark in line for mark in "<,;") and len(line) < _VALUE_CHARS:
        return True
    return line[:1] in (" ", "\t") and line.strip() != "" and not "".join(lines[1:]).strip()


def _forward(lines: Lines, block: _Block) -> Forward:
    values: dict[Label, str] = {}
    for one, following in zip_longest(block.labelled, block.labelled[1:]):
        end = following.line if following else block.body
        values.setdefault(one.label, _value(lines, one, end, block.quoting))
    start = block.body
    while start < len(lines) and not block.quoting.bare(lines[start]).strip():
        start += 1
    end = closing_line(lines, block.first, start, _end_of_quote(lines, start, block.quoting))
    return Forward(
        head=MessageHead(
            subject=values.get(Label.SUBJECT, ""),
            from_=values.get(Label.FROM, ""),
            to=values.get(Label.TO, ""),
            date=parse_date(values.get(Label.DATE, "")),
        ),
        body="\n".join(block.quoting.bare(line) for line in lines[start:end]).rstrip(),
        has_rule=block.has_rule,
        start=lines.start_of(block.first),
        body_start=lines.start_of(start),
    )


def _value(lines: Lines, one: _Labelled, end: int, quoting: Quoting) -> str:
    """What stands after a label, on its line and on those that go on with it."""
    first = lines[one.line][one.value_at - lines.start_of(one.line) :]
    rest = [quoting.bare(line) for line in lines[one.line + 1 : min(end, one.line + _LINES_APART)]]
    value = " ".join(" ".join((first, *rest)).split()).strip("*_; ")[:_VALUE_CHARS]
    return decode_encoded_words(_MAILTO.sub(lambda found: f"<{found[1]}>" if found[1] else "", value))


def _end_of_quote(lines: Lines, first: int, quoting: Quoting) -> int:
    """The line after a quote: the first unquoted one that is not the wrapped rest of a quoted one."""
    if not quoting.depth:
        return len(lines)
    for number in range(first, len(lines)):
        if not any(quoting.has_marks(line) for line in lines[number : number + 3]):
            return number
    return len(lines)


def _has_words(lines: Lines, block: _Block, following: _Block) -> bool:
    """Whether anything but rules and empty lines stands between two blocks."""
    between = lines[block.body : max(block.body, following.first)]
    return any(line.strip(" \t\r>|\xa0") and not _is_rule(line) and not line.strip(" \t\r>|\xa0").endswith((":", "：")) for line in between)


def _is_from(lines: Lines, block: _Block, organisations: frozenset[str]) -> bool:
    """Whether somebody of these organisations wrote the mail of a block."""
    author = next(one for one in block.labelled if one.label is Label.FROM)
    return organisation_of_author(_value(lines, author, author.line + 1, block.quoting)) in organisations


def _unglued(text: str) -> str:
    """A rule with its labels glued to it on one line, taken apart."""
    rule = _GLUED_RULE.search(text)
    if rule is None:
        return text
    end = text.find("\n", rule.end())
    end = len(text) if end < 0 else end
    return text[: rule.end()] + _GLUED_LABEL.sub(r"\n\1:", text[rule.end() : end]) + "\n" + text[end:]


def _attributed(text: str, subject: str) -> Forward | None:
    """ "On <date> <name> wrote:", on one line or two, above a quote and under a subject that says that this is a forward."""
    for line in _ATTRIBUTION.finditer(text):
        start = line.start() if any(map(str.isdigit, line[0])) else text.rfind("\n", 0, max(0, line.start() - 1)) + 1
        said = text[start : line.end()]
        author = _ADDRESSED.search(said)
        if not any(map(str.isdigit, said)) or not (author or _QUOTED.match(text, line.end())):
            continue
        body = Quoting(depth=1, gap=1)
        return Forward(
            head=MessageHead(subject=_PREFIX.sub("", subject, count=1), from_=author[1] if author else " ".join(said.split())),
            body="\n".join(body.bare(line) for line in text[line.end() :].strip("\n").split("\n")),
            has_rule=False,
            start=start,
            body_start=line.end(),
        )
    return None
