"""The schema's history, by Alembic, configured here rather than in a file of its own.

Several processes may upgrade at once: the first takes the lock, the others find the work done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from storage.failures import SchemaDiffers, require_revision, storage_error

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, Engine

HEAD = "0003"  # the newest revision; a test compares it with versions/, so that a lane need not load Alembic to know it
TABLE = "alembic_version"

_HERE = Path(__file__).parent


def upgrade(url: str) -> str:
    """Bring the store's tables to this version, making them where there are none; gives the revision.

    Raises SchemaDiffers when the store is newer than this version, StorageError and its kin.
    """
    from alembic import command

    from storage.engine import reading
    from storage.sqlite_file import path_of

    if url.startswith("sqlite"):
        _make_folder(path_of(url).parent)
    with _engine(url) as engine:
        config = config_for(engine)
        with reading(engine) as connection:
            _require_known(config, revision_in(connection))
        command.upgrade(config, "head")
    return HEAD


def check(url: str) -> str:
    """The store's revision, when it is this version's.   Raises SchemaMissing, SchemaDiffers, StorageError and its kin."""
    from storage.engine import reading

    with _engine(url) as engine, reading(engine) as connection:
        require_revision(revision_in(connection), HEAD)
    return HEAD


def revision_in(connection: "Connection") -> str | None:
    """The revision of the store's tables, None where there are none."""
    from sqlalchemy import column, select, table

    if not connection.dialect.has_table(connection, TABLE):
        return None
    return connection.execute(select(column("version_num")).select_from(table(TABLE))).scalar()


def config_for(engine: "Engine | None" = None) -> "Config":
    """Alembic's configuration."""
    from alembic.config import Config

    config = Config(attributes={"engine": engine})
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error) from None


def _require_known(config: "Config", revision: str | None) -> None:
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    if revision is None:
        return
    try:
        ScriptDirectory.from_config(config).get_revision(revision)
    except CommandError as error:
        raise SchemaDiffers(f"the store is at revision {revision}, which this version does not know") from error


@contextmanager
def _engine(url: str) -> "Iterator[Engine]":
    from storage.engine import open_engine

    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()
