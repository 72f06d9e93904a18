"""The desk on the terminal: rejected, held and cases; the same queries as the pages ask."""

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from getpass import getuser
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection, Engine

from config.errors import AbuseDeskError
from config.sections import Settings
from notices.ordering import order_letters
from review.discretion import discreet
from review.exports import csv_text, ndjson
from review.rows import row_of
from review.workbook import xlsx
from routing.verdict import Verdict
from storage.audit import Act
from storage.case_queries import CaseFilter, is_overdue, list_cases, overdue_cases, show_case
from storage.cases import advance_case, assign_case, change_event, note_on_case
from storage.engine import open_engine, reading, writing
from storage.evidence import read_evidence
from storage.filters import Filter
from storage.judging import dismiss, reopen
from storage.queries import Listed, Whole, every_submission, list_submissions, show_submission

_PAGE = 50

Found = TypeVar("Found")


class Undisclosed(AbuseDeskError):
    """The settings say that it is not shown here."""


class UnknownReference(AbuseDeskError):
    """Nobody knows that reference."""


def list_verdict(parsed: Namespace, settings: Settings, verdict: Verdict) -> int:
    """Print the submissions of a verdict, newest first: a page on a terminal, all of them as JSON."""
    asked = filter_of(parsed, verdict)
    with _engine_of(settings) as engine, reading(engine) as connection:
        if parsed.json:
            for line in islice(every_submission(connection, asked), parsed.limit):
                print(json.dumps(_shown(row_of(line), settings), ensure_ascii=False))
            return 0
        page = list_submissions(connection, asked, limit=parsed.limit or _PAGE)
    _print_lines(_shown(page.lines, settings), verdict, has_more=page.next_before is not None)
    return 0


def show_one(parsed: Namespace, settings: Settings) -> int:
    """Print one submission with its whole trace, as JSON, or its raw mail."""
    with _engine_of(settings) as engine, reading(engine) as connection:
        whole = _require(show_submission(connection, parsed.reference), parsed.reference)
        if parsed.raw and settings.review.reporter_hidden_on_terminal:
            raise Undisclosed("the raw mail names its reporter, whom review.reporter_hidden_on_terminal hides here")
        if parsed.raw:
            sys.stdout.buffer.write(read_evidence(connection, whole.submission["id"]))
            return 0
    whole = _shown(whole, settings)
    if parsed.json:
        print(json.dumps(dict(whole.document) | {"facts": dict(whole.facts)}, ensure_ascii=False, default=str))
        return 0
    from review.terminal import print_explanation

    print_explanation(dict(whole.document), is_stored=True)
    _print_history(whole)
    return 0


def export(parsed: Namespace, settings: Settings, verdict: Verdict) -> int:
    """Write exactly what the filter gives, as CSV, xlsx or NDJSON, to a file or standard output."""
    asked = filter_of(parsed, verdict)
    with _engine_of(settings) as engine, reading(engine) as connection, _output(parsed.output) as out:
        rows = (_shown(row_of(line), settings) for line in every_submission(connection, asked))
        match "json" if parsed.json else parsed.format:
            case "xlsx":
                pieces = xlsx(rows)
            case "json":
                pieces = (line.encode() for line in ndjson(rows))
            case _:
                pieces = (line.encode() for line in csv_text(rows))
        for piece in pieces:
            out.write(piece)
    return 0


def _output(path: str | None) -> AbstractContextManager[BinaryIO]:
    return Path(path).open("wb") if path else nullcontext(sys.stdout.buffer)


def reopen_one(parsed: Namespace, settings: Settings) -> int:
    """Open a case for a submission that was refused or held; who and why are kept."""
    with _engine_of(settings) as engine, writing(engine) as connection:
        case = reopen(connection, parsed.reference, _act(parsed))
    print(f"{parsed.reference} is now in case {case}")
    return 0


