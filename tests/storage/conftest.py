"""Stores for the tests: a fresh one for each test, on both engines, from a template that is migrated once."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from faults.cluster import binaries, running_cluster
from storage.engine import open_engine
from storage.migrations import upgrade
from storage.tables import METADATA

_NOBODY_ELSE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """A running PostgreSQL with a migrated database named template; skipped where there is none, except in CI."""
    programs = binaries()
    if programs is None:
        complaint = "PostgreSQL is not installed: apt-get install -y postgresql"
        pytest.fail(complaint) if os.environ.get("CI") == "true" else pytest.skip(complaint)
    assert programs is not None
    with running_cluster(programs) as url:
        _execute(f"{url}/postgres", "CREATE DATABASE template")
        upgrade(f"{url}/template")
        yield url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite store."""
    path = tmp_path / "store.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def shared_postgres(cluster: str) -> str:
    """One PostgreSQL store; whoever uses it leaves it empty."""
    _execute(f"{cluster}/postgres", "CREATE DATABASE shared TEMPLATE template")
    return f"{cluster}/shared"


@pytest.fixture
def postgres_url(shared_postgres: str) -> Iterator[str]:
    """An empty PostgreSQL store."""
    yield shared_postgres
    tables = ", ".join(METADATA.tables)
    _execute(shared_postgres, _NOBODY_ELSE)
    _execute(shared_postgres, f"SET session_replication_role = replica; TRUNCATE {tables} RESTART IDENTITY")


@pytest.fixture
def fresh_postgres_url(cluster: str) -> Iterator[str]:
    """A PostgreSQL store whose tables may be changed."""
    _execute(f"{cluster}/postgres", "CREATE DATABASE fresh TEMPLATE template")
    yield f"{cluster}/fresh"
    _execute(f"{cluster}/postgres", "DROP DATABASE fresh WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A fresh store, on each engine in turn."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """An engine on that store."""
    engine = open_engine(url)
    yield engine
    engine.dispose()


def _execute(url: str, statement: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement.encode())
