"""One submission: the verdict card, the way it came, what is in it, the raw mail, and the judgement that it was wrong."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import RedirectResponse, Response

from parsers.submission import Door, Submission
from review.asked import Asked, go_to
from review.hop_picture import hop_picture
from review.mail_view import READ_BYTES, mail_view
from review.sealing import closed, is_closed_to, is_sealed_mail, sealed_detail
from review.verdict_card import verdict_card
from routing.verdict import Verdict
from storage.engine import reading, writing
from storage.evidence import EvidenceDamaged, EvidenceElsewhere, read_evidence
from storage.filters import Filter
from storage.finding import NoSuchReference
from storage.judging import dismiss, reopen
from storage.queries import Whole, neighbours, show_submission
from storage.replaying import envelope_from
from storage.states import TRANSITIONS, IllegalStep, State


def show(asked: Asked) -> Response:
    """Everything of one submission on one page; its sections are what the tabs jump to."""
    with reading(asked.desk.engine) as connection:
        whole = show_submission(connection, asked.reference)
        if whole is None:
            return asked.page("problem.html", status=404, code=404)
        verdict = Verdict(whole.submission["verdict"]) if whole.submission["verdict"] else None
        beside = neighbours(connection, Filter(verdict=verdict), whole.submission["id"])
        raw, missing = b"", ""
        try:
            raw = read_evidence(connection, whole.submission["id"])
        except (EvidenceDamaged, EvidenceElsewhere) as error:
            missing = str(error)
    view = mail_view(submission_of(whole, raw[:READ_BYTES]), asked.desk.policy, whole.document, len(raw)) if raw else None
    is_sealed = bool(whole.submission["is_sealed"]) or (view is not None and view.is_sealed)
    is_closed = is_closed_to(asked, is_sealed)
    document = closed(whole.document) if is_closed else whole.document
    asked.note_view("view", whole.submission["told_reference"], sealed_detail(is_sealed))
    return asked.page(
        "one_submission.html",
        whole=whole, submission=whole.submission, document=document, card=verdict_card(document, asked.words),
        pictures=[hop_picture(report) for report in document.get("reports", ())],
        view=None if is_closed else view, is_sealed=is_sealed, missing=missing,
        beside=beside, steps=_steps(whole), said=asked.query.get("said") if asked.query.get("said") in ("reopened", "dismissed") else "",
    )  # fmt: skip


def raw_mail(asked: Asked) -> Response:
    """The mail as it came in, as a download."""
    with reading(asked.desk.engine) as connection:
        whole = show_submission(connection, asked.reference)
        if whole is None:
            return asked.page("problem.html", status=404, code=404)
        try:
            raw = read_evidence(connection, whole.submission["id"])
        except (EvidenceDamaged, EvidenceElsewhere):
            return asked.page("problem.html", status=404, code=404)
    is_sealed = is_sealed_mail(asked, submission_of(whole, raw), whole)
    if not asked.sees_reporters or is_closed_to(asked, is_sealed):
        return asked.page("problem.html", status=403, code=403)
    reference = whole.submission["told_reference"]
    asked.note_view("view-raw", reference, sealed_detail(is_sealed))
    # Never a type that a browser would show: a mail can be a page too.
    return Response(raw, media_type="application/octet-stream", headers={"content-disposition": f'attachment; filename="{reference}.eml"'})


def judge(asked: Asked) -> Response:
    """It was wrong: a case is opened, with who and why; or it was right: a held one is left."""
    is_reopening = asked.field("action") == "reopen"
    try:
        with writing(asked.desk.engine) as connection:
            (reopen if is_reopening else dismiss)(connection, asked.reference, asked.act(asked.field("note")))
    except NoSuchReference:
        return asked.page("problem.html", status=404, code=404)
    except IllegalStep:
        return asked.page("problem.html", status=409, code=409)
    return go_to(f"/submissions/{asked.reference}", said="reopened" if is_reopening else "dismissed")


def find(asked: Asked) -> Response:
    """Where a reference that somebody typed leads."""
    wanted = asked.query.get("reference", "").strip()[:100]
    with reading(asked.desk.engine) as connection:
        whole = show_submission(connection, wanted)
    return RedirectResponse(f"/submissions/{whole.submission['told_reference']}" if whole else "/rejected", status_code=303)


def _steps(whole: Whole) -> list[str]:
    """What a person may do with it now."""
    after = TRANSITIONS[State(whole.submission["state"])]
    return [step for step, state in (("reopen", State.REOPENED), ("dismiss", State.DISMISSED)) if state in after]


def submission_of(whole: Whole, raw: bytes) -> Submission:
    """A stored submission as it came in."""
    row: Mapping[str, Any] = whole.submission
    return Submission(raw=raw, door=Door(row["door"]), arrived_at=row["arrived_at"], envelope=envelope_from(row))
