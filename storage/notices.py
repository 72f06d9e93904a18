"""Letters, as the store keeps them: ordered, written, sent; or withheld; or dead, for a person to look at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text, update

from storage.entry import ADDRESS_CHARS, storable
from storage.errands import NOTICE as ERRAND
from storage.outbox import add_errand
from storage.tables import NOTICE

NOTE_CHARS = 16_384
BODY_CHARS = 65_536
_LOCK = 0x6E6F7465  # PostgreSQL: who is written to today is decided by one at a time; SQLite's writing transaction is alone already


class NoticeKind(StrEnum):
    """What a letter is."""

    ACKNOWLEDGEMENT = "acknowledgement"  # The report was recorded.
    REFUSAL = "refusal"  # It was not, and why, and who is responsible.
    MISSING_INFORMATION = "missing-information"  # It was not yet; what to fill in.
    CONTRACTOR = "contractor"  # A complaint about content on the contractor's server, to check and to answer.
    FEEDBACK_REPORT = "feedback-report"  # The same for a contractor's machine, as ARF.
    REPORT_BACK = "report-back"  # What the contractor says.


AUTOMATIC = (NoticeKind.ACKNOWLEDGEMENT, NoticeKind.REFUSAL, NoticeKind.MISSING_INFORMATION)
TO_CONTRACTOR = (NoticeKind.CONTRACTOR, NoticeKind.FEEDBACK_REPORT)


class NoticeState(StrEnum):
    """Where a letter stands."""

    ORDERED = "ordered"  # By a person; not written yet.
    READY = "ready"  # Written; not sent yet.
    SENT = "sent"  # The smarthost has taken it on.
    WITHHELD = "withheld"  # It may not be sent.
    DEAD = "dead"  # It could not be sent.


OPEN = (NoticeState.ORDERED, NoticeState.READY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A letter.   note: the desk's own words.   message_id: with angle brackets; the same however often it is tried."""

    id: int
    submission_id: int
    kind: NoticeKind
    recipient: str
    state: NoticeState
    note: str
    subject: str
    body: str
    message_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A letter that is ready to be sent."""

    recipient: str
    subject: str
    body: str
    message_id: str


def order_notice(connection: Connection, submission_id: int, kind: NoticeKind, *, recipient: str, note: str, at: datetime) -> bool:
    """Have a letter written, in the transaction that makes it necessary; False when there is one of that kind already.

    A contractor is told once, in one form or the other.
    """
    if _existing(connection, submission_id, TO_CONTRACTOR if kind in TO_CONTRACTOR else (kind,)):
        return False
    _order(connection, submission_id, kind, recipient=recipient, note=note, at=at)
    return True


def write_automatic(connection: Connection, submission_id: int, kind: NoticeKind, written: Written, *, at: datetime) -> NoticeState | None:
    """Make an automatic letter ready, unless its recipient had one within a day: then it is withheld.

    None when the submission has an automatic letter already.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if _existing(connection, submission_id, AUTOMATIC):
        return None
    is_second = _was_written_to(connection, written.recipient, since=at - timedelta(days=1))
    state = NoticeState.WITHHELD if is_second else NoticeState.READY
    number = _insert(connection, submission_id, kind, recipient=written.recipient, state=state, note="", at=at)
    _fill(connection, number, written)
    if is_second:
        end_notice(connection, number, NoticeState.WITHHELD, because="the address was written to within a day", at=at)
    return state


def withhold_automatic(connection: Connection, submission_id: int, kind: NoticeKind, recipient: str, because: str, *, at: datetime) -> None:
    """Remember that, and why, nobody was written to."""
    if not _existing(connection, submission_id, AUTOMATIC):
        number = _insert(connection, submission_id, kind, recipient=recipient, state=NoticeState.WITHHELD, note="", at=at)
        end_notice(connection, number, NoticeState.WITHHELD, because=because, at=at)


def write_ordered(connection: Connection, notice_id: int, written: Written) -> None:
    """Make an ordered letter ready."""
    _fill(connection, notice_id, written)
    connection.execute(update(NOTICE).where(NOTICE.c.id == notice_id).values(state=NoticeState.READY.value))


def end_notice(connection: Connection, notice_id: int, state: NoticeState, *, because: str = "", at: datetime) -> None:
    """It is sent, withheld or dead."""
    values = {"state": state.value, "because": storable(because), "ended_at": at}
    connection.execute(update(NOTICE).where(NOTICE.c.id == notice_id).values(values))


