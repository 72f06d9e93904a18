"""The audit log cannot be changed unnoticed."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, delete, insert, select, text, update

from config.errors import StorageError
from storage.audit import BEGINNING, Act, append, verify
from storage.engine import reading, writing
from storage.tables import AUDIT

ACT = Act(actor="ann", note="looks wrong", at=datetime(2026, 8, 3, 12, tzinfo=UTC))


@pytest.fixture
def lines(engine: Engine) -> Engine:
    """A store with three lines."""
    for number in range(3):
        with writing(engine) as connection:
            append(connection, ACT, "submission-reopened", f"R-{number}", {"from": "rejected"})
    return engine


def unlocked(engine: Engine, change: object) -> None:
    """Do what the database refuses to everybody who does not own it."""
    with writing(engine) as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_no_update"))
            connection.execute(text("DROP TRIGGER audit_no_delete"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
        connection.execute(change)  # type: ignore[call-overload]
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = DEFAULT"))


def test_an_empty_log_is_whole(engine: Engine) -> None:
    with reading(engine) as connection:
        checked = verify(connection)
    assert (checked.lines, checked.last_hash, checked.damaged) == (0, BEGINNING, None)


def test_lines_are_chained(lines: Engine) -> None:
    with reading(lines) as connection:
        checked = verify(connection)
        rows = connection.execute(select(AUDIT).order_by(AUDIT.c.id)).all()
    assert (checked.lines, checked.damaged, checked.last_hash) == (3, None, rows[-1].hash)
    assert [row.previous for row in rows] == [BEGINNING, rows[0].hash, rows[1].hash]
    assert rows[0].detail == '{"from": "rejected", "note": "looks wrong"}'


@pytest.mark.parametrize("change", [update(AUDIT).values(actor="nobody"), delete(AUDIT)], ids=["update", "delete"])
def test_the_database_refuses_to_change_a_line(lines: Engine, change: object) -> None:
    with pytest.raises(StorageError), writing(lines) as connection:
        connection.execute(change)  # type: ignore[call-overload]
    with reading(lines) as connection:
        assert verify(connection).lines == 3


@pytest.mark.parametrize(
    "column, value",
    [("actor", "bob"), ("action", "x"), ("subject", "R-9"), ("detail", "{}"), ("at", datetime(2026, 8, 4, tzinfo=UTC)), ("hash", "0" * 64)],
)
def test_a_changed_line_is_found(lines: Engine, column: str, value: object) -> None:
    unlocked(lines, update(AUDIT).where(AUDIT.c.id == 2).values({column: value}))
    with reading(lines) as connection:
        assert verify(connection).damaged == 2


def test_a_removed_line_is_found(lines: Engine) -> None:
    unlocked(lines, delete(AUDIT).where(AUDIT.c.id == 2))
    with reading(lines) as connection:
        assert verify(connection).damaged == 3


def test_an_inserted_line_is_found(lines: Engine) -> None:
    with writing(lines) as connection:
        connection.execute(
            insert(AUDIT).values(at=ACT.at, actor="x", action="x", subject="x", detail="{}", previous=BEGINNING, hash="1" * 64)
        )
    with reading(lines) as connection:
        assert verify(connection).damaged == 4


def test_a_line_is_undone_with_what_it_tells_of(lines: Engine) -> None:
    with lines.connect() as connection:
        append(connection, ACT, "x", "R-9")
        connection.rollback()
    with reading(lines) as connection:
        assert verify(connection).lines == 3
