"""The queue of cases, one case with its next steps, and a contractor's record."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from config.errors import ConfigError
from config.events import Event, Family
from notices.contractor_copy import contractor_copy, contractors_letter
from notices.ordering import order_letters
from notices.stationery import open_stationery
from review.asked import Asked, go_to
from review.filtering import cases_of, link_of, number_of, word_of
from storage.case_queries import CaseFilter, WholeCase, is_overdue, list_cases, overdue_cases, show_case
from storage.cases import advance_case, assign_case, change_event, family_of, note_on_case
from storage.engine import reading, writing
from storage.evidence import EvidenceDamaged, EvidenceElsewhere
from storage.finding import NoSuchReference
from storage.kept_facts import facts_from_value
from storage.overview import case_ages, case_campaigns, contractor_cases
from storage.queries import show_submission
from storage.submissions import stored_submission
from storage.workflow import CaseState, IllegalCaseStep, next_steps


def queue(asked: Asked) -> Response:
    """Open cases, the overdue ones first, then the newest, with how old they are."""
    given, wanted = cases_of(asked.query)
    now = datetime.now(UTC)
    with reading(asked.desk.engine) as connection:
        before = number_of(asked.query.get("before"))
        page = list_cases(connection, wanted, before=before)
        overdue = overdue_cases(connection, wanted, now) if before is None else ()
        ages = case_ages(connection, now)
        first = {case["id"] for case in overdue}
        cases = [*overdue, *(case for case in page.cases if case["id"] not in first)]
        mailings = case_campaigns(connection, [case["id"] for case in cases])
    older = link_of(given, {"before": str(page.next_before)}) if page.next_before is not None else ""
    lines = [dict(case) | {"is_late": is_overdue(case, now), "mailings": mailings.get(case["id"], 0)} for case in cases]
    return asked.page(
        "cases.html", lines=lines, ages=ages, given=given, older=older, link=lambda **changes: link_of(given, changes), now=now
    )


def show(asked: Asked) -> Response:
    """One case: what is complained of, by whom, what may be done next, what was done."""
    now = datetime.now(UTC)
    with reading(asked.desk.engine) as connection:
        whole = show_case(connection, asked.reference)
        if whole is None:
            return asked.page("problem.html", status=404, code=404)
        mailings = case_campaigns(connection, [whole.case["id"]]).get(whole.case["id"], 0)
    asked.note_view("view-case", whole.case["reference"])
    family = family_of(whole.case)
    return asked.page(
        "one_case.html",
        whole=whole, case=whole.case, family=family, steps=next_steps(family, CaseState(whole.case["state"])), mailings=mailings,
        way=_way(whole), is_late=is_overdue(whole.case, now), now=now, events=tuple(Event),
        copy=_copy(asked, whole) if family is Family.FACT_CHECK else None,
    )  # fmt: skip


def act(asked: Asked) -> Response:
    """Take the next step, assign, say what it is really about, or leave a note."""
    note = asked.act(asked.field("note"))
    try:
        with writing(asked.desk.engine) as connection:
            match asked.field("action"):
                case "advance":
                    to = word_of(CaseState, asked.field("to"))
                    if to is None:
                        return asked.page("problem.html", status=400, code=400)
                    advance_case(connection, asked.reference, to, note)
                    order_letters(connection, asked.reference, to, note, asked.desk.settings.notices)
                case "assign":
                    assign_case(connection, asked.reference, asked.field("assignee", 64), note)
                case "event" if note.note:
                    event = word_of(Event, asked.field("event"))
                    if event is None:
                        return asked.page("problem.html", status=400, code=400)
                    change_event(connection, asked.reference, event, note)
                case "note" if note.note:
                    note_on_case(connection, asked.reference, note)
                case _:
                    return asked.page("problem.html", status=400, code=400)
    except NoSuchReference:
        return asked.page("problem.html", status=404, code=404)
    except IllegalCaseStep:
        return asked.page("problem.html", status=409, code=409)
    return go_to(f"/cases/{asked.reference}")


def contractor(asked: Asked) -> Response:
    """All cases of a contractor, and what came again."""
    name = asked.query.get("name", "")[:500]
    with reading(asked.desk.engine) as connection:
        record = contractor_cases(connection, name)
        page = list_cases(connection, CaseFilter(contractor=name), before=number_of(asked.query.get("before")))
    if not record["number"]:
        return asked.page("problem.html", status=404, code=404)
    older = link_of({"name": name}, {"before": str(page.next_before)}) if page.next_before is not None else ""
    return asked.page("contractor.html", name=name, record=record, lines=page.cases, older=older)


def _way(whole: WholeCase) -> list[dict[str, Any]]:
    """The states that it has been through, and the one that it is in."""
    passed = [step["to_state"] for step in whole.history if step["to_state"] and step["from_state"] != step["to_state"]]
    states = list(dict.fromkeys([*passed, whole.case["state"]]))
    return [{"state": state, "is_now": state == whole.case["state"]} for state in states]


def _copy(asked: Asked, whole: WholeCase) -> str | None:
    """What would go to the contractor of the newest report, exactly as it would leave; None where nothing of it may."""
    desk = asked.desk
    for row in whole.submissions[:3]:
        with reading(desk.engine) as connection:
            kept = show_submission(connection, row["told_reference"])
            try:
                submission = stored_submission(connection, row["id"])
            except (EvidenceDamaged, EvidenceElsewhere):
                continue
        facts = facts_from_value(dict(kept.facts) if kept else {})
        copy = contractor_copy(submission, facts, desk.policy, row["told_reference"], Event(whole.case["event"]))
        if copy is not None:
            return _letter(asked, {**row, "event": whole.case["event"]}, copy)
    return None


def _letter(asked: Asked, row: Mapping[str, Any], copy: str) -> str:
    """The letter as it would leave; or what hinders it."""
    desk = asked.desk
    try:
        stationery = open_stationery(desk.settings.notices, desk.policy, datetime.now(UTC))
        letter = contractors_letter(stationery, desk.policy, row, copy, "")
    except ConfigError as error:
        return str(error)
    return f"{letter.subject}\n\n{letter.body}"
