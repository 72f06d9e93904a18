"""Whether an address is accused, the victim's, or only mentioned: told from the words around it.

The nearest direction word before the address decides ("from", "your server", "Source IP:", "当社"); Japanese also writes
it behind ("から", "へ"). The words are in roles.toml: English and Japanese, the commonest of other languages. What a log
or a table says by its format is told in parsers/log_grammars.py and parsers/tables.py.
"""

import re
import tomllib
from dataclasses import dataclass, replace
from enum import IntEnum
from importlib.resources import files

from parsers.report import Role


class Certainty(IntEnum):
    """How plainly a text says what an address is."""

    DEFAULT = 1  # It stands there, and nothing says what it is.
    GENERIC = 2  # "IP address:" and the like.
    WORDS = 3  # A direction word of a sentence.
    PLAIN = 4  # A log's or a table's own format, a plain noun: "the attacker", "your server".
    STATED = 5  # A label that names nothing else, the subject.


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an address is, how plainly that is said, and by which words."""

    role: Role
    certainty: Certainty
    because: str


_WORDS = tomllib.loads((files("parsers") / "roles.toml").read_text("utf-8"))


def _any_of(name: str) -> str:
    """One pattern for all words of a table, in every language."""
    machine = _WORDS["machine"].replace("\n", "")
    return "|".join(word.replace("{machine}", machine) for words in _WORDS[name].values() for word in words)


_BEFORE = {
    "source-nouns": (Role.SOURCE, Certainty.PLAIN),
    "target-nouns": (Role.TARGET, Certainty.PLAIN),
    "mentioned": (Role.MENTIONED, Certainty.WORDS),
    "source-words": (Role.SOURCE, Certainty.WORDS),
    "target-words": (Role.TARGET, Certainty.WORDS),
    "generic": (Role.SOURCE, Certainty.GENERIC),
}
_GROUPS = {f"g{number}": name for number, name in enumerate(_BEFORE)}
# A word of letters must not run on into another; Japanese and Chinese words need no such border.
_CUE = re.compile("(?:" + "|".join(f"(?P<{group}>{_any_of(name)})" for group, name in _GROUPS.items()) + r")(?![a-z\u00c0-\u04ff])")
# where a cue can start: at a word, at any letter of a script without blanks, at an arrow
_STARTS = re.compile(r"(?<![a-z'\u00c0-\u04ff])[a-z\u00c0-\u04ff]|[\u3000-\uffff]|[-=]>|→")
_REACH = 6  # words: the longest cue
_QUALIFIES = 24  # characters between "source" and "IP"

_ASIDE = r"\W{0,3}(?:[(\[][^()\[\]]{0,80}[)\]])?\W{0,3}"
_TARGET_BEHIND = re.compile(f"{_ASIDE}(?:{_any_of('target-behind')})")
_ORIGIN_BEHIND = re.compile(f"{_ASIDE}(?:{_any_of('origin-behind')})")
_SOURCE_BEHIND = re.compile(f"{_ASIDE}(?:{_any_of('source-behind')})")
_LABEL_END = re.compile(r"[:：=|\t][\s\"'*\[(]{0,6}$")
# host names: what their labels mean says nothing
_HOST_NAME = re.compile(r"(?<![a-z0-9.-])[a-z0-9][a-z0-9.-]{1,80}\.[a-z]{2,24}(?![a-z0-9])")
_LOWER_GAP = str.maketrans({"_": " ", "-": " ", "\u2019": "'"})


def role_of(before: str, after: str) -> Told | None:
    """What the words around an address say of it, or None.

    before: what stands before it in its line, or above it; after: what follows up to the next address.
    """
    behind = after[:120].lower()
    if _TARGET_BEHIND.match(behind):
        return Told(role=Role.TARGET, certainty=Certainty.WORDS, because=_quoted(after))
    if _ORIGIN_BEHIND.match(behind):
        return Told(role=Role.SOURCE, certainty=Certainty.WORDS, because=_quoted(after))
    told = _before(before)
    if told is not None and told.certainty > Certainty.GENERIC:
        is_label = told.certainty is Certainty.PLAIN and _LABEL_END.search(before[-8:])
        return replace(told, certainty=Certainty.STATED) if is_label else told
    if _SOURCE_BEHIND.match(behind):
        return Told(role=Role.SOURCE, certainty=Certainty.WORDS, because=_quoted(after))
    return told


def _before(before: str) -> Told | None:
    """What the nearest direction word before an address says."""
    window = _last_sentence(_HOST_NAME.sub("~", before[-90:].lower()).translate(_LOWER_GAP))
    nearest = _nearest_cue(window)
    if nearest is None:
        return None
    if not _is_generic(nearest):
        return _told(nearest, nearest[0])
    # "Source IP", "from IP", "to the address": the word right before "IP" makes of it what it is.
    qualifying = _nearest_cue(window[: nearest.start()])
    while qualifying is not None and _is_generic(qualifying):
        qualifying = _nearest_cue(window[: qualifying.start()])
    if qualifying is None or nearest.start() - qualifying.end() > _QUALIFIES:
        return _told(nearest, nearest[0])
    return _told(qualifying, f"{qualifying[0]} {nearest[0]}")


def _told(cue: re.Match[str], because: str) -> Told:
    role, certainty = _BEFORE[_GROUPS[cue.lastgroup or ""]]
    return Told(role=role, certainty=certainty, because=because)


def _is_generic(cue: re.Match[str]) -> bool:
    return _GROUPS[cue.lastgroup or ""] == "generic"


def _nearest_cue(window: str) -> re.Match[str] | None:
    """The cue that ends last in a text, of those the longest; looked for from the end, as the nearest words decide."""
    nearest: re.Match[str] | None = None
    left = _REACH
    for start in reversed([match.start() for match in _STARTS.finditer(window)]):
        match = _CUE.match(window, start)
        if match is not None and (nearest is None or match.end() >= nearest.end()):
            nearest = match
        if nearest is not None:
            left -= 1
            if not left:
                break
    return nearest


def _last_sentence(window: str) -> str:
    """What follows the last full stop; a stop inside a word ends nothing."""
    for stop in (". ", "。", "! ", "? ", "; "):
        window = window.rpartition(stop)[2]
    return window


def _quoted(after: str) -> str:
    return " ".join(after.split())[:24]
