"""The desk on the terminal: rejected, held and cases; the same queries as the pages ask."""

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from getpass import getuser
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from sqlalchemy import Connection, Engine

from config.errors import AbuseDeskError
from config.sections import Settings
from notices.ordering import order_letters
from review.columns import print_case, print_cases, print_history, print_submissions
from review.discretion import discreet
from review.exports import csv_text, ndjson
from review.rows import row_of
from review.workbook import xlsx
from routing.verdict import Verdict
from storage.audit import Act
from storage.case_queries import CaseFilter, list_cases, overdue_cases, show_case
from storage.cases import advance_case, assign_case, change_event, note_on_case
from storage.engine import open_engine, reading, writing
from storage.evidence import read_evidence
from storage.filters import Filter
from storage.judging import dismiss, reopen
from storage.queries import every_submission, list_submissions, show_submission

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
    print_submissions(_shown(page.lines, settings), verdict, has_more=page.next_before is not None)
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
    print_history(whole)
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
    print_cases([*overdue, *(case for case in page.cases if case["id"] not in first)][:limit])
    return 0


def show_one_case(parsed: Namespace, settings: Settings) -> int:
    """Print one case with its history and submissions."""
    with _engine_of(settings) as engine, reading(engine) as connection:
        whole = _shown(_require(show_case(connection, parsed.reference), parsed.reference), settings)
    if parsed.json:
        print(json.dumps(asdict(whole), ensure_ascii=False, default=str))
        return 0
    print_case(whole)
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
