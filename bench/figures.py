"""One line of the table: what was measured, beside its baseline and its target."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """name: what it is.   measured, target, baseline: with their units; "" where there is none.   is_met: None where there is no target."""

    name: str
    measured: str
    target: str = ""
    baseline: str = ""
    is_met: bool | None = None


_HEAD = "| | measured | target | baseline, same run | |\n|---|---|---|---|---|\n"
_MARKS = {None: "", True: "met", False: "**missed**"}
_NUMBER = re.compile(r"\d[\d,.]*")


def table(figures: Iterable[Figure], before: str = "") -> str:
    """The figures as a table of Markdown.   before: a table of which they take the rows that measured the same; its others stay."""
    old = [row for row in before.splitlines() if row.startswith("|") and row not in _HEAD]
    rows = {_key(row): row for row in old} | {_key(row): row for row in map(_row, figures)}
    return _HEAD + "".join(f"{row}\n" for row in rows.values())


def _row(one: Figure) -> str:
    return f"| {one.name} | {one.measured} | {one.target} | {one.baseline} | {_MARKS[one.is_met]} |"


def _key(row: str) -> str:
    """What was measured, however many of it."""
    return _NUMBER.sub("#", row.split("|")[1])
