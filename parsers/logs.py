"""One line of a log, a dump or a machine's key=value output: which address acted, which was acted upon.

Formats are in parsers/log_grammars.py; the grammar that read the last line is tried first, logs come in runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from parsers.addresses import Mention
from parsers.log_grammars import (
    GENERIC_KEYS,
    GRAMMARS,
    KEY_BEFORE,
    MENTIONED_KEYS,
    NESTED_BEFORE,
    SOURCE_KEYS,
    TARGET_KEYS,
    LogGrammar,
    LogKind,
)
from parsers.report import Role

_REACH = 200  # characters before an address in which a slot may stand
_KEY_NOISE = str.maketrans("", "", " _-.'\u3000")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """A line of a known format.   roles: one for each address in it, in their order; at least one is the acting one's."""

    grammar: LogGrammar
    roles: tuple[Role, ...]


def read_log_line(line: str, mentions: Sequence[Mention], *, first: LogGrammar | None = None) -> LogLine | None:
    """The line by the first grammar that finds the acting address, or None.

    mentions: the line's addresses, their places counted from its start.   first: the grammar to try before the others.
    """
    for grammar in (first, *GRAMMARS) if first else GRAMMARS:
        if any(needle in line for needle in grammar.needles) and (grammar.line is None or grammar.line.search(line)):
            roles = _roles(grammar, line, mentions)
            if Role.SOURCE in roles:
                return LogLine(grammar=grammar, roles=roles)
    return None


def _roles(grammar: LogGrammar, line: str, mentions: Sequence[Mention]) -> tuple[Role, ...]:
    """Each address by its slots; of several in the acting slot the last one is the program's own word."""
    roles = [_role(grammar, line, mention) for mention in mentions]
    acting = [number for number, role in enumerate(roles) if role is Role.SOURCE]
    for number in acting[:-1]:
        if mentions[number].ip != mentions[acting[-1]].ip:
            roles[number] = Role.MENTIONED
    return tuple(roles)


def _role(grammar: LogGrammar, line: str, mention: Mention) -> Role:
    before = line[max(0, mention.start - _REACH) : mention.start]
    after = line[mention.end : mention.end + _REACH]
    if grammar.target_before and grammar.target_before.search(before):
        return Role.TARGET
    if grammar.target_after and grammar.target_after.match(after):
        return Role.TARGET
    fits_before = grammar.source_before is None or grammar.source_before.search(before)
    fits_after = grammar.source_after is None or grammar.source_after.match(after)
    return Role.SOURCE if fits_before and fits_after else Role.MENTIONED


def key_role(line: str, mention: Mention) -> tuple[Role, str, bool] | None:
    """What the key of a key=value, JSON or XML line says of its value: role, the key, and whether it says so plainly.

    None when no key that names an address stands before it.
    """
    before = line[max(0, mention.start - _REACH) : mention.start]
    nested = NESTED_BEFORE.search(before)
    match = nested or KEY_BEFORE.search(before)
    if match is None:
        return None
    role = role_of_key(match[1])
    if role is not None:
        return role, match[1], True
    return (Role.SOURCE, match[1], False) if plain_key(match[1]) in GENERIC_KEYS else None


def role_of_key(key: str) -> Role | None:
    """What a key says plainly of its value, or None; "ip" and the like say nothing plainly."""
    plain = plain_key(key)
    if plain in SOURCE_KEYS:
        return Role.SOURCE
    if plain in TARGET_KEYS:
        return Role.TARGET
    return Role.MENTIONED if plain in MENTIONED_KEYS else None


def plain_key(key: str) -> str:
    """A key, label or column name as the tables of names write it: lower case, without separators."""
    return key.lower().translate(_KEY_NOISE)

