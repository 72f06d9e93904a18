"""The letters that a step of a case brings with it, ordered in the transaction of the step."""

from sqlalchemy import Connection, select

from config.sections import NoticeSettings
from storage.audit import Act
from storage.finding import require_case
from storage.notices import NoticeKind, order_notice
from storage.tables import CASE_SUBMISSION, SUBMISSION
from storage.workflow import CaseState

_TO_CONTRACTOR = (CaseState.SENT_TO_CONTRACTOR, CaseState.ALERTED, CaseState.WARNED)
_MOST = 200  # submissions of one case, the newest


def order_letters(connection: Connection, reference: str, to: CaseState, act: Act, settings: NoticeSettings) -> int:
    """Order what a case's step to that state asks for, where letters are sent at all; how many letters that is.

    The contractor is told of every report that he was not told of, by his feedback loop where he has one; when it is reported back,
    every reporter gets act.note.
    Raises NoSuchReference.
    """
    if not settings.enabled or to not in (*_TO_CONTRACTOR, CaseState.REPORTED_BACK):
        return 0
    case = require_case(connection, reference)
    is_back = to is CaseState.REPORTED_BACK
    kind, contractor = (NoticeKind.REPORT_BACK, "") if is_back else _to_contractor(case["contractor"], settings)
    held, s = CASE_SUBMISSION.c, SUBMISSION.c
    query = select(s.id, s.mail_from).join(CASE_SUBMISSION, held.submission_id == s.id).where(held.case_id == case["id"])
    ordered = 0
    for row in connection.execute(query.order_by(s.id.desc()).limit(_MOST)).all():
        recipient = row.mail_from if is_back else contractor
        ordered += order_notice(connection, row.id, kind, recipient=recipient, note=act.note, at=act.at)
    return ordered


def _to_contractor(name: str, settings: NoticeSettings) -> tuple[NoticeKind, str]:
    """In which form a contractor is told, and at which address; "" where none is known."""
    loop = settings.feedback_loops.get(name, "")
    return (NoticeKind.FEEDBACK_REPORT, loop) if loop else (NoticeKind.CONTRACTOR, settings.contractors.get(name, ""))
