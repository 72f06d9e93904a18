"""The keys of other systems: each with a name and a role, shown at the JSON API, revoked when it is no longer wanted."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.audit import Act, append
from storage.entry import storable
from storage.staff import NAME_CHARS, Person, Role, StaffError
from storage.tables.staff import API_KEY

ROLES = (Role.VIEWER, Role.HANDLER)
_USED_EVERY = timedelta(minutes=1)  # how exactly the last use is known
# "adk_" handle "_" secret; a scanner for leaked secrets can tell it by that
_KEY = re.compile(r"adk_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it is listed.   last_used_at: to the minute, None before its first use.   revoked_at: None while it opens anything."""

    name: str
    role: Role
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


def add_key(connection: Connection, name: str, role: Role, act: Act) -> str:
    """A new key, which can never be shown again.   Raises StaffError for a name that is taken or unfit, or a role that keys have not."""
    if not name or len(name) > NAME_CHARS or name != storable(name) or not name.isprintable():
        raise StaffError(f"a name has 1 to {NAME_CHARS} printable characters")
    if role not in ROLES:
        raise StaffError(f"a key is for {' or '.join(ROLES)}")
    handle, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    row = {"name": name, "role": role.value, "handle": handle, "secret_digest": _digest(secret), "created_at": act.at}
    try:
        connection.execute(insert(API_KEY).values(row))
    except IntegrityError:
        raise StaffError(f"there is a key {name} already, perhaps a revoked one") from None
    append(connection, act, "key-add", name, {"role": role.value})
    return f"adk_{handle}_{secret}"


def revoke_key(connection: Connection, name: str, act: Act) -> None:
    """Have it open nothing from now on.   Raises StaffError."""
    k = API_KEY.c
    changed = connection.execute(update(API_KEY).where(k.name == name, k.revoked_at.is_(None)).values(revoked_at=act.at))
    if changed.rowcount != 1:
        raise StaffError(f"there is no key {name}")
    append(connection, act, "key-revoke", name)


def list_keys(connection: Connection) -> Sequence[ApiKey]:
    """All of them by name, revoked ones too."""
    k = API_KEY.c
    rows = connection.execute(select(k.name, k.role, k.created_at, k.last_used_at, k.revoked_at).order_by(k.name))
    return tuple(ApiKey(**_columns(row._asdict())) for row in rows)


def find_key(connection: Connection, key: str) -> Person | None:
    """Whose key that is, as who acts: "key:" and its name; None for anything else.

    The row is found by the handle, which is no secret; the secret is compared in constant time, also where there is no row.
    """
    found = _KEY.fullmatch(key)
    handle, secret = (found[1], found[2]) if found else ("", "")
    k = API_KEY.c
    row = connection.execute(select(API_KEY).where(k.handle == handle, k.revoked_at.is_(None))).one_or_none()
    is_it = hmac.compare_digest(_digest(secret), row.secret_digest if row else _NOBODYS)
    return Person(name=f"key:{row.name}", role=Role(row.role), form_token="") if row and is_it else None


def is_use_to_be_noted(connection: Connection, key: str, now: datetime) -> bool:
    """Whether the last use that is known of lies more than a minute back."""
    k = API_KEY.c
    before = connection.execute(select(k.last_used_at).where(k.handle == _handle(key))).scalar()
    return before is None or now - before > _USED_EVERY


def note_use(connection: Connection, key: str, now: datetime) -> None:
    """Remember that it was used."""
    connection.execute(update(API_KEY).where(API_KEY.c.handle == _handle(key)).values(last_used_at=now))


def _handle(key: str) -> str:
    found = _KEY.fullmatch(key)
    return found[1] if found else ""


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


_NOBODYS = _digest("")[::-1]  # of nothing


def _columns(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"role": Role(row["role"])}
