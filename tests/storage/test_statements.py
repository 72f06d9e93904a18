"""The tables are the only source of the statements."""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import Engine, event

from storage.core_lane import CoreLane
from storage.lane import Ask, Lane, Numbered, Write
from storage.lanes import open_lane
from storage.recording import record_group
from storage.sqlite_lane import SqliteLane
from storage.sqlite_statements import QUESTIONS, WRITES
from storage.statements import sqlite_page
from tests.storage.entries import entry

PRINTED = Path(__file__).parents[2] / "storage" / "sqlite_statements.py"


def _layout(text: str) -> str:
    """The text without its line breaks, which a formatter may have moved."""
    return "".join(text.split())


def test_the_printed_statements_are_those_of_the_tables() -> None:
    namespace: dict[str, object] = {}
    exec(sqlite_page(), namespace)
    printed = (namespace["QUESTIONS"], namespace["WRITES"])
    assert printed == (QUESTIONS, WRITES), "run: python -m storage.statements > storage/sqlite_statements.py"
    assert _layout(PRINTED.read_text("utf-8")).startswith(_layout(sqlite_page()[:100]))


def test_every_statement_is_there() -> None:
    assert set(QUESTIONS) == set(Ask)
    assert set(WRITES) == set(Write)


def test_a_url_chooses_its_lane(sqlite_url: str) -> None:
    sqlite = open_lane(sqlite_url)
    postgres = open_lane("postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert isinstance(sqlite, SqliteLane)
    assert isinstance(postgres, CoreLane)
    postgres.close()


def test_both_lanes_write_the_same_rows(sqlite_template: Path, tmp_path: Path) -> None:
    dumps = []
    for name, kind in (("one", SqliteLane), ("other", _CoreOnSqlite)):
        path = tmp_path / f"{name}.db"
        path.write_bytes(sqlite_template.read_bytes())
        lane: Lane = kind(f"sqlite:///{path}", busy_timeout_ms=1000)
        record_group(lane, [entry(1), entry(2, None), entry(1)])
        record_group(lane, [entry(2), entry(1)])
        lane.close()
        dumps.append(_rows_of(path))
    assert dumps[0] == dumps[1]
    assert any('INSERT INTO "submission"' in line for line in dumps[0])


class _CoreOnSqlite(CoreLane):
    """SQLAlchemy on SQLite, which the program does not use: numbers are counted here."""

    def reserve(self, table: Numbered, count: int) -> range:
        last = self._connected.exec_driver_sql("SELECT max(id) FROM " + table.value).scalar() or 0
        return range(last + 1, last + 1 + count)


def _rows_of(path: Path) -> list[str]:
    import sqlite3

    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE submission_search")  # it keeps no words to dump
    lines = [line for line in connection.iterdump() if line.startswith("INSERT INTO") and "submission_words" not in line]
    connection.close()
    return lines


def test_an_engine_names_no_value_in_its_statements(engine: Engine, url: str) -> None:
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    from storage.engine import reading
    from storage.filters import Filter
    from storage.queries import list_submissions

    with reading(engine) as connection:
        list_submissions(connection, Filter(reporter="x' OR 1=1 --", text="drop'; table"))
    assert seen
    assert not any("OR 1=1" in one or "drop" in one for one in seen)


def test_the_sqlite_lane_needs_no_sqlalchemy(sqlite_url: str) -> None:
    code = (
        "import sys; from storage.lanes import open_lane; from storage.recording import record_group\n"
        f"lane = open_lane({sqlite_url!r}); record_group(lane, []); lane.close()\n"
        "print([m for m in ('sqlalchemy', 'sqlmodel', 'pydantic', 'alembic') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
