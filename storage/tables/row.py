"""What all tables share, and the columns that many have."""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ForeignKey, MetaData, Table, Text, text
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

from storage.columns import LongInteger, UtcMoment

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

METADATA = MetaData(naming_convention=_NAMES)
TEXT = Field(sa_type=Text)
NEVER_TWICE = {"sqlite_autoincrement": True}  # numbers are not given again, even after a deletion
CLUSTERED = {"sqlite_with_rowid": False}  # the rows stand in the order of their key


class Row(SQLModel):
    """What all tables share: one catalogue, apart from any other that the process may hold."""

    metadata = METADATA

    @declared_attr.directive
    @classmethod
    def __tablename__(cls) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The class's name, as SQL writes names: ReportLink is report_link."""
        return re.sub("(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()


def numbered() -> Any:
    """A number that is never given twice."""
    return Field(default=None, primary_key=True, sa_type=LongInteger)


def of(table: str, *, key: bool = False, index: bool = False) -> Any:
    """A reference to another table's row, which it leaves together with."""
    target = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Field(sa_type=LongInteger, sa_column_args=[target], primary_key=key, index=index)


def at_moment(*, optional: bool = False) -> Any:
    """A moment; optional: NULL for not yet, or never."""
    return Field(default=None, sa_type=UtcMoment, nullable=True) if optional else Field(sa_type=UtcMoment)


def campaign() -> Any:
    """The campaign that a row belongs to, NULL for none."""
    return Field(default=None, sa_type=LongInteger, sa_column_args=[ForeignKey("campaign.id", ondelete="SET NULL")], nullable=True)


def dictionary() -> Any:
    """The campaign whose dictionary opens a row's frame, NULL for none; it cannot leave before the row."""
    return Field(default=None, sa_type=LongInteger, sa_column_args=[ForeignKey("campaign.id")], nullable=True)


def where(condition: str) -> dict[str, Any]:
    """Make an index partial, in both engines."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def words_in(column: str, words: Iterable[str]) -> str:
    """The SQL of "this column holds one of these words"; they are ours, from a closed set."""
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


def table(row: type[Row]) -> Table:
    """A class's table, for Core."""
    return METADATA.tables[str(row.__tablename__)]
