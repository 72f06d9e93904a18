"""The lists of rejected, held and accepted submissions: facets, search, pages, files, and judging many at once."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from review.asked import Asked, go_to
from review.exports import csv_text, ndjson, xlsx
from review.filtering import KEYS, asking_of, choices, link_of, number_of
from review.rows import row_of
from routing.verdict import Verdict
from storage.engine import reading, writing
from storage.facets import count_submissions, facets
from storage.finding import NoSuchReference
from storage.judging import dismiss, reopen
from storage.queries import every_submission, list_submissions
from storage.states import IllegalStep

FACETS = ("reason", "event", "network", "reporter", "day")
AT_ONCE = 200


def list_of(verdict: Verdict) -> Callable[[Asked], Response]:
    """The page that lists a verdict's submissions."""

    def show(asked: Asked) -> Response:
        asking = asking_of(asked.query, verdict)
        with reading(asked.desk.engine) as connection:
            page = list_submissions(connection, asking.filter, before=number_of(asked.query.get("before")))
            total = count_submissions(connection, asking.filter)
            beside = facets(connection, asking.filter)
        columns: list[dict[str, Any]] = []
        for key in FACETS:
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
    """Exactly what the filter gives, as a file."""

    def export(asked: Asked) -> Response:
        asking, kind = asking_of(asked.query, verdict), str(asked.request.path_params["kind"])
        if kind not in _MAKERS:
            return asked.page("problem.html", status=404, code=404)
        media, make = _MAKERS[kind]
        with reading(asked.desk.engine) as connection:
            rows = [row_of(line) for line in every_submission(connection, asking.filter)]
        asked.note_view("export", str(verdict), {"format": kind, "filter": dict(asking.given), "rows": len(rows)})
        disposition = f'attachment; filename="{verdict}.{kind}"'
        return Response(make(rows), media_type=media, headers={"content-disposition": disposition})

    return export


_MAKERS: dict[str, tuple[str, Callable[[list[dict[str, Any]]], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", lambda rows: b"\xef\xbb\xbf" + "".join(csv_text(rows)).encode()),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx),
    "ndjson": ("application/x-ndjson", lambda rows: "".join(ndjson(rows)).encode()),
}


def judge_many(asked: Asked) -> Response:
    """Reopen or dismiss everything that is ticked; what may not be judged so stays as it is, and is counted."""
    references = [str(one) for one in asked.form.getlist("reference")][:AT_ONCE]
    action = asked.field("action")
    judge = {"reopen": reopen, "dismiss": dismiss}.get(action)
    if judge is None:
        return asked.page("problem.html", status=400, code=400)
    done = 0
    for reference in references:
        try:
            with writing(asked.desk.engine) as connection:
                judge(connection, reference, asked.act(asked.field("note")))
            done += 1
        except (IllegalStep, NoSuchReference):
            continue
    verdict = asked.field("verdict")
    back = f"/{verdict}" if verdict in tuple(Verdict) else "/"
    return go_to(back, **_kept(asked), said=f"{action}-{done}-{len(references) - done}")


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
