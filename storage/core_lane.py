"""PostgreSQL (or, for comparison, SQLite) by SQLAlchemy Core: executemany into the tables."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage.engine import open_engine
from storage.failures import require_revision, storage_error
from storage.lane import Ask, Numbered, Row, Write
from storage.migrations import HEAD, revision_in
from storage.statements import questions, writes

_NUMBERS = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
_QUESTIONS = questions()


class CoreLane:
    """See storage/lane.py.   The database must hold this version's tables: raises SchemaMissing, SchemaDiffers."""

    def __init__(self, url: str, *, busy_timeout_ms: int) -> None:
        self._engine = open_engine(url, busy_timeout_ms=busy_timeout_ms)
        self._writes = writes(self._engine.dialect.name)
        self._connection: Connection | None = None
        self._is_checked = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One transaction on one connection of the pool."""
        try:
            with self._engine.connect() as connection, connection.begin():
                self._connection = connection
                self._require_revision(connection)
                yield
        except DBAPIError as error:
            raise storage_error(error.orig or error) from None
        finally:
            self._connection = None

    def ask(self, what: Ask, keys: Sequence[str] | Sequence[int], *, since: datetime | None = None) -> Sequence[Sequence[Any]]:
        """The rows that the question names."""
        parameters = {"keys": list(keys)} | ({"since": since} if since else {})
        return self._connected.execute(_QUESTIONS[what], parameters).all()

    def write(self, what: Write, rows: Sequence[Row]) -> None:
        """Do it for each row, in their order."""
        if rows and what is not Write.SEARCH:
            self._connected.execute(self._writes[what], rows)

    def reserve(self, table: Numbered, count: int) -> Sequence[int]:
        """That many new numbers; they are not given again, even when the transaction fails."""
        if not count:
            return ()
        return sorted(self._connected.execute(_NUMBERS, {"name": table.value, "count": count}).scalars())

    def close(self) -> None:
        """Let go of the pool's connections."""
        self._engine.dispose()

    @property
    def _connected(self) -> Connection:
        assert self._connection is not None, "statements run inside a transaction"
        return self._connection

    def _require_revision(self, connection: Connection) -> None:
        """Once in a lane's life: tables do not change under a running program."""
        if self._is_checked:
            return
        require_revision(revision_in(connection), HEAD)
        self._is_checked = True
