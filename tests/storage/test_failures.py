"""What the drivers say reaches nobody; what went wrong does, in our words."""

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from config.errors import ConfigError, StorageBusy, StorageError, StorageFull
from storage.engine import open_engine, reading, writing
from storage.failures import Raced, SchemaDiffers, SchemaMissing, StorageBroken, require_revision, storage_error
from storage.sqlite_file import CHECKPOINT_PAGES, path_of

SECRET = "INSERT INTO secret_table"


class FakeDriverError(Exception):
    """As psycopg's: with a SQLSTATE, or None when there was no answer at all."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__(SECRET)
        self.sqlstate = sqlstate


def sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError(SECRET)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    "error, kind",
    [
        (sqlite_error(sqlite3.SQLITE_BUSY), StorageBusy),
        (sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), StorageBusy),
        (sqlite_error(sqlite3.SQLITE_READONLY_DBMOVED), StorageBusy),
        (sqlite_error(sqlite3.SQLITE_CANTOPEN), StorageBusy),
        (sqlite_error(sqlite3.SQLITE_FULL), StorageFull),
        (sqlite_error(sqlite3.SQLITE_IOERR_WRITE), StorageBusy),
        (sqlite_error(sqlite3.SQLITE_IOERR_FSYNC), StorageBroken),
        (sqlite_error(sqlite3.SQLITE_CORRUPT), StorageBroken),
        (sqlite_error(sqlite3.SQLITE_CONSTRAINT_UNIQUE), Raced),
        (sqlite_error(sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY), Raced),
        (sqlite_error(sqlite3.SQLITE_CONSTRAINT_CHECK), StorageError),
        (sqlite3.InterfaceError(SECRET), StorageError),
        (FakeDriverError(None), StorageBusy),
        (FakeDriverError("08006"), StorageBusy),
        (FakeDriverError("57P01"), StorageBusy),
        (FakeDriverError("55P03"), StorageBusy),
        (FakeDriverError("25006"), StorageBusy),
        (FakeDriverError("53300"), StorageBusy),
        (FakeDriverError("53100"), StorageFull),
        (FakeDriverError("58030"), StorageBroken),
        (FakeDriverError("23505"), Raced),
        (FakeDriverError("40P01"), Raced),
        (FakeDriverError("42P01"), SchemaMissing),
        (FakeDriverError("22021"), StorageError),
        (OSError(errno.ENOSPC, SECRET), StorageFull),
        (OSError(errno.EACCES, SECRET), StorageBusy),
        (ValueError(SECRET), StorageError),
    ],
)
def test_every_failure_has_its_kind_and_hides_the_drivers_words(error: BaseException, kind: type[StorageError]) -> None:
    mapped = storage_error(error)
    assert type(mapped) is kind
    assert SECRET not in str(mapped)
    assert mapped is not storage_error(error)


def test_our_own_failure_stays_itself() -> None:
    error = StorageFull("no space")
    assert storage_error(error) is error


def test_a_revision_must_be_there_and_be_the_wanted_one() -> None:
    require_revision("7", "7")
    with pytest.raises(SchemaMissing):
        require_revision(None, "7")
    with pytest.raises(SchemaDiffers, match="revision 6"):
        require_revision("6", "7")


@pytest.mark.parametrize("url", ["mysql://x/y", "", "/var/abusedesk.db"])
def test_only_two_kinds_of_store_are_known(url: str) -> None:
    with pytest.raises(ConfigError, match=r"storage\.url"):
        open_engine(url)


def test_a_path_is_what_stands_after_three_slashes() -> None:
    assert path_of("sqlite:///var/abusedesk.db") == Path("var/abusedesk.db")
    assert path_of("sqlite:////srv/abusedesk.db?x=1") == Path("/srv/abusedesk.db")
    with pytest.raises(ConfigError):
        path_of("sqlite://")


def test_a_sqlite_store_keeps_its_promise_across_a_power_cut(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "secure_delete": 1,
        "wal_autocheckpoint": CHECKPOINT_PAGES,
    }
    with reading(engine) as connection:
        assert {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in wanted} == wanted
    engine.dispose()


def test_a_postgresql_store_flushes_at_every_commit(postgres_url: str) -> None:
    engine = open_engine(postgres_url, busy_timeout_ms=1234)
    with reading(engine) as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "1234ms"
    engine.dispose()


def test_an_error_in_a_transaction_undoes_it_and_is_told_in_our_words(engine: Engine) -> None:
    with pytest.raises(StorageError) as caught, writing(engine) as connection:
        connection.execute(text("SELECT secret FROM secret_table"))
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_writing_transaction_has_the_lock_from_its_beginning(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with writing(engine) as connection:
        connection.execute(text("SELECT 1"))
        with closing(sqlite3.connect(path_of(sqlite_url), timeout=0)) as other, pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    engine.dispose()


def test_a_store_without_tables_is_told_as_such_whatever_was_asked(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(SchemaMissing, match="db upgrade") as caught, reading(engine) as connection:
        connection.execute(text(f"SELECT 1 FROM {SECRET.split()[-1]}"))
    engine.dispose()
    assert "secret" not in str(caught.value)
