"""Who may work at the desk: people with a role, and the sessions of their browsers."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from config.errors import StorageError
from storage.audit import Act, append
from storage.entry import storable
from storage.tables.staff import STAFF_SESSION, STAFF_USER

NAME_CHARS = 64
PASSWORD_CHARS = 10  # at least
_VOUCHED = "vouched:"  # stands before who it is to the provider, where others have the hash of a password
_IDLE = timedelta(hours=2)
_LONGEST = timedelta(hours=24)


class Role(StrEnum):
    """What a person may do; each may do what those before it may."""

    VIEWER = "viewer"  # Look.
    HANDLER = "handler"  # Judge submissions, work on cases, open raw mail.
    ADMIN = "admin"  # Replay, and open what is sealed.

    def may(self, needed: "Role") -> bool:
        """Whether this role includes that one."""
        order = tuple(Role)
        return order.index(self) >= order.index(needed)


class StaffError(StorageError):
    """A name that is taken or unknown, or a password that is too short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who has signed in.   form_token: what the forms of this session carry."""

    name: str
    role: Role
    form_token: str


def add_user(connection: Connection, name: str, password: str, role: Role, act: Act) -> None:
    """Let somebody in from now on.   Raises StaffError."""
    from argon2 import PasswordHasher

    if not name or len(name) > NAME_CHARS or name != storable(name) or not name.isprintable():
        raise StaffError(f"a name has 1 to {NAME_CHARS} printable characters")
    if len(password) < PASSWORD_CHARS:
        raise StaffError(f"a password has at least {PASSWORD_CHARS} characters")
    row = {
        "name": name, "role": role.value, "password_hash": PasswordHasher().hash(password), "is_disabled": False, "created_at": act.at,
    }  # fmt: skip
    try:
        connection.execute(insert(STAFF_USER).values(row))
    except IntegrityError:
        raise StaffError(f"there is a {name} already") from None
    append(connection, act, "user-add", name, {"role": role.value})


def vouched_user(connection: Connection, name: str, subject: str, role: Role, act: Act) -> int:
    """The number of somebody whom a provider vouches for, let in from now on with that role; no password opens it.

    subject: who it is to the provider, as a digest.   Raises StaffError for a name of somebody else's, or of somebody who was disabled.
    """
    if not name or len(name) > NAME_CHARS or name != storable(name) or not name.isprintable():
        raise StaffError(f"a name has 1 to {NAME_CHARS} printable characters")
    u = STAFF_USER.c
    known = connection.execute(select(u.id, u.role, u.password_hash, u.is_disabled).where(u.name == name)).one_or_none()
    if known is None:
        row = {"name": name, "role": role.value, "password_hash": _VOUCHED + subject, "is_disabled": False, "created_at": act.at}
        append(connection, act, "user-add", name, {"role": role.value, "vouched": True})
        return int(connection.execute(insert(STAFF_USER).values(row).returning(u.id)).scalar_one())
    if known.password_hash != _VOUCHED + subject or known.is_disabled:
        raise StaffError(f"the name {name} is not theirs, or disabled")
    if known.role != role.value:
        connection.execute(update(STAFF_USER).where(u.id == known.id).values(role=role.value))
        append(connection, act, "user-role", name, {"from": known.role, "to": role.value})
    return int(known.id)


def disable_user(connection: Connection, name: str, act: Act) -> None:
    """Let somebody in no longer, and end all their sessions.   Raises StaffError."""
    u = STAFF_USER.c
    number = connection.execute(update(STAFF_USER).where(u.name == name).values(is_disabled=True).returning(u.id)).scalar()
    if number is None:
        raise StaffError(f"there is no {name}")
    connection.execute(delete(STAFF_SESSION).where(STAFF_SESSION.c.user_id == number))
    append(connection, act, "user-disable", name)


def list_users(connection: Connection) -> Sequence[Mapping[str, Any]]:
    """Everybody by name: name, role, is_disabled, created_at."""
    u = STAFF_USER.c
    rows = connection.execute(select(u.name, u.role, u.is_disabled, u.created_at).order_by(u.name))
    return [row._asdict() for row in rows]


def check_password(connection: Connection, name: str, password: str) -> int | None:
    """The number of the user whose name and password these are; None for anybody else, after the same time."""
    from argon2 import PasswordHasher
    from argon2.exceptions import VerificationError

    u = STAFF_USER.c
    row = connection.execute(
        select(u.id, u.password_hash).where(u.name == name, u.is_disabled.is_(False), u.password_hash.not_like(f"{_VOUCHED}%"))
    ).one_or_none()
    try:
        PasswordHasher().verify(row.password_hash if row else _NOBODYS_HASH, password)
    except VerificationError:
        return None
    return int(row.id) if row else None


# Of a password that was thrown away: a name that nobody has costs as much time as one that somebody has.
_NOBODYS_HASH = "$argon2id$v=19$m=65536,t=3,p=4$MIIRqgvgQbgj220jfp0MPA$YfwJSVjtjSU0zzV/P3S9nnQ/USre2wvJMjfCIjrTQbg"


def begin_session(connection: Connection, user_id: int, now: datetime) -> str:
    """A new session; gives what the browser keeps as a cookie."""
    token = secrets.token_urlsafe(32)
    s = STAFF_SESSION.c
    connection.execute(delete(STAFF_SESSION).where(s.ends_at <= now))
    connection.execute(
        insert(STAFF_SESSION).values(
            token_digest=_digest(token), user_id=user_id, form_token=secrets.token_urlsafe(32), created_at=now, ends_at=now + _IDLE,
        )
    )  # fmt: skip
    return token


def find_person(connection: Connection, token: str, now: datetime) -> Person | None:
    """Whose session that cookie is of; None when it has ended, or is nobody's."""
    u, s = STAFF_USER.c, STAFF_SESSION.c
    row = connection.execute(
        select(u.name, u.role, s.form_token)
        .join(STAFF_USER, u.id == s.user_id)
        .where(s.token_digest == _digest(token), s.ends_at > now, s.created_at > now - _LONGEST, u.is_disabled.is_(False))
    ).one_or_none()
    return Person(name=row.name, role=Role(row.role), form_token=row.form_token) if row else None


def is_to_be_prolonged(connection: Connection, token: str, now: datetime) -> bool:
    """Whether the session has used up half of its idle time."""
    s = STAFF_SESSION.c
    query = select(s.token_digest).where(s.token_digest == _digest(token), s.ends_at < now + _IDLE / 2)
    return connection.execute(query).one_or_none() is not None


def prolong_session(connection: Connection, token: str, now: datetime) -> None:
    """It is used: let it go on."""
    connection.execute(update(STAFF_SESSION).where(STAFF_SESSION.c.token_digest == _digest(token)).values(ends_at=now + _IDLE))


def end_session(connection: Connection, token: str) -> None:
    """Sign out."""
    connection.execute(delete(STAFF_SESSION).where(STAFF_SESSION.c.token_digest == _digest(token)))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
