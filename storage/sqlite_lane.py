"""SQLite by the standard library alone: the same statements on the same tables, without the half second that importing costs."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from storage.failures import Raced, SchemaMissing, require_revision, storage_error
from storage.lane import Ask, Numbered, Row, Write
from storage.migrations import HEAD
from storage.moments import utc_text
from storage.sqlite_file import path_of, pragmas
from storage.sqlite_statements import QUESTIONS, WRITES

sqlite3.register_adapter(datetime, utc_text)  # as storage/columns.py writes them

_LAST_NUMBER = "SELECT seq FROM sqlite_sequence WHERE name = ?"
_REVISION = "SELECT version_num FROM alembic_version"


class SqliteLane:
    """See storage/lane.py.   The file must hold this version's tables: raises SchemaMissing, SchemaDiffers."""

    def __init__(self, url: str, *, busy_timeout_ms: int) -> None:
        self._path = path_of(url)
        self._timeout_s = busy_timeout_ms / 1000
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One BEGIN IMMEDIATE: whoever holds it is the only writer until the flush."""
        try:
            if self._file != _identity(self._path):
                self.close()  # a file that was moved or deleted would take rows that nobody finds again
            if self._connection is None:
                self._connection = self._open()
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except BaseException as error:
            self._roll_back(error)
            if isinstance(error, sqlite3.Error):
                raise storage_error(error) from None
            raise

    def ask(self, what: Ask, keys: Sequence[str] | Sequence[int], *, since: datetime | None = None) -> Sequence[Sequence[Any]]:
        """The rows that the question names."""
        return self._connected.execute(QUESTIONS[what], {"keys": json.dumps(keys), "since": since}).fetchall()

    def write(self, what: Write, rows: Sequence[Row]) -> None:
        """Do it for each row, in their order."""
        if rows and what is not Write.WORDS:
            self._connected.executemany(WRITES[what], rows)

    def reserve(self, table: Numbered, count: int) -> Sequence[int]:
        """That many new numbers; nobody else can take them before the commit."""
        row = self._connected.execute(_LAST_NUMBER, (table.value,)).fetchone()
        last = row[0] if row else 0
        return range(last + 1, last + 1 + count)

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @property
    def _connected(self) -> sqlite3.Connection:
        assert self._connection is not None, "statements run inside a transaction"
        return self._connection

    def _open(self) -> sqlite3.Connection:
        """Connect and set up; never makes a file."""
        self._file = _identity(self._path)
        if self._file is None:
            raise SchemaMissing("there is no store yet; `abusedesk db upgrade` makes it")
        connection = sqlite3.connect(f"file:{quote(str(self._path))}?mode=rw", uri=True, timeout=self._timeout_s, isolation_level=None)
        try:
            for pragma in pragmas():
                connection.execute(pragma)
            require_revision(_revision_in(connection), HEAD)
        except BaseException:
            connection.close()
            raise
        return connection

    def _roll_back(self, error: BaseException) -> None:
        """Undo; and unless only the rows were at fault, make a new connection the next time."""
        if self._connection is None:
            return
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            pass
        if isinstance(error, sqlite3.Error) and not isinstance(storage_error(error), Raced):
            self.close()


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file stands at the path, None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _revision_in(connection: sqlite3.Connection) -> str | None:
    """The revision of the tables, None where there are none."""
    try:
        row = connection.execute(_REVISION).fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:  # no such table
            return None
        raise
    return row[0] if row else None
