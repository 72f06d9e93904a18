"""Lists, cases and histories as the terminal shows them; in a pipe a list is plain columns, cut nowhere."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from routing.verdict import Verdict
from storage.case_queries import WholeCase, is_overdue
from storage.cases import family_of
from storage.queries import Listed, Whole
from storage.reference import letters_of
from storage.workflow import CaseState, next_steps

_WIDE = 110
_LEAST = (16, 11)  # of the first columns: a reference, a time
_SOFT = "bright_black"
_NEXT = {
    "accepted": "abusedesk cases show {reference}",
    "rejected": "abusedesk rejected reopen {reference} --note WHY   (if this is wrong)",
    "held": "abusedesk held reopen {reference} --note WHY   (or held dismiss: a person decides)",
}


def print_submissions(lines: Sequence[Listed], verdict: Verdict, *, has_more: bool) -> None:
    """A page of a list of submissions.   has_more: there are older ones."""
    out = Console(highlight=False)
    if not lines:
        out.print(f"No {verdict} submissions match.")
        return
    names = ("reference", "arrived", "reason", "event", "accused", "reporter", "subject")
    _print_columns(out, names, [tuple(_cells_of(line)) for line in lines], narrow=(0, 1, 2, 4))
    if has_more:
        out.print(Text("more: --limit N, or a filter: --reason --since --until --reporter --network --text", _SOFT), soft_wrap=True)


def print_history(whole: Whole) -> None:
    """What became of a submission, and what can be done with it next."""
    out = Console(highlight=False)
    if whole.submission["repeats"]:
        out.print(Text(f"  The same was sent again {whole.submission['repeats']} times.", _SOFT))
    if whole.answers:
        out.print(Text(f"  It answers {whole.answers}, and was decided together with it.", _SOFT))
    for reference in whole.answered_by:
        out.print(Text(f"  {reference} answers it.", _SOFT))
    for step in whole.history:
        out.print(Text(_step_line(step), _SOFT))
    if whole.submission["state"] in _NEXT:
        _print_next(out, _NEXT[whole.submission["state"]].format(reference=whole.document["reference"]))


def print_cases(cases: Sequence[Mapping[str, Any]], *, console: Console | None = None) -> None:
    """A list of cases."""
    out, now = console or Console(highlight=False), datetime.now(UTC)
    if not cases:
        out.print("No cases match.")
        return
    names = ("case", "opened", "reports", "event", "accused", "state", "contractor", "assignee")
    _print_columns(out, names, [tuple(_cells_of_case(case, now)) for case in cases], narrow=(0, 1, 3, 4, 5))


def print_case(whole: WholeCase) -> None:
    """One case: what it is about, what was done, its reports, and the steps that may follow."""
    out, case = Console(highlight=False), whole.case
    held = " ".join(filter(None, (case["contractor"], case["service"]))) or "nobody that the prefixes name"
    reports = "1 report" if case["submissions"] == 1 else f"{case['submissions']} reports"
    title = ((f" {case['reference']} ", "bold reverse"), f"  {case['event']}  ", (case["accused_value"], "bold cyan"), f"  {case['state']}")
    out.print()
    out.print(Text.assemble(*title))
    out.print(Text(f" held by {held}; {reports}; assigned to {case['assignee'] or 'nobody'}"))
    for step in whole.history:
        out.print(Text(_step_line(step), _SOFT))
    for one in whole.submissions:
        out.print(Text(f"  {one['arrived_at']:%Y-%m-%d %H:%M}  S-{letters_of(one['digest'])}  {one['reporter']}  {one['subject']}"))
    if steps := next_steps(family_of(case), CaseState(case["state"])):
        _print_next(out, f"abusedesk cases advance {case['reference']} {' | '.join(steps)}")
    out.print()


def _cells_of(line: Listed) -> Iterator[str]:
    times = f" ×{line.repeats + 1}" if line.repeats else ""
    times += f" ~{line.campaign_size}" if line.campaign_size > 1 else ""
    accused = ", ".join(line.accused[:2]) + (f" +{len(line.accused) - 2}" if len(line.accused) > 2 else "")
    yield from (
        line.reference + times,
        f"{line.arrived_at:%m-%d %H:%M}",
        line.reason or "",
        line.event,
        accused,
        line.reporter,
        line.subject,
    )


def _cells_of_case(case: Mapping[str, Any], now: datetime) -> Iterator[str]:
    state = f"{case['state']} (overdue)" if is_overdue(case, now) else case["state"]
    yield from (case["reference"], f"{case['opened_at']:%m-%d %H:%M}", str(case["submissions"]))
    yield from (case["event"], case["accused_value"], state, case["contractor"], case["assignee"] or "")


def _print_columns(out: Console, names: Sequence[str], rows: Sequence[Sequence[str]], *, narrow: Sequence[int]) -> None:
    """On a terminal the last columns are cut to fit.   narrow: which ones are there where it is less than _WIDE."""
    if not out.is_terminal:
        widths = [max(map(cell_len, column)) for column in zip(names, *rows, strict=True)]
        for row in (names, *rows):
            print("  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)).rstrip())
        return
    shown = range(len(names)) if out.width >= _WIDE else narrow
    table = Table(box=None, pad_edge=False, header_style=_SOFT, expand=False)
    for number in shown:
        table.add_column(names[number], no_wrap=True, overflow="ellipsis", min_width=_LEAST[number] if number < len(_LEAST) else None)
    for row in rows:
        table.add_row(*(Text(row[number]) for number in shown))
    out.print(table)


def _step_line(step: Mapping[str, Any]) -> str:
    change = " → ".join(filter(None, (step["from_state"], step["to_state"])))
    return f"  {step['at']:%Y-%m-%d %H:%M} {step['actor']}: {change} {step['note']}".rstrip()


def _print_next(out: Console, what: str) -> None:
    out.print()
    out.print(Text.assemble(("  Next: ", "bold"), what), soft_wrap=True)
