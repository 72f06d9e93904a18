"""The lines of a text with their offsets, and what a quote puts before them."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import overload

# Blanks of every width as one, marks of text direction and of no width as none.
_BLANKS: dict[int, str] = dict.fromkeys((0x09, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F, 0x3000), " ")
_BLANKS |= dict.fromkeys((0x0D, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF), "")
_INDENT = r"[ \t\xa0\u3000\ufeff]{0,16}"


class Lines:
    """The lines of one text, without their ends."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._starts = list(accumulate((len(line) + 1 for line in self._lines), initial=0))

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> list[str]: ...
    def __getitem__(self, number: int | slice) -> str | list[str]:
        return self._lines[number]

    def start_of(self, number: int) -> int:
        """Offset of a line in the text; of the line after the last, the text's length."""
        return min(self._starts[number], self._starts[-1] - 1)

    def number_at(self, offset: int) -> int:
        """The line in which an offset lies, counted from 0."""
        return bisect_right(self._starts, offset) - 1


@dataclass(frozen=True, slots=True)
class Quoting:
    """What stands before each line of a quoted or indented stretch.   depth: quote marks.   gap: blanks after them."""

    depth: int
    gap: int

    def has_marks(self, line: str) -> bool:
        """Whether a line is quoted at least as deep as this."""
        return _marks(self.depth).match(line) is not None

    def bare(self, line: str) -> str:
        """The line without its marks and blanks; what blanks are left are plain ones."""
        marks = _marks(self.depth).match(line)
        rest = plain_blanks(line[marks.end() :] if marks else line)
        return rest[min(self.gap, len(rest) - len(rest.lstrip(" "))) :]


def plain_blanks(line: str) -> str:
    """A line with blanks of every width as one plain blank each, invisible characters dropped."""
    return line if line.isascii() and "\t" not in line and "\r" not in line else line.translate(_BLANKS)


# quote marks = [ blanks ] 1*3( mark [ blanks ] ), where a mark is ">", "|" or ":"
_LEADING_MARKS = re.compile(rf"{_INDENT}(?:[>|:＞｜][ \t\xa0]{{0,8}}){{0,3}}")


def quoting_of(line: str) -> Quoting:
    """How a line is quoted and indented, to three marks."""
    found = _LEADING_MARKS.match(line)
    leading = found[0] if found else ""
    return Quoting(depth=sum(map(leading.count, ">|:＞｜")), gap=len(leading) - len(leading.rstrip(" \t\xa0\u3000\ufeff")))


@lru_cache(maxsize=8)
def _marks(depth: int) -> re.Pattern[str]:
    """Quote marks so deep; what blanks follow the last is the gap's affair."""
    return re.compile(rf"{_INDENT}(?:[>|:＞｜][ \t\xa0]{{0,8}}){{{depth - 1}}}[>|:＞｜]" if depth else "")
