"""One line of a log, or a dump: which address acted, which was acted upon.

Formats are in parsers/log_grammars.py; the grammar that read the last line is tried first, logs come in runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from parsers.addresses import Mention
from parsers.log_grammars import GRAMMARS, LogGrammar
from parsers.report import Role

_REACH = 200  # characters before an address in which a slot may stand


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
