"""One line of the table: what was measured, beside its baseline and its target."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """name: what it is.   measured, target, baseline: with their units; "" where there is none.   is_met: None where there is no target."""

    name: str
    measured: str
    target: str = ""
    baseline: str = ""
    is_met: bool | None = None


def table(figures: list[Figure]) -> str:
    """The figures as a table of Markdown."""
    rows = ["| | measured | target | baseline, same run | |", "|---|---|---|---|---|"]
    marks = {None: "", True: "met", False: "**missed**"}
    rows += [f"| {one.name} | {one.measured} | {one.target} | {one.baseline} | {marks[one.is_met]} |" for one in figures]
    return "\n".join(rows) + "\n"
