"""Column types that behave the same on SQLite and PostgreSQL."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String, types
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.moments import from_utc_text, in_utc, utc_text

# SQLite hands out row numbers for a column declared as INTEGER only.
LongInteger = BigInteger().with_variant(Integer(), "sqlite")


class UtcMoment(TypeDecorator[datetime]):
    """An aware point in time; text of fixed width on SQLite, which would lose the zone, TIMESTAMPTZ on PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type underneath."""
        return dialect.type_descriptor(String(32) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Into the database.   Raises ValueError for a time without a zone."""
        if value is None:
            return None
        return utc_text(value) if dialect.name == "sqlite" else in_utc(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Out of it, in UTC."""
        if value is None:
            return None
        return from_utc_text(value) if isinstance(value, str) else value.astimezone(UTC)


class JsonText(types.UserDefinedType[Any]):
    """A JSON text, written as it stands and read as a value.

    JSON rather than JSONB on PostgreSQL: the order of the keys is how a person reads a decision, and JSONB sorts them.
    """

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The type's name in both engines."""
        return "JSON"

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Parse what the driver has not parsed."""
        return lambda value: json.loads(value) if isinstance(value, str | bytes) else value
