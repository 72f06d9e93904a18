"""Legal holds: what may not be erased while somebody, for a reason that is kept, says so.

A hold lies on a submission, on a case with all that it holds, or on a contractor with all that accuses one of its addresses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, insert, or_, select, text, update

from config.errors import StorageError
from storage.audit import Act, append
from storage.counts import Counted
from storage.entry import storable
from storage.finding import require_case, require_submission
from storage.reference import case_reference
from storage.tables import CASE, CASE_SUBMISSION, LEGAL_HOLD, NAME_COUNT, REPORT, SUBMISSION

WHY_CHARS = 2_000


class HoldKind(StrEnum):
    """What a hold lies on."""

    SUBMISSION = "submission"  # One submission.
    CASE = "case"  # A case, and every submission that it holds, also those that join later.
    CONTRACTOR = "contractor"  # Every submission that accuses what a contractor holds.


class HoldError(StorageError):
    """A hold that says not why, is there already, or is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A hold.   target: a reference or a contractor's name.   lifted_at: None while it holds."""

    id: int
    kind: HoldKind
    target: str
    set_at: datetime
    set_by: str
    why: str
    lifted_at: datetime | None
    lifted_by: str
    lifted_why: str


def set_hold(connection: Connection, kind: HoldKind, target: str, act: Act) -> int:
    """Have it kept from now on; the note of the act says why.   Gives the hold's number.   Raises HoldError, NoSuchReference."""
    number, name = _target(connection, kind, target.strip())
    why = storable(act.note, WHY_CHARS).strip()
    if not why:
        raise HoldError("a hold says why")
    _stand_alone(connection)
    h = LEGAL_HOLD.c
    place = (h.kind == kind.value, h.target_id == number, h.target == name, h.lifted_at.is_(None))
    if connection.execute(select(h.id).where(*place)).scalar() is not None:
        raise HoldError(f"{name} is held already")
    row = {
        "kind": kind.value, "target_id": number, "target": name, "set_at": act.at, "set_by": storable(act.actor), "why": why,
        "lifted_by": "", "lifted_why": "",
    }  # fmt: skip
    hold_id = int(connection.execute(insert(LEGAL_HOLD).values(row).returning(h.id)).scalar_one())
    append(connection, act, "hold-set", name, {"kind": kind.value, "hold": hold_id})
    return hold_id


def lift_hold(connection: Connection, number: int, act: Act) -> str:
    """Have it kept no longer for that hold's sake; gives what it lay on.   Raises HoldError."""
    why = storable(act.note, WHY_CHARS).strip()
    if not why:
        raise HoldError("lifting a hold says why")
    h = LEGAL_HOLD.c
    row = connection.execute(
        update(LEGAL_HOLD)
        .where(h.id == number, h.lifted_at.is_(None))
        .values(lifted_at=act.at, lifted_by=storable(act.actor), lifted_why=why)
        .returning(h.kind, h.target)
    ).one_or_none()
    if row is None:
        raise HoldError(f"there is no hold {number}")
    append(connection, act, "hold-lifted", row.target, {"kind": row.kind, "hold": number})
    return str(row.target)


def list_holds(connection: Connection, *, with_lifted: bool = False) -> Sequence[Hold]:
    """Holds, newest first."""
    h = LEGAL_HOLD.c
    query = select(LEGAL_HOLD) if with_lifted else select(LEGAL_HOLD).where(h.lifted_at.is_(None))
    return tuple(_hold(row._asdict()) for row in connection.execute(query.order_by(h.id.desc())))


def is_held() -> ColumnElement[bool]:
    """The SQL of "a hold lies on this submission"."""
    h, s, held, r = LEGAL_HOLD.c, SUBMISSION.c, CASE_SUBMISSION.c, REPORT.c
    holds = select(h.id).where(h.lifted_at.is_(None))
    by_case = holds.join(CASE_SUBMISSION, held.case_id == h.target_id).where(h.kind == HoldKind.CASE.value, held.submission_id == s.id)
    by_report = holds.join(REPORT, r.contractor == h.target).where(h.kind == HoldKind.CONTRACTOR.value, r.submission_id == s.id)
    by_holder = holds.join(CASE, CASE.c.contractor == h.target).join(CASE_SUBMISSION, held.case_id == CASE.c.id)
    return or_(
        exists(holds.where(h.kind == HoldKind.SUBMISSION.value, h.target_id == s.id)),
        exists(by_case),
        exists(by_report),
        exists(by_holder.where(h.kind == HoldKind.CONTRACTOR.value, held.submission_id == s.id)),
    )


def _target(connection: Connection, kind: HoldKind, target: str) -> tuple[int, str]:
    """The number and the name of what a hold is to lie on."""
    match kind:
        case HoldKind.SUBMISSION:
            submission = require_submission(connection, target)
            return submission["id"], submission["told_reference"]
        case HoldKind.CASE:
            case = require_case(connection, target)
            return case["id"], case_reference(case["letters"])
        case HoldKind.CONTRACTOR:
            name = storable(target)
            n = NAME_COUNT.c
            known = select(n.name).where(n.kind == Counted.CONTRACTOR.value, n.name == name).limit(1)
            if not name or connection.execute(known).scalar() is None:
                raise HoldError(f"no report concerns a contractor {name!r}")
            return 0, name


def _stand_alone(connection: Connection) -> None:
    """PostgreSQL: erasing holds the table in SHARE mode, so that a hold is there before a slice of it begins or after it ended."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE legal_hold IN SHARE ROW EXCLUSIVE MODE"))


def _hold(row: dict[str, Any]) -> Hold:
    return Hold(**{name: row[name] for name in Hold.__slots__ if name != "kind"}, kind=HoldKind(row["kind"]))
