"""A person's judgement on a submission: it was wrong to refuse it, or right to leave it.   The verdict stays as it was recorded."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, case, insert, select, update

from config.events import Event
from parsers.report import Role
from storage.audit import Act, append
from storage.cases import NOTE_CHARS
from storage.entry import case_key, storable
from storage.finding import require_submission
from storage.reference import case_reference, letters_of
from storage.states import IllegalStep, State, require_step
from storage.tables import CASE, CASE_HISTORY, CASE_SUBMISSION, REPORT, REPORT_ADDRESS, REPORT_LINK, SUBMISSION, SUBMISSION_HISTORY
from storage.workflow import CaseState, due_after


def reopen(connection: Connection, reference: str, act: Act) -> str:
    """Open (or join) a case for a submission that was refused or held; gives the case's reference.

    Raises NoSuchReference; IllegalStep when it has a case already or somebody was first.
    """
    submission = require_submission(connection, reference)
    change_state(connection, submission, State.REOPENED, act)
    return file_into_case(connection, submission, act)


def file_into_case(connection: Connection, submission: Mapping[str, Any], act: Act) -> str:
    """Have a case hold a submission: the open one for what it accuses, or a new one; gives the case's reference."""
    case_id, letters = _case_for(connection, submission, act)
    connection.execute(insert(CASE_SUBMISSION).values(case_id=case_id, submission_id=submission["id"]))
    c, arrived_at = CASE.c, submission["arrived_at"]
    latest = case((c.last_report_at < arrived_at, arrived_at), else_=c.last_report_at)
    connection.execute(update(CASE).where(c.id == case_id).values(submissions=c.submissions + 1, last_report_at=latest))
    return case_reference(letters)


def dismiss(connection: Connection, reference: str, act: Act) -> None:
    """Leave a held submission without a case.   Raises NoSuchReference, IllegalStep."""
    change_state(connection, require_submission(connection, reference), State.DISMISSED, act)


def change_state(connection: Connection, submission: Mapping[str, Any], to: State, act: Act) -> None:
    """Take a submission to another state, with who and why.   Raises IllegalStep when it may not, or when somebody was first."""
    now = State(submission["state"])
    require_step(now, to)
    s = SUBMISSION.c
    changed = connection.execute(update(SUBMISSION).where(s.id == submission["id"], s.state == now.value).values(state=to.value))
    if changed.rowcount != 1:
        raise IllegalStep(f"the submission is no longer {now}")
    connection.execute(
        insert(SUBMISSION_HISTORY).values(
            submission_id=submission["id"],
            at=act.at,
            actor=storable(act.actor),
            from_state=now.value,
            to_state=to.value,
            note=storable(act.note, NOTE_CHARS),
        )
    )
    append(connection, act, f"submission-{to}", submission["told_reference"], {"from": now.value, "digest": submission["digest"]})


def _case_for(connection: Connection, submission: Mapping[str, Any], act: Act) -> tuple[int, str]:
    """The open case for what the submission accuses, or a new one: its number and letters."""
    kind, value = _accused_in(connection, submission["id"])
    event = Event(submission["event"] or Event.OTHER)
    key = case_key(event, kind, value or submission["digest"])
    found = connection.execute(select(CASE.c.id, CASE.c.letters).where(CASE.c.case_key == key, CASE.c.closed_at.is_(None))).one_or_none()
    if found:
        return found.id, found.letters
    letters = letters_of(submission["digest"])
    contractor, service = _holder_of(connection, submission["id"], value)
    case_id = connection.execute(
        insert(CASE)
        .values(
            letters=letters, case_key=key, event=event.value, accused_kind=kind, accused_value=value, contractor=contractor,
            service=service, state=CaseState.RECEIVED.value, assignee="", opened_at=act.at, last_report_at=submission["arrived_at"],
            due_at=due_after(event, CaseState.RECEIVED, act.at),
            submissions=0,
        )
        .returning(CASE.c.id)
    ).scalar_one()  # fmt: skip
    connection.execute(
        insert(CASE_HISTORY).values(
            case_id=case_id, at=act.at, actor=storable(act.actor), action="opened",
            from_state="", to_state=CaseState.RECEIVED.value, note=storable(act.note, NOTE_CHARS),
        )
    )  # fmt: skip
    return case_id, letters


def _holder_of(connection: Connection, submission_id: int, value: str) -> tuple[str, str]:
    """Contractor and service of what is accused, as its report was decided; empty where nobody is known."""
    r = REPORT.c
    query = select(r.contractor, r.service).where(r.submission_id == submission_id, r.accused_value == value).order_by(r.position)
    found = connection.execute(query.limit(1)).one_or_none()
    return (found.contractor, found.service) if found else ("", "")


def _accused_in(connection: Connection, submission_id: int) -> tuple[str, str]:
    """What the case is about: what was accused of ours, else the handover address, an accused address, a linked host; else nothing."""
    reports = connection.execute(select(REPORT).where(REPORT.c.submission_id == submission_id).order_by(REPORT.c.position)).all()
    for report in reports:
        if report.accused_kind:
            return report.accused_kind, report.accused_value
    for report in reports:
        if report.source_ip:
            return "address", report.source_ip
    a, link = REPORT_ADDRESS.c, REPORT_LINK.c
    ip = connection.execute(select(a.ip).where(a.submission_id == submission_id, a.role == Role.SOURCE.value).limit(1)).scalar()
    if ip:
        return "address", ip
    host = connection.execute(select(link.host).where(link.submission_id == submission_id).limit(1)).scalar()
    return ("host", host) if host else ("", "")
