"""The same queries for programs: JSON, with an OpenAPI document that is made from the table of routes."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import JSONResponse, Response

from config.events import Event
from review.asked import Asked
from review.filtering import CASE_KEYS, KEYS, asking_of, cases_of, number_of, word_of
from review.guard import Route
from review.pages.one_submission import submission_of
from review.people import Need
from review.rows import case_row, plain_row, row_of
from review.sealing import closed, is_closed_to, is_sealed_mail, sealed_detail
from routing.verdict import Reason, Verdict
from storage.case_queries import list_cases, show_case
from storage.engine import reading
from storage.evidence import EvidenceDamaged, EvidenceElsewhere, read_evidence
from storage.facets import count_submissions, facets
from storage.queries import PAGE, list_submissions, show_submission
from storage.workflow import CaseState

LARGEST_PAGE = 500


def list_of_submissions(asked: Asked) -> Response:
    """A page of submissions; `next` is the path of the following one."""
    asking = asking_of(asked.query, word_of(Verdict, asked.query.get("verdict")), sees_reporters=asked.sees_reporters)
    if asking.wrong:
        return JSONResponse({"error": f"not understood: {', '.join(asking.wrong)}"}, status_code=400)
    with reading(asked.desk.engine) as connection:
        page = list_submissions(connection, asking.filter, before=number_of(asked.query.get("before")), limit=_limit(asked))
        total = count_submissions(connection, asking.filter)
    following = _next(asked, page.next_before)
    rows = [row_of(line) for line in page.lines]
    return asked.json({"submissions": rows, "total": total.number, "total_is_exact": total.is_exact, "next": following})


def counts(asked: Asked) -> Response:
    """The counts beside a list: reasons, events, networks, reporters, days."""
    asking = asking_of(asked.query, word_of(Verdict, asked.query.get("verdict")), sees_reporters=asked.sees_reporters)
    with reading(asked.desk.engine) as connection:
        found = facets(connection, asking.filter)
    names = ("reasons", "events", "networks", *(("reporters",) if asked.sees_reporters else ()), "days")
    return JSONResponse({name: {"values": dict(getattr(found, name).values), "is_exact": getattr(found, name).is_exact} for name in names})


def one_submission(asked: Asked) -> Response:
    """The document of the decision (schema 1), with facts, history and cases."""
    with reading(asked.desk.engine) as connection:
        whole = show_submission(connection, asked.reference)
        if whole is None:
            return _nothing()
        try:
            raw = read_evidence(connection, whole.submission["id"])
        except (EvidenceDamaged, EvidenceElsewhere):
            raw = b""
    is_sealed = is_sealed_mail(asked, submission_of(whole, raw), whole)
    document = closed(whole.document) if is_closed_to(asked, is_sealed) else whole.document
    asked.note_view("view", whole.submission["told_reference"], {"api": True} | sealed_detail(is_sealed))
    history = [plain_row(step) for step in whole.history]
    more = {
        "state": whole.submission["state"],
        "facts": whole.facts,
        "history": history,
        "cases": list(whole.cases),
        "answers": whole.answers,
        "answered_by": list(whole.answered_by),
    }
    return asked.json(dict(document) | more, whole.submission)


def list_of_cases(asked: Asked) -> Response:
    """A page of cases; open ones unless `all` or a state is given."""
    _, wanted = cases_of(asked.query)
    with reading(asked.desk.engine) as connection:
        page = list_cases(connection, wanted, before=number_of(asked.query.get("before")), limit=_limit(asked))
    return asked.json({"cases": [case_row(case) for case in page.cases], "next": _next(asked, page.next_before)})


def one_case(asked: Asked) -> Response:
    """A case with its history and its newest submissions."""
    with reading(asked.desk.engine) as connection:
        whole = show_case(connection, asked.reference)
    if whole is None:
        return _nothing()
    asked.note_view("view-case", whole.case["reference"], {"api": True})
    submissions = [
        {"reference": row["told_reference"], "subject": row["subject"], "reporter": row["reporter"]} for row in whole.submissions
    ]
    history = [plain_row(step) for step in whole.history]
    return asked.json(case_row(whole.case) | {"history": history, "latest_submissions": submissions}, whole.submissions)


def openapi_of(routes: Sequence[Route]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the routes that programs ask."""
    paths: dict[str, Any] = {}
    for route in routes:
        if route.is_api:
            paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "abusedesk",
            "version": "1",
            "description": "Lists are newest first. Every change, and every reading of one submission or case, is in the audit log.",
        },
        "components": {
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "desk_session"},
            },
            "schemas": {"Error": {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}},
        },
        "paths": paths,
    }


def openapi(document: dict[str, Any]) -> Any:
    """The page that gives it."""

    def show(_: Asked) -> Response:
        return JSONResponse(document)

    return show


def _operation(route: Route) -> dict[str, Any]:
    answers: dict[str, Any] = {"200": {"description": "found", "content": {"application/json": {}}}}
    if route.need is not Need.NOBODY:
        error: dict[str, Any] = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
        answers |= {"401": {"description": "sign in first"} | error, "403": {"description": f"needs the role {route.need}"} | error}
    operation: dict[str, Any] = {
        "summary": (route.handler.__doc__ or "This document.").strip().splitlines()[0],
        "parameters": _parameters(route.path),
        "responses": answers,
    }
    if route.method == "POST":
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _BODY}}}
    return operation | ({} if route.need is Need.NOBODY else {"security": [{"key": []}, {"session": []}]})


_WORDS: dict[str, list[str]] = {
    "verdict": [*Verdict], "reason": [*Reason], "event": [*Event], "state": [*CaseState],
}  # fmt: skip


_BODY = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("action", "note", "to", "assignee")},
    "required": ["action"],
}


def _parameters(path: str) -> list[dict[str, Any]]:
    if "{reference}" in path:
        return [{"name": "reference", "in": "path", "required": True, "schema": {"type": "string"}}]
    names: tuple[str, ...] = ()
    if path.startswith("/api/submissions"):
        names = ("verdict", *KEYS) + (("before", "limit") if path == "/api/submissions" else ())
    elif path == "/api/cases":
        names = (*CASE_KEYS, "all", "before", "limit")
    return [{"name": name, "in": "query", "schema": _schema(name)} for name in names]


def _schema(name: str) -> dict[str, Any]:
    if name in ("before", "limit"):
        return {"type": "integer", "minimum": 1}
    words = _WORDS.get(name)
    return {"type": "string", "enum": [str(word) for word in words]} if words else {"type": "string"}


def _limit(asked: Asked) -> int:
    return min(max(number_of(asked.query.get("limit")) or PAGE, 1), LARGEST_PAGE)


def _next(asked: Asked, before: int | None) -> str | None:
    if before is None:
        return None
    return str(asked.request.url.include_query_params(before=before)).removeprefix(str(asked.request.base_url).rstrip("/"))


def _nothing() -> Response:
    return JSONResponse({"error": "there is none"}, status_code=404)
