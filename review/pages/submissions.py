"""The lists of rejected, held and accepted submissions: facets, search, pages, files, and judging many at once."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from starlette.responses import Response, StreamingResponse

from review.asked import Asked, go_to
from review.exports import csv_text, ndjson
from review.filtering import KEYS, asking_of, choices, link_of, number_of, word_of
from review.filters import own
from review.rows import row_of
from review.workbook import xlsx
from routing.verdict import Verdict
from storage.engine import reading, writing
from storage.facets import count_submissions, facets
from storage.filters import Filter
from storage.finding import NoSuchReference
from storage.judging import dismiss, reopen
from storage.queries import every_submission, list_submissions
from storage.states import IllegalStep

FACETS = ("reason", "event", "network", "reporter", "day")
AT_ONCE = 500
EXPORTED = 100  # rows in one piece: few, so that the first one is soon there


def list_of(verdict: Verdict) -> Callable[[Asked], Response]:
    """The page that lists a verdict's submissions."""

    def show(asked: Asked) -> Response:
        asking = asking_of(asked.query, verdict, sees_reporters=asked.sees_reporters)
        with reading(asked.desk.engine) as connection:
            page = list_submissions(connection, asking.filter, before=number_of(asked.query.get("before")))
            total = count_submissions(connection, asking.filter)
            beside = facets(connection, asking.filter)
        columns: list[dict[str, Any]] = []
        for key in (one for one in FACETS if one != "reporter" or asked.sees_reporters):
            facet = getattr(beside, f"{key}s")
            columns.append({"key": key, "choices": choices(asking, key, facet)[:10], "is_exact": facet.is_exact})
        older = link_of(asking.given, {"before": str(page.next_before)}) if page.next_before is not None else ""
        return asked.page(
            "submissions.html",
            verdict=verdict, asking=asking, lines=page.lines, total=total, columns=columns, older=older,
            is_first="before" not in asked.query, said=_said(asked),
        )  # fmt: skip

    return show


def export_of(verdict: Verdict) -> Callable[[Asked], Response]:
    """Exactly what the filter gives, as a file that is written while it is read."""

    def export(asked: Asked) -> Response:
        asking = asking_of(asked.query, verdict, sees_reporters=asked.sees_reporters)
        kind = str(asked.request.path_params["kind"])
        if kind not in _MAKERS:
            return asked.page("problem.html", status=404, code=404)
        media, make = _MAKERS[kind]
        with reading(asked.desk.engine) as connection:
            total = count_submissions(connection, asking.filter)
        rows = f"{total.number}{'' if total.is_exact else '+'}"
        asked.note_view("export", str(verdict), {"format": kind, "filter": dict(asking.given), "rows": rows})
        disposition = f'attachment; filename="{verdict}.{kind}"'
        return StreamingResponse(make(_rows(asked, asking.filter)), media_type=media, headers={"content-disposition": disposition})

    return export


def _rows(asked: Asked, wanted: Filter) -> Iterator[dict[str, Any]]:
    """All rows, newest first, each page of them in a reading of its own: whoever takes an hour to load a file holds nothing open."""
    before: int | None = None
    while True:
        with reading(asked.desk.engine) as connection:
            page = list_submissions(connection, wanted, before=before, limit=EXPORTED)
        yield from asked.shown([row_of(line) for line in page.lines])
        if page.next_before is None:
            return
        before = page.next_before


def _csv(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"
    yield from _joined(csv_text(rows))


def _joined(lines: Iterable[str]) -> Iterator[bytes]:
    """Many lines at a time: a server takes each piece through its own machinery."""
    left = iter(lines)
    while some := list(islice(left, EXPORTED)):
        yield "".join(some).encode()


_MAKERS: dict[str, tuple[str, Callable[[Iterable[dict[str, Any]]], Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx),
    "ndjson": ("application/x-ndjson", lambda rows: _joined(ndjson(rows))),
}


def judge_many(asked: Asked) -> Response:
    """Reopen or dismiss everything that is ticked; what may not be judged so stays as it is, and is counted."""
    action, verdict = asked.field("action"), word_of(Verdict, asked.field("verdict"))
    judge = {"reopen": reopen, "dismiss": dismiss}.get(action)
    if judge is None:
        return asked.page("problem.html", status=400, code=400)
    references, number = _ticked(asked, verdict)
    done = 0
    for reference in references:
        try:
            with writing(asked.desk.engine) as connection:
                judge(connection, reference, asked.act(asked.field("note")))
            done += 1
        except (IllegalStep, NoSuchReference):
            continue
    return go_to(f"/{verdict or ''}", **_kept(asked), said=f"{action}-{done}-{number - done}")


def _ticked(asked: Asked, verdict: Verdict | None) -> tuple[list[str], int]:
    """The references of all that is ticked, at most AT_ONCE, and how many there were; a campaign stands for what the filter has of it."""
    references = [str(one) for one in asked.form.getlist("reference")]
    number = len(references)
    wanted = replace(asking_of(_kept(asked), verdict, sees_reporters=asked.sees_reporters).filter, one_per_campaign=False)
    with reading(asked.desk.engine) as connection:
        for campaign in filter(None, (number_of(str(one)) for one in asked.form.getlist("campaign"))):
            members = replace(wanted, campaign=campaign)
            number += count_submissions(connection, members).number
            references += [own(line.reference, line.digest) for line in islice(every_submission(connection, members), AT_ONCE)]
    return references[:AT_ONCE], number


def _kept(asked: Asked) -> dict[str, str]:
    """The filter of the list that the form was on."""
    return {key: asked.field(f"filter-{key}") for key in KEYS if asked.field(f"filter-{key}")}


def _said(asked: Asked) -> str:
    """What judge_many() did, in words; "" when nothing was done."""
    action, _, numbers = asked.query.get("said", "").partition("-")
    done, _, left = numbers.partition("-")
    if action not in ("reopen", "dismiss") or number_of(done) is None or number_of(left) is None:
        return ""
    return asked.words(f"list.said-{action}", done=int(done), left=int(left))
