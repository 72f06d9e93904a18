"""Engines for the two databases, and transactions on them.

SQLite keeps a promise across a power cut only in WAL with synchronous=FULL (or DELETE with FULL): it is set here and for the
writer's lane from one list. PostgreSQL flushes on every commit by default, and is told so.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError

from config.errors import ConfigError
from storage.failures import storage_error
from storage.lane import BUSY_TIMEOUT_MS
from storage.sqlite_file import pragmas


def open_engine(url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Engine:
    """An engine for sqlite:///path or postgresql+psycopg://…   Connects on first use.   Raises ConfigError for any other URL."""
    backend = _backend(url)
    if backend == "sqlite":
        return _sqlite_engine(url, busy_timeout_ms)
    return _postgres_engine(url, busy_timeout_ms)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of the store, however many statements look at it.   Raises StorageError and its kin."""
    with _mapped_errors(), engine.connect() as connection:
        if connection.dialect.name == "postgresql":  # SQLite's snapshot is one already
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction, committed at the end; on SQLite the lock is taken at the beginning.   Raises StorageError and its kin."""
    with _mapped_errors(), engine.connect().execution_options(is_writing=True) as connection, connection.begin():
        yield connection


@contextmanager
def _mapped_errors() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise storage_error(error.orig or error) from None


def _backend(url: str) -> str:
    backend = url.partition(":")[0].partition("+")[0]
    if backend not in ("sqlite", "postgresql"):
        raise ConfigError("storage.url: only sqlite:///path and postgresql+psycopg://… are supported")
    return backend


def _sqlite_engine(url: str, busy_timeout_ms: int) -> Engine:
    engine = create_engine(url, connect_args={"timeout": busy_timeout_ms / 1000, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        for pragma in pragmas():
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_writing = connection.get_execution_options().get("is_writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

    return engine


def _postgres_engine(url: str, busy_timeout_ms: int) -> Engine:
    options = f"-c lock_timeout={busy_timeout_ms} -c synchronous_commit=on -c timezone=UTC"
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": max(1, busy_timeout_ms // 1000), "options": options, "tcp_user_timeout": 2 * busy_timeout_ms},
        pool_pre_ping=True,
    )