def order_instead(connection: Connection, notice: Notice, kind: NoticeKind, *, recipient: str, because: str, at: datetime) -> None:
    """Withhold an ordered letter, and have one of another kind written in its place."""
    end_notice(connection, notice.id, NoticeState.WITHHELD, because=because, at=at)
    _order(connection, notice.submission_id, kind, recipient=recipient, note=notice.note, at=at)


def open_notices(connection: Connection, submission_id: int) -> Sequence[Notice]:
    """What is still to be written or sent for a submission, oldest first."""
    n = NOTICE.c
    query = select(NOTICE).where(n.submission_id == submission_id, n.state.in_([state.value for state in OPEN])).order_by(n.id)
    return tuple(_notice(row) for row in connection.execute(query))


def notices_of(connection: Connection, submission_id: int) -> Sequence[dict[str, object]]:
    """Everything that was or was not written for a submission, oldest first: for the desk."""
    query = select(NOTICE).where(NOTICE.c.submission_id == submission_id).order_by(NOTICE.c.id)
    return [row._asdict() for row in connection.execute(query)]


def dead_notices(connection: Connection, limit: int = 100) -> Sequence[dict[str, object]]:
    """Letters that could not be sent, newest first."""
    query = select(NOTICE).where(NOTICE.c.state == NoticeState.DEAD.value).order_by(NOTICE.c.id.desc()).limit(limit)
    return [row._asdict() for row in connection.execute(query)]


def revive_notice(connection: Connection, notice_id: int, *, at: datetime) -> bool:
    """Have a dead letter tried again; False when it is not dead."""
    n = NOTICE.c
    dead = select(n.submission_id).where(n.id == notice_id, n.state == NoticeState.DEAD.value)
    submission_id = connection.execute(dead).scalar()
    if submission_id is None:
        return False
    connection.execute(
        update(NOTICE).where(n.id == notice_id).values(state=NoticeState.READY.value, because="", ended_at=None, created_at=at)
    )
    add_errand(connection, ERRAND, submission_id, at)
    return True


def _order(connection: Connection, submission_id: int, kind: NoticeKind, *, recipient: str, note: str, at: datetime) -> None:
    _insert(connection, submission_id, kind, recipient=recipient, state=NoticeState.ORDERED, note=note, at=at)
    add_errand(connection, ERRAND, submission_id, at)


def _existing(connection: Connection, submission_id: int, kinds: Iterable[NoticeKind]) -> bool:
    n = NOTICE.c
    query = select(n.id).where(n.submission_id == submission_id, n.kind.in_([kind.value for kind in kinds])).limit(1)
    return connection.execute(query).scalar() is not None


def _was_written_to(connection: Connection, recipient: str, *, since: datetime) -> bool:
    n = NOTICE.c
    written = [state.value for state in (NoticeState.READY, NoticeState.SENT)]
    automatic = [kind.value for kind in AUTOMATIC]
    query = select(n.id).where(n.recipient == recipient.lower(), n.created_at > since, n.state.in_(written), n.kind.in_(automatic))
    return connection.execute(query.limit(1)).scalar() is not None


def _insert(
    connection: Connection, submission_id: int, kind: NoticeKind, *, recipient: str, state: NoticeState, note: str, at: datetime
) -> int:
    row = {
        "submission_id": submission_id, "kind": kind.value, "recipient": storable(recipient, ADDRESS_CHARS).lower(), "state": state.value,
        "because": "", "note": storable(note, NOTE_CHARS), "subject": "", "body": "", "message_id": "", "created_at": at, "ended_at": None,
    }  # fmt: skip
    return int(connection.execute(insert(NOTICE).values(row).returning(NOTICE.c.id)).scalar_one())


def _fill(connection: Connection, notice_id: int, written: Written) -> None:
    values = {
        "recipient": storable(written.recipient, ADDRESS_CHARS).lower(),
        "subject": storable(written.subject),
        "body": storable(written.body, BODY_CHARS),
        "message_id": storable(written.message_id),
    }
    connection.execute(update(NOTICE).where(NOTICE.c.id == notice_id).values(values))


def _notice(row: Row[Any]) -> Notice:
    values = row._asdict()
    return Notice(
        id=values["id"],
        submission_id=values["submission_id"],
        kind=NoticeKind(values["kind"]),
        recipient=values["recipient"],
        state=NoticeState(values["state"]),
        note=values["note"],
        subject=values["subject"],
        body=values["body"],
        message_id=values["message_id"],
        created_at=values["created_at"],
    )
