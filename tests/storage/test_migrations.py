"""The tables that the migrations make are the tables that the program knows, on both engines."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from storage.engine import open_engine, reading, writing
from storage.failures import SchemaDiffers, SchemaMissing
from storage.migrations import HEAD, check, config_for, upgrade
from storage.tables import METADATA

BY_HAND = (
    "submission_search",
    "submission_words.vector",
    "vector",
    "ix_submission_words_vector",
    "alembic_version",
    "audit_no_update",
    "audit_no_delete",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A store whose tables may be changed, on each engine in turn."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "fresh_postgres_url"))


def _is_compared(_object: object, name: str | None, *_: object) -> bool:
    return name is None or not name.startswith(BY_HAND)


def test_nothing_is_left_to_migrate(engine: Engine) -> None:
    with reading(engine) as connection:
        options = {"compare_type": True, "include_object": _is_compared}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []


_SQLITE_CATALOGUE = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
_POSTGRES_CATALOGUE = """
SELECT conrelid::regclass || '/' || conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT table_name || '.' || column_name, concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default)
FROM information_schema.columns WHERE table_schema = 'public'
"""


def _catalogue(engine: Engine) -> list[tuple[str, ...]]:
    """Everything that the database says of its tables, constraints included."""
    query = _SQLITE_CATALOGUE if engine.dialect.name == "sqlite" else _POSTGRES_CATALOGUE
    with reading(engine) as connection:
        lines = [tuple(" ".join(str(cell).split()) for cell in row) for row in connection.execute(text(query.replace("::", "\\:\\:")))]
    return sorted(line for line in lines if not line[0].startswith(BY_HAND))


def test_the_migrated_catalogue_is_the_declared_one_to_the_letter(engine: Engine) -> None:
    migrated = _catalogue(engine)
    with writing(engine) as connection:
        METADATA.drop_all(connection)
        METADATA.create_all(connection)
    assert len(migrated) > 30
    assert _catalogue(engine) == migrated


def test_a_store_of_this_version_passes_the_check(url: str) -> None:
    assert check(url) == HEAD
    assert upgrade(url) == HEAD


def test_the_newest_revision_is_known_without_alembic() -> None:
    assert ScriptDirectory.from_config(config_for()).get_heads() == [HEAD]


def test_an_empty_store_has_no_tables_yet(tmp_path: Path) -> None:
    with pytest.raises(SchemaMissing):
        check(f"sqlite:///{tmp_path}/store.db")


def test_the_folder_is_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/var/lib/store.db"
    upgrade(url)
    assert check(url) == HEAD


@pytest.mark.parametrize("revision", ["9999", "0000"])
def test_another_versions_store_is_refused(url: str, engine: Engine, revision: str) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    with pytest.raises(SchemaDiffers, match=revision):
        check(url)
    with pytest.raises(SchemaDiffers, match=revision):
        upgrade(url)


def test_several_processes_may_upgrade_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    command = [sys.executable, "-c", f"from storage.migrations import upgrade; upgrade({url!r})"]
    upgrading = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    assert [one.communicate()[1] for one in upgrading] == [b""] * 2
    engine = open_engine(url)
    assert check(url) == HEAD
    engine.dispose()
