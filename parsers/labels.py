"""Labelled lines of a report, English and Japanese: "Comments to forward: …", "転送可能なコメント：…", "【種別】…".

A value goes on over the following lines up to a blank line or the next label; what stands after a blank line is never
taken in, so that a claimant's signature cannot become part of a comment.
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice

from parsers.keys import plain_key

_MAX_VALUE = 8_000
# [bullet] label blanks (":" | "：" | "=") value; a label has no colon, at most 48 characters and no full stop
_LABELLED = re.compile(
    r"[\s>*•・■□◆◇●○▼▪|#\"'<\-–(\d.)]{0,12}((?:[A-Za-z]|[^\x00-\x7f])[^:：=\n|\t]{0,56}?)[\s.*\"'_>]{0,40}[:：=|\t][ \t　*]{0,20}(.*)"
)
_SIGN = re.compile(r"[:：=|\t】］\]〕>＞]")
# 【label】value
_BRACKETED = re.compile(r"\s{0,8}[■・●◆]?\s?[【［\[〔<＜]([^】］\]〕>＞\n]{1,40})[】］\]〕>＞]\s{0,4}[:：]?\s{0,4}(.*)")
_ASIDE = re.compile(r"[(（［\[][^()（）［］\[\]]{0,40}[)）］\]]")

# canonical name of every label, by its plain key; read once, when the program starts
_NAMES: dict[str, str] = {
    plain_key(label): name
    for name, labels in tomllib.loads((files("parsers") / "labels.toml").read_text("utf-8")).items()
    for label in labels
}
# Values that may go on over several lines.
_SHORT = {"category", "port", "domain", "reference", "zone", "title", "trademark", "claimant", "date-time", "proof-of-rights"}
_LONG = frozenset(_NAMES.values()) - _SHORT


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A labelled value.   name: canonical.   label: as written.   line: the label's, from 0; end: the line after the value."""

    name: str
    label: str
    value: str
    line: int
    end: int


def labelled_lines(text: str, *, at_most: int) -> tuple[Labelled, ...]:
    """Every known label of a text with its value, in order.   An empty value is kept: the reporter left it empty."""
    return tuple(islice(_known(text.split("\n")), at_most))


def canonical_name(label: str) -> str:
    """The canonical name of a label as written, or ""."""
    key = plain_key(_ASIDE.sub("", label).strip(" *_\"'　-"))
    found = _NAMES.get(key, "")
    return found or _NAMES.get(key.removesuffix("s"), "")


def label_of(line: str) -> tuple[str, str] | None:
    """The label and value that a line is, or None; a link is none."""
    if not _SIGN.search(line):
        return None
    match = _BRACKETED.match(line) or _LABELLED.match(line)
    if match is None or (match[2].startswith("//") and match[1].isascii()):
        return None
    return match[1].strip(), match[2].strip()


def _known(lines: list[str]) -> Iterator[Labelled]:
    number = 0
    while number < len(lines):
        written = label_of(lines[number][:2_000])
        name = canonical_name(written[0]) if written else ""
        if written is None or not name:
            number += 1
            continue
        is_empty = not written[1]
        ends = _is_known_label if name == "log-lines" else _is_label
        rest = _continuation(lines, number + 1, ends, is_empty=is_empty) if is_empty or name in _LONG else []
        value = "\n".join(part for part in (written[1], *rest) if part)[:_MAX_VALUE]
        yield Labelled(name=name, label=written[0], value=value, line=number, end=number + 1 + len(rest))
        number += 1 + len(rest)


def _continuation(lines: list[str], start: int, ends: Callable[[str], bool], *, is_empty: bool) -> list[str]:
    """The lines that go on with a value: up to a blank one, one that ends it (another label), or the end.

    After an empty label one blank line may come first.
    """
    taken: list[str] = []
    for number in range(start, min(start + 200, len(lines))):
        line = lines[number].strip()
        if not line and is_empty and number == start:
            taken.append("")
            continue
        if not line or ends(lines[number]):
            break
        taken.append(line)
    return taken if any(taken) else []


def _is_known_label(line: str) -> bool:
    written = label_of(line[:2_000])
    return written is not None and bool(canonical_name(written[0]))


def _is_label(line: str) -> bool:
    """Whether a line starts with a label, a known one or a short one that looks like one ("Phone: 1")."""
    written = label_of(line[:2_000])
    if written is None:
        return False
    label = written[0]
    return bool(canonical_name(label)) or (len(label.split()) <= 3 and len(label) <= (24 if label.isascii() else 12))


def unlabelled(text: str) -> str:
    """The text without its known labelled lines and their values: what the reporter says freely."""
    kept = text.split("\n")
    for one in labelled_lines(text, at_most=len(kept)):
        for number in range(one.line, one.end):
            kept[number] = ""
    return "\n".join(kept)
