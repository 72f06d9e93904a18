"""What the drivers say went wrong, in the words of config/errors.py; their own texts, which quote SQL, go no further.

StorageError          this entry cannot be stored as it is
├── StorageBusy       locked, read-only, away: trying again later can help
│   └── Raced         another writer was first: trying again now will find what it wrote
├── StorageFull       no space or quota left
├── SchemaMissing     there are no tables yet
├── SchemaDiffers     the tables are those of an older or newer version
└── StorageBroken     the disk refused: nothing is believed until a person has looked and restarted
"""

import errno
import sqlite3

from config.errors import StorageBusy, StorageError, StorageFull


class Raced(StorageBusy):
    """Another writer stored the same submission or opened the same case in the meantime."""


class StorageBroken(StorageError):
    """The disk reported an error; after a failed flush no later success can be believed."""


class SchemaMissing(StorageError):
    """The store has no tables yet; `abusedesk db upgrade` makes them."""


class SchemaDiffers(StorageError):
    """The store has the tables of another version: upgrade the store, or use the newer program."""


_SQLITE: dict[int, StorageError] = {
    sqlite3.SQLITE_BUSY: StorageBusy("the database is locked"),
    sqlite3.SQLITE_LOCKED: StorageBusy("the database is locked"),
    sqlite3.SQLITE_READONLY: StorageBusy("the database is read-only"),
    sqlite3.SQLITE_CANTOPEN: StorageBusy("the database file cannot be opened"),
    sqlite3.SQLITE_PERM: StorageBusy("the database file may not be opened"),
    sqlite3.SQLITE_PROTOCOL: StorageBusy("the database is locked"),
    sqlite3.SQLITE_SCHEMA: StorageBusy("the tables are being changed"),
    sqlite3.SQLITE_NOMEM: StorageBusy("there is no memory left"),
    sqlite3.SQLITE_FULL: StorageFull("the disk is full"),
    # a write that failed is seen at once and nothing was promised on it; only what failed to reach the disk later is past belief
    sqlite3.SQLITE_IOERR_WRITE: StorageBusy("the disk takes no writes"),
    sqlite3.SQLITE_IOERR: StorageBroken("the disk reported an error"),
    sqlite3.SQLITE_CORRUPT: StorageBroken("the database file is damaged"),
    sqlite3.SQLITE_NOTADB: StorageBroken("the file is not a database"),
}
_NO_TABLES = "the store has no tables yet: `abusedesk db upgrade` makes them; or --config names the settings of another"
_SQLITE_RACES = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID)

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)

# SQLSTATE (PostgreSQL appendix A): the whole code first, then its class.
_POSTGRES: dict[str, StorageError] = {
    "23505": Raced("another writer was first"),
    "40001": Raced("another writer was first"),
    "40P01": Raced("another writer was first"),
    "25006": StorageBusy("the database is read-only"),
    "53100": StorageFull("the disk is full"),
    "58030": StorageBroken("the disk reported an error"),
    "XX001": StorageBroken("the database is damaged"),
    "XX002": StorageBroken("the database is damaged"),
    "42P01": SchemaMissing(_NO_TABLES),
    "08": StorageBusy("the database is away"),
    "53": StorageBusy("the database has no room for us"),
    "55": StorageBusy("the database is locked"),
    "57": StorageBusy("the database is shutting down or stopped us"),
    "28": StorageBusy("the database does not let us in"),
    "3D": StorageBusy("the database is not there"),
}


def storage_error(error: BaseException) -> StorageError:
    """The failure that an exception of sqlite3, psycopg or the file system stands for; a fresh one, to be raised in any thread."""
    if isinstance(error, StorageError):
        return error
    if isinstance(error, sqlite3.Error):
        known = _of_sqlite(error)
    elif isinstance(error, OSError):
        known = StorageFull("the disk is full") if error.errno in _NO_SPACE else StorageBusy("the store's folder cannot be used")
    else:
        known = _of_postgres(error)
    return type(known)(str(known)) if known else StorageError("the store refused the entry")


def require_revision(found: str | None, wanted: str) -> None:
    """Raises SchemaMissing when the store has none (None), SchemaDiffers when it is another one's."""
    if found is None:
        raise SchemaMissing(_NO_TABLES)
    if found != wanted:
        raise SchemaDiffers(f"the store is at revision {found}, this version needs {wanted}; see `abusedesk db upgrade`")


def _of_sqlite(error: sqlite3.Error) -> StorageError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    if code in _SQLITE_RACES:
        return Raced("another writer was first")
    if code == sqlite3.SQLITE_ERROR and str(error).startswith("no such table: "):  # no code of its own
        return SchemaMissing(_NO_TABLES)
    return _SQLITE.get(code) or _SQLITE.get(code & 0xFF)


def _of_postgres(error: BaseException) -> StorageError | None:
    """psycopg is told by the attribute that its errors have, so that a pipe into SQLite does not load it."""
    if not hasattr(error, "sqlstate"):
        return None
    state: str | None = getattr(error, "sqlstate", None)
    if state is None:  # a connection that broke or was never made
        return StorageBusy("the database is away")
    return _POSTGRES.get(state) or _POSTGRES.get(state[:2])
