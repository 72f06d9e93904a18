"""What programs may change: the judgement of a submission, and the steps of a case; each is one JSON object that says what to do."""

from collections.abc import Callable

from sqlalchemy import Connection
from starlette.responses import JSONResponse, Response

from notices.ordering import order_letters
from review.asked import Asked
from review.filtering import word_of
from storage.audit import Act
from storage.cases import advance_case, assign_case, note_on_case
from storage.engine import reading, writing
from storage.finding import NoSuchReference, require_case, require_submission
from storage.judging import dismiss, reopen
from storage.states import IllegalStep
from storage.workflow import CaseState, IllegalCaseStep


def judge(asked: Asked) -> Response:
    """It was wrong ("reopen": opens or joins a case), or right ("dismiss": a held one is left); gives the state it is in now."""
    judgement = {"reopen": reopen, "dismiss": dismiss}.get(asked.field("action"))
    if judgement is None:
        return _wrong("action")
    return _changed(asked, lambda connection: judgement(connection, asked.reference, asked.act(asked.field("note"))))


def act(asked: Asked) -> Response:
    """A case's next step ("advance" to a state), a new assignee ("assign"), or a note ("note"); gives the state it is in now."""
    to, note = word_of(CaseState, asked.field("to")), asked.act(asked.field("note"))
    match asked.field("action"):
        case "advance" if to is not None:
            return _changed(asked, lambda connection: _advance(connection, asked, to, note))
        case "assign":
            return _changed(asked, lambda connection: assign_case(connection, asked.reference, asked.field("assignee", 64), note))
        case "note" if note.note:
            return _changed(asked, lambda connection: note_on_case(connection, asked.reference, note))
        case _:
            return _wrong("action")


def _advance(connection: Connection, asked: Asked, to: CaseState, note: Act) -> None:
    advance_case(connection, asked.reference, to, note)
    order_letters(connection, asked.reference, to, note, asked.desk.settings.notices)


def _changed(asked: Asked, change: Callable[[Connection], object]) -> Response:
    """Do it in one transaction, and say what came of it: 404 for what is not there, 409 where somebody was first."""
    try:
        with writing(asked.desk.engine) as connection:
            change(connection)
    except NoSuchReference:
        return JSONResponse({"error": "there is none"}, status_code=404)
    except (IllegalStep, IllegalCaseStep) as error:
        return JSONResponse({"error": str(error)}, status_code=409)
    with reading(asked.desk.engine) as connection:
        is_case = asked.request.url.path.startswith("/api/cases/")
        now = (require_case if is_case else require_submission)(connection, asked.reference)
    return JSONResponse({"reference": asked.reference, "state": now["state"]})


def _wrong(name: str) -> Response:
    return JSONResponse({"error": f"not understood: {name}"}, status_code=400)
