"""A header as it is after it was copied through a table, Markdown or a field of one line, put back into a header's lines.

Every character keeps its place, so that offsets stay true.
"""

import re

from parsers.header_names import KNOWN_NAME

# A table: name TAB value
_TABLED = re.compile(rf"^({KNOWN_NAME})\t", re.IGNORECASE | re.MULTILINE)
# Markdown: a list's bullet, or a name in bold with its colon inside or outside ("*Received:* from", "**Received**: from")
_MARKED = re.compile(
    rf"^([> \t]{{0,8}})(?:([*-] )({KNOWN_NAME}):|(\*{{1,2}})({KNOWN_NAME})(?::(\*{{1,2}})|(\*{{1,2}}):))", re.IGNORECASE | re.MULTILINE
)
# One line that was many: its names
_NAMED = re.compile(rf"(?<=\S)[ \t](?={KNOWN_NAME}: )", re.IGNORECASE)
_RUN_TOGETHER = " Received: "
_LEAST_NAMES, _LEAST_CHARS = 4, 200


def as_lines(text: str) -> str:
    """The text, as long as before, with each field of such a header on a line of its own."""
    if "eceived\t" in text:
        text = _TABLED.sub(r"\1:", text)
    if any(mark in text for mark in ("* Received:", "- Received:", "*Received")):
        text = _MARKED.sub(_unmarked, text)
    if _RUN_TOGETHER in text:
        text = "\n".join(_apart(line) for line in text.split("\n"))
    return text


def _unmarked(found: re.Match[str]) -> str:
    indent, bullet, listed, opening, bold, inside, outside = found.groups()
    if bullet:
        return f"{indent}{listed}:  "
    return f"{indent}{bold}:{' ' * len(opening + (inside or outside))}"


def _apart(line: str) -> str:
    """A line in which a whole header stands, broken before each name; any other as it is."""
    if len(line) < _LEAST_CHARS or _RUN_TOGETHER not in line:
        return line
    broken, names = _NAMED.subn("\n", line)
    return broken if names >= _LEAST_NAMES else line
