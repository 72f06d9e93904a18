"""Where a mail shown in a text ends before the text does: at the line that a client, or a person, draws below it."""

import re

from parsers.lines import Lines

# "----- End forwarded message -----", "------- End of Forwarded Message" (RFC 934), "------- Original Message Ends -------",
# 「-----ここまで-----」
_DRAWN = "-=*#_~―─━＝＊▲△▼▽■◆"
_MARKS = frozenset(_DRAWN)
_NOUN = r"(?:mess|mail|spam|header|source|quote|nachricht|сообщени|письм)"
_ENDS_FIRST = re.compile(rf"/?(?:end|ende|fin|einde|конец)(?:$|[ :].{{0,60}}{_NOUN})", re.IGNORECASE)
_ENDS_LAST = re.compile(rf"{_NOUN}.{{0,20}}\bends?$", re.IGNORECASE)
_UP_TO_HERE = ("ここまで", "終わり", "終了")
# What opens and closes source: Markdown (CommonMark 4.5), Jira, BBCode.
_FENCE = re.compile(r"(`{3,8}|~{3,8})[ \w]{0,30}|(\{(?:noformat|code)[^}\n]{0,40}\})|(\[code\])", re.IGNORECASE)
_LINES_ABOVE = 2


def closing_line(lines: Lines, above: int, first: int, stop: int) -> int:
    """The line between first and stop that closes what a line above the first one may have opened; stop where there is none.

    above: the line on which the mail's header begins.
    """
    fence = _fence_above(lines, above)
    for number in range(first, stop):
        line = lines[number].strip(" \t\r>|\xa0")
        if fence and line.casefold().endswith(fence):
            return number
        if line[:1] in _MARKS and _says_end(line[:200]):
            return number
    return stop


def _says_end(line: str) -> bool:
    """Whether words that say so stand in a drawn line."""
    words = line.strip(_DRAWN).strip()
    if line[1:2] not in _MARKS or not words:
        return False
    if line[-1] not in _MARKS:
        return line[2:3] in _MARKS and _ENDS_FIRST.match(words) is not None
    ends_last = words.lower().endswith(("end", "ends")) and _ENDS_LAST.search(words) is not None
    return ends_last or words.endswith(_UP_TO_HERE) or _ENDS_FIRST.match(words) is not None


def _fence_above(lines: Lines, above: int) -> str:
    """How the fence that was opened above a line is closed; "" where there is none."""
    for number in range(above - 1, max(-1, above - 1 - _LINES_ABOVE), -1):
        line = lines[number].strip(" \t\r>|\xa0")
        if found := _FENCE.fullmatch(line[:60]):
            return _closing_fence(found)
        if line:
            break
    return ""


def _closing_fence(found: re.Match[str]) -> str:
    marks, jira, _ = found.groups()
    if jira:
        return f"{{{jira[1:-1].partition(':')[0]}}}".casefold()
    return marks or "[/code]"
