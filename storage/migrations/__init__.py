"""The schema's history, by Alembic, configured here rather than in a file of its own.

Several processes may upgrade at once: the first takes the lock, the others find the work done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from storage.failures import SchemaDiffers, require_revision

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Engine

_HERE = Path(__file__).parent


def upgrade(url: str) -> str:
    """Bring the store's tables to this version, making them where there are none; gives the revision.

    Raises SchemaDiffers when the store is newer than this version, StorageError and its kin.
    """
    from alembic import command

    from storage.engine import open_engine
    from storage.sqlite_file import path_of

    if url.startswith("sqlite"):
        path_of(url).parent.mkdir(parents=True, exist_ok=True)
    with _disposed(open_engine(url)) as engine:
        _require_known(_revision_in(engine))
        command.upgrade(_config(engine), "head")
    return head()


def check(url: str) -> str:
    """The store's revision, when it is this version's.   Raises SchemaMissing, SchemaDiffers, StorageError and its kin."""
    from storage.engine import open_engine

    with _disposed(open_engine(url)) as engine:
        revision = _revision_in(engine)
    require_revision(revision, head())
    return head()


def head() -> str:
    """The newest revision that this version knows."""
    from alembic.script import ScriptDirectory

    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None
    return revision


def _require_known(revision: str | None) -> None:
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    if revision is None:
        return
    try:
        ScriptDirectory.from_config(_config()).get_revision(revision)
    except CommandError as error:
        raise SchemaDiffers(f"the store is at revision {revision}, which this version does not know") from error


def _revision_in(engine: "Engine") -> str | None:
    from alembic.migration import MigrationContext

    from storage.engine import reading

    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _config(engine: "Engine | None" = None) -> "Config":
    from alembic.config import Config

    config = Config(attributes={"engine": engine})
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _disposed(engine: "Engine") -> "Iterator[Engine]":
    try:
        yield engine
    finally:
        engine.dispose()
