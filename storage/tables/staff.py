"""The tables of who may work at the desk."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlmodel import Field

from storage.columns import LongInteger, UtcMoment
from storage.tables.row import METADATA, Row


class StaffUser(Row, table=True):
    """A person of the desk.   password_hash: argon2id with its parameters; the password itself is kept nowhere."""

    __table_args__ = ({"sqlite_autoincrement": True},)
    id: int = Field(default=None, primary_key=True, sa_type=LongInteger)
    name: str = Field(sa_type=String(64), unique=True)
    role: str = Field(sa_type=String(16))
    password_hash: str = Field(sa_type=Text)
    is_disabled: bool
    created_at: datetime = Field(sa_type=UtcMoment)


class StaffSession(Row, table=True):
    """A browser that has signed in.   token_digest: SHA-256 of the cookie, so that a copy of the store opens no session.

    form_token: what every form of the session carries.   ends_at: moved on while it is used, never beyond a day.
    """

    token_digest: str = Field(primary_key=True, sa_type=String(64))
    user_id: int = Field(sa_type=LongInteger, sa_column_args=[ForeignKey("staff_user.id", ondelete="CASCADE")], index=True)
    form_token: str = Field(sa_type=String(64))
    created_at: datetime = Field(sa_type=UtcMoment)
    ends_at: datetime = Field(sa_type=UtcMoment)


class ApiKey(Row, table=True):
    """What another system shows at the JSON API.   handle: its first part, by which it is found.   secret_digest: SHA-256 of the rest.

    The secret has 256 random bits, so that nothing slower than SHA-256 is called for; the key itself is kept nowhere.
    """

    __table_args__ = ({"sqlite_autoincrement": True},)
    id: int = Field(default=None, primary_key=True, sa_type=LongInteger)
    name: str = Field(sa_type=String(64), unique=True)
    role: str = Field(sa_type=String(16))
    handle: str = Field(sa_type=String(16), unique=True)
    secret_digest: str = Field(sa_type=String(64))
    created_at: datetime = Field(sa_type=UtcMoment)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcMoment, nullable=True)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcMoment, nullable=True)


STAFF_USER = METADATA.tables["staff_user"]
STAFF_SESSION = METADATA.tables["staff_session"]
API_KEY = METADATA.tables["api_key"]
