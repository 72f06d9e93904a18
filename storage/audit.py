"""The audit log: what staff did, each line's hash covering the one before, so that a change anywhere shows.

Lines are only ever added; the database refuses anything else. A chain cannot show that its newest lines were cut off: for that, keep
the last hash that `verify` prints somewhere else.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, text

from storage.moments import utc_text
from storage.tables import AUDIT

BEGINNING = "0" * 64
_LOCK = 0x61756474  # PostgreSQL: one line is added at a time; SQLite's writing transaction is alone already
_COLUMNS = ("at", "actor", "action", "subject", "detail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who did something, why, and when (aware)."""

    actor: str
    note: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What reading the whole log gave.   damaged: the first line that does not fit, None when all do.   last_hash: of the newest line."""

    lines: int
    last_hash: str
    damaged: int | None = None


def append(connection: Connection, act: Act, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
    """Add a line, in the transaction of what it tells of.   subject: a reference, or what else it was done to."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    previous = connection.execute(select(AUDIT.c.hash).order_by(AUDIT.c.id.desc()).limit(1)).scalar() or BEGINNING
    line = {
        "at": act.at.astimezone(UTC),
        "actor": act.actor,
        "action": action,
        "subject": subject,
        "detail": json.dumps(dict(detail or {}) | ({"note": act.note} if act.note else {}), ensure_ascii=False, sort_keys=True),
    }
    connection.execute(insert(AUDIT).values(line | {"previous": previous, "hash": _hash(previous, line)}))


def verify(connection: Connection) -> Verified:
    """Read the log from its beginning and check every link."""
    lines, previous = 0, BEGINNING
    for row in connection.execute(select(AUDIT).order_by(AUDIT.c.id)).mappings():
        if row["previous"] != previous or row["hash"] != _hash(previous, row):
            return Verified(lines=lines, last_hash=previous, damaged=row["id"])
        lines, previous = lines + 1, row["hash"]
    return Verified(lines=lines, last_hash=previous)


def _hash(previous: str, line: Mapping[str, Any] | RowMapping) -> str:
    values = [utc_text(line[name]) if name == "at" else line[name] for name in _COLUMNS]
    return hashlib.sha256(json.dumps([previous, *values], ensure_ascii=True).encode()).hexdigest()