def dismiss_one(parsed: Namespace, settings: Settings) -> int:
    """Leave a held submission without a case."""
    with _engine_of(settings) as engine, writing(engine) as connection:
        dismiss(connection, parsed.reference, _act(parsed))
    print(f"{parsed.reference} is dismissed")
    return 0


def list_all_cases(parsed: Namespace, settings: Settings) -> int:
    """Print cases, the overdue ones first, then the newest; as JSON, the newest first."""
    asked = CaseFilter(
        state=parsed.state,
        event=parsed.event,
        contractor=parsed.contractor,
        accused=parsed.accused,
        is_open=None if parsed.all else True,
    )
    with _engine_of(settings) as engine, reading(engine) as connection:
        if parsed.json:
            for case in _every_case(connection, asked, parsed.limit):
                print(json.dumps(case, ensure_ascii=False, default=str))
            return 0
        limit = parsed.limit or _PAGE
        overdue = overdue_cases(connection, asked, datetime.now(UTC), limit=limit)
        page = list_cases(connection, asked, limit=limit)
    first = {case["id"] for case in overdue}
    _print_cases([*overdue, *(case for case in page.cases if case["id"] not in first)][:limit])
    return 0


def show_one_case(parsed: Namespace, settings: Settings) -> int:
    """Print one case with its history and submissions."""
    with _engine_of(settings) as engine, reading(engine) as connection:
        whole = _shown(_require(show_case(connection, parsed.reference), parsed.reference), settings)
    if parsed.json:
        print(json.dumps(asdict(whole), ensure_ascii=False, default=str))
        return 0
    _print_case(whole.case, whole.history, whole.submissions)
    return 0


def act_on_case(parsed: Namespace, settings: Settings) -> int:
    """Advance a case, assign it, change its event, or leave a note on it."""
    act = _act(parsed)
    with _engine_of(settings) as engine, writing(engine) as connection:
        match parsed.action:
            case "advance":
                advance_case(connection, parsed.reference, parsed.to, act)
                order_letters(connection, parsed.reference, parsed.to, act, settings.notices)
            case "event":
                change_event(connection, parsed.reference, parsed.to, act)
            case "assign":
                assign_case(connection, parsed.reference, parsed.to, act)
            case _:
                note_on_case(connection, parsed.reference, act)
    print(f"{parsed.reference}: done")
    return 0


def filter_of(parsed: Namespace, verdict: Verdict | None) -> Filter:
    """The filter that the arguments ask for; they are of their types already."""
    return Filter(
        verdict=verdict,
        reason=parsed.reason,
        event=parsed.event,
        reporter=parsed.reporter,
        network=parsed.network,
        since=parsed.since,
        until=parsed.until,
        text=parsed.text,
        campaign=parsed.campaign,
        one_per_campaign=parsed.grouped,
    )


@contextmanager
def _engine_of(settings: Settings) -> Iterator[Engine]:
    engine = open_engine(settings.storage.url)
    try:
        yield engine
    finally:
        engine.dispose()


def _shown(value: Found, settings: Settings) -> Found:
    """The value as the terminal may show it."""
    return discreet(value) if settings.review.reporter_hidden_on_terminal else value


def _act(parsed: Namespace) -> Act:
    return Act(actor=parsed.by or getuser(), note=parsed.note or "")


def _require(found: Found | None, reference: str) -> Found:
    if found is None:
        raise UnknownReference(f"there is no {reference}; see: abusedesk rejected list, abusedesk held list, abusedesk cases list")
    return found


def _every_case(connection: Connection, asked: CaseFilter, limit: int | None) -> Iterator[Mapping[str, Any]]:
    before: int | None = None
    left = limit if limit is not None else sys.maxsize
    while left > 0:
        page = list_cases(connection, asked, before=before, limit=min(500, left))
        yield from page.cases
        left -= len(page.cases)
        before = page.next_before
        if before is None:
            return


def _print_lines(lines: Sequence[Listed], verdict: Verdict, *, has_more: bool) -> None:
    out = _page()
    if not lines:
        out.print(f"No {verdict} submissions match.")
        return
    table = _table("reference", "arrived", "reason", "event", "accused", "reporter", "subject", console=out)
    for line in lines:
        accused = ", ".join(line.accused[:2]) + (f" +{len(line.accused) - 2}" if len(line.accused) > 2 else "")
        times = f" ×{line.repeats + 1}" if line.repeats else ""
        times += f" ~{line.campaign_size}" if line.campaign_size > 1 else ""
        cells = (f"{line.arrived_at:%m-%d %H:%M}", line.reason or "", line.event, accused, line.reporter, line.subject)
        table.add_row(*(Text(cell) for cell in (line.reference + times, *cells)[: len(table.columns)]))
    out.print(table)
    if has_more:
        out.print(Text("more: --limit N, or a filter: --reason --since --until --reporter --network --text", "bright_black"))


def _page() -> Console:
    """As wide as the terminal, else wide enough for a line of a list."""
    out = Console(highlight=False)
    return out if out.is_terminal else Console(highlight=False, width=180)


def _table(*names: str, console: Console) -> Table:
    """Columns of a list: the first whole, the last ones cut to fit; on a narrow terminal only the first five."""
    table = Table(box=None, pad_edge=False, header_style="bright_black", expand=False)
    for number, name in enumerate(names if console.width >= 110 else names[:5]):
        table.add_column(name, no_wrap=True, overflow="ellipsis", min_width=16 if number == 0 else None)
    return table


def _print_history(whole: Whole) -> None:
    out = Console(highlight=False)
    if whole.submission["repeats"]:
        out.print(Text(f"  The same was sent again {whole.submission['repeats']} times.", "bright_black"))
    if whole.answers:
        out.print(Text(f"  It answers {whole.answers}, and was decided together with it.", "bright_black"))
    for reference in whole.answered_by:
        out.print(Text(f"  {reference} answers it.", "bright_black"))
    for step in whole.history:
        line = f"  {step['at']:%Y-%m-%d %H:%M} {step['actor']}: {step['from_state']} → {step['to_state']} {step['note']}"
        out.print(Text(line, "bright_black"))


def _print_cases(cases: Sequence[Mapping[str, Any]]) -> None:
    out = _page()
    if not cases:
        out.print("No cases match.")
        return
    now = datetime.now(UTC)
    table = _table("case", "opened", "reports", "event", "accused", "state", "contractor", "assignee", console=out)
    for case in cases:
        cells = (
            case["reference"],
            f"{case['opened_at']:%m-%d %H:%M}",
            case["submissions"],
            case["event"],
            case["accused_value"],
            f"{case['state']} (overdue)" if is_overdue(case, now) else case["state"],
            case["contractor"],
            case["assignee"] or "",
        )
        table.add_row(*(Text(str(cell)) for cell in cells[: len(table.columns)]))
    out.print(table)


def _print_case(case: Mapping[str, Any], history: Sequence[Mapping[str, Any]], submissions: Sequence[Mapping[str, Any]]) -> None:
    out = Console(highlight=False)
    out.print()
    out.print(
        Text.assemble(
            (f" {case['reference']} ", "bold reverse"), f"  {case['event']}  ", (case["accused_value"], "bold cyan"), f"  {case['state']}"
        )
    )
    held = " ".join(filter(None, (case["contractor"], case["service"])))
    out.print(
        Text(
            f" held by {held or 'nobody that the prefixes name'}; {case['submissions']} reports; assigned to {case['assignee'] or 'nobody'}"
        )
    )
    for step in history:
        change = f"{step['from_state']} → {step['to_state']}" if step["to_state"] else ""
        out.print(Text(f"  {step['at']:%Y-%m-%d %H:%M} {step['actor']}  {change}  {step['note']}", "bright_black"))
    for submission in submissions:
        out.print(Text(f"  {submission['arrived_at']:%Y-%m-%d %H:%M}  {submission['reporter']}  {submission['subject']}"))
    out.print()
