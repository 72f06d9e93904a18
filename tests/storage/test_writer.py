"""Group commit: whoever is told that it is recorded can rely on it, whatever happens to the others."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from config.errors import StorageBusy, StorageError, StorageFull
from routing.verdict import Reason
from storage.engine import reading
from storage.failures import SchemaMissing, StorageBroken
from storage.lane import Lane
from storage.recording import record_group
from storage.sqlite_file import path_of
from storage.tables import SUBMISSION
from storage.writer import GROUP, GROUP_BYTES, Writer
from tests.storage.entries import entry

OURS = Reason.SENDER_IN_NETWORK


@pytest.fixture
def writer(url: str) -> Iterator[Writer]:
    """A running writer on a fresh store."""
    writer = Writer(url, busy_timeout_ms=200)
    writer.start()
    yield writer
    writer.close()


@pytest.fixture
def sqlite_writer(sqlite_url: str) -> Iterator[Writer]:
    """The same on SQLite, for what can only be done to a file."""
    writer = Writer(sqlite_url, busy_timeout_ms=200)
    writer.start()
    yield writer
    writer.close()


def stored(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.execute(select(func.count()).select_from(SUBMISSION)).scalar_one())


def groups_of(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the groups that are written from now on."""
    sizes: list[int] = []

    def counted(lane: Lane, entries: Any) -> Any:
        sizes.append(len(entries))
        return record_group(lane, entries)

    monkeypatch.setattr("storage.writer.record_group", counted)
    return sizes


def test_what_is_resolved_is_stored(writer: Writer, engine: Engine) -> None:
    futures = [writer.submit(entry(number)) for number in range(20)]
    references = {future.result(timeout=30).reference for future in futures}
    assert len(references) == stored(engine) == 20


def test_many_threads_share_a_writer(writer: Writer, engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        recorded = list(pool.map(lambda number: writer.submit(entry(number % 50, OURS)).result(timeout=30), range(200)))
    assert sum(not one.is_repeat for one in recorded) == stored(engine) == 50
    assert len({one.reference for one in recorded}) == 1


def test_what_is_queued_is_one_group_and_a_group_is_bounded(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = groups_of(monkeypatch)
    writer = Writer(sqlite_url)
    writer._is_open = True  # queue first, then let the thread see it all at once
    futures = [writer.submit(entry(number)) for number in range(GROUP + 1)]
    writer._thread.start()
    for future in futures:
        future.result(timeout=30)
    writer.close()
    assert sizes == [GROUP, 1]


def test_large_mails_are_not_held_up_for_a_full_group(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = groups_of(monkeypatch)
    writer = Writer(sqlite_url)
    writer._is_open = True
    large = [replace(entry(number), frame=bytes(GROUP_BYTES // 2)) for number in range(3)]
    futures = [writer.submit(one) for one in large]
    writer._thread.start()
    for future in futures:
        future.result(timeout=30)
    writer.close()
    assert sizes == [2, 1]


def test_closing_writes_what_is_queued(url: str, engine: Engine) -> None:
    writer = Writer(url)
    writer.start()
    futures = [writer.submit(entry(number)) for number in range(300)]
    writer.close()
    assert all(future.done() for future in futures)
    assert stored(engine) == 300


def test_a_closed_writer_says_that_it_is_busy(url: str) -> None:
    writer = Writer(url)
    writer.start()
    writer.close()
    writer.close()
    with pytest.raises(StorageBusy):
        writer.submit(entry(1)).result(timeout=1)


def test_a_caller_who_gives_up_does_not_undo_the_commit(writer: Writer, engine: Engine) -> None:
    future = writer.submit(entry(1))
    assert not future.cancel()
    future.result(timeout=30)
    assert stored(engine) == 1


@pytest.mark.parametrize(
    "spoilt",
    [
        {"reports": entry(1).reports * 2},
        {"subject": "lone \ud800 surrogate"},
        {"raw_bytes": 2**70},
        {"arrived_at": entry(1).arrived_at.replace(tzinfo=None)},
        {"mail_from": None},
    ],
    ids=lambda value: next(iter(value)),
)
def test_one_entry_that_cannot_be_stored_spoils_no_other(writer: Writer, engine: Engine, spoilt: dict[str, Any]) -> None:
    entries = [entry(number) for number in range(10)]
    entries[5] = replace(entries[5], **spoilt)
    futures = [writer.submit(one) for one in entries]
    with pytest.raises(StorageError) as caught:
        futures[5].result(timeout=30)
    assert not isinstance(caught.value, StorageBusy)
    assert "INSERT" not in str(caught.value)
    assert len([future.result(timeout=30) for future in futures if future is not futures[5]]) == stored(engine) == 9


def test_a_locked_store_is_busy_and_recovers_by_itself(sqlite_writer: Writer, sqlite_url: str) -> None:
    with closing(sqlite3.connect(path_of(sqlite_url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        failed = [sqlite_writer.submit(entry(number)) for number in range(3)]
        for future in failed:
            with pytest.raises(StorageBusy, match="the database is locked"):
                future.result(timeout=10)
        other.execute("ROLLBACK")
    assert not sqlite_writer.submit(entry(1)).result(timeout=10).is_repeat


def test_a_locked_postgresql_is_busy_and_recovers_by_itself(postgres_url: str) -> None:
    import psycopg

    writer = Writer(postgres_url, busy_timeout_ms=200)
    writer.start()
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as other:
        other.execute("LOCK TABLE submission")
        with pytest.raises(StorageBusy, match="the database is locked"):
            writer.submit(entry(1)).result(timeout=10)
        other.rollback()
    assert not writer.submit(entry(1)).result(timeout=10).is_repeat
    writer.close()


def test_connections_that_were_cut_are_made_again(postgres_url: str) -> None:
    import psycopg

    writer = Writer(postgres_url)
    writer.start()
    writer.submit(entry(1)).result(timeout=10)
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    assert not writer.submit(entry(2)).result(timeout=10).is_repeat
    writer.close()


def test_a_database_that_is_away_is_busy() -> None:
    writer = Writer("postgresql+psycopg://nobody@127.0.0.1:1/none")
    writer.start()
    with pytest.raises(StorageBusy, match="the database is away"):
        writer.submit(entry(1)).result(timeout=20)
    writer.close()


def test_a_read_only_store_is_busy(sqlite_writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    pragmas = ("PRAGMA query_only = ON",)
    monkeypatch.setattr("storage.sqlite_lane.pragmas", lambda: pragmas)
    with pytest.raises(StorageBusy, match="the database is read-only"):
        sqlite_writer.submit(entry(1)).result(timeout=10)
    monkeypatch.undo()
    assert not sqlite_writer.submit(entry(1)).result(timeout=10).is_repeat


def test_a_full_store_is_full_and_recovers_when_there_is_space(sqlite_writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.sqlite_lane.pragmas", lambda: ("PRAGMA max_page_count = 1",))
    large = replace(entry(1), frame=bytes(1_000_000))
    with pytest.raises(StorageFull, match="the disk is full"):
        sqlite_writer.submit(large).result(timeout=10)
    monkeypatch.undo()
    assert not sqlite_writer.submit(large).result(timeout=10).is_repeat


def test_a_file_that_was_taken_away_takes_no_more_rows(sqlite_writer: Writer, sqlite_url: str, sqlite_template: Path) -> None:
    path = path_of(sqlite_url)
    sqlite_writer.submit(entry(1)).result(timeout=10)
    path.rename(path.with_suffix(".moved"))
    with pytest.raises(SchemaMissing):
        sqlite_writer.submit(entry(2)).result(timeout=10)
    for left in path.parent.glob("store.db-*"):
        left.unlink()
    path.write_bytes(sqlite_template.read_bytes())
    assert not sqlite_writer.submit(entry(1)).result(timeout=10).is_repeat


def test_after_an_error_of_the_disk_nothing_is_believed_until_a_restart(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Writer(sqlite_url)
    writer.start()

    def broken(*_: object) -> None:
        raise StorageBroken("the disk reported an error")

    monkeypatch.setattr("storage.writer.record_group", broken)
    with pytest.raises(StorageBroken):
        writer.submit(entry(1)).result(timeout=10)
    monkeypatch.undo()
    with pytest.raises(StorageBroken):
        writer.submit(entry(1)).result(timeout=10)
    writer.close()
    again = Writer(sqlite_url)
    again.start()
    assert not again.submit(entry(1)).result(timeout=10).is_repeat
    again.close()


def test_two_writers_race_for_the_same_submissions_and_cases(url: str, engine: Engine) -> None:
    writers = [Writer(url), Writer(url)]
    for one in writers:
        one.start()
    together = threading.Barrier(2)

    def run(writer: Writer) -> list[Any]:
        together.wait()
        numbers = list(range(60)) if writer is writers[0] else list(reversed(range(60)))
        futures = [writer.submit(entry(number, OURS)) for number in numbers]
        return [future.result(timeout=60) for future in futures]

    with ThreadPoolExecutor(2) as pool:
        recorded = [one for each in pool.map(run, writers) for one in each]
    for one in writers:
        one.close()
    assert sum(not one.is_repeat for one in recorded) == stored(engine) == 60
    assert len({one.case_reference for one in recorded}) == 1


SENDER = """
import sys
from storage.writer import Writer
from tests.storage.entries import entry
writer = Writer(sys.argv[1]); writer.start()
for start in range(int(sys.argv[2]), 1_000_000, 4):
    futures = [writer.submit(entry(number)) for number in range(start, start + 4)]
    for future in futures:
        print(future.result(timeout=30).reference, flush=True)
"""


def _killed_sender(url: str, first: int, seconds: float) -> list[str]:
    """The references that a process acknowledged before it was killed in the middle of its work."""
    with subprocess.Popen([sys.executable, "-c", SENDER, url, str(first)], stdout=subprocess.PIPE, text=True) as sender:
        assert sender.stdout is not None
        acknowledged = [sender.stdout.readline().strip()]  # it is at work
        time.sleep(seconds)
        sender.kill()
        return acknowledged + [line.strip() for line in sender.stdout if line.endswith("\n")]


def test_what_was_acknowledged_survives_kill_9(url: str, engine: Engine) -> None:
    acknowledged: list[str] = []
    for round_ in range(2):
        acknowledged += _killed_sender(url, round_ * 3, 0.05 * round_)  # the next one sends some of the same again
    with reading(engine) as connection:
        references = list(connection.execute(select(SUBMISSION.c.told_reference)).scalars())
        states = set(connection.execute(select(SUBMISSION.c.state)).scalars())
    assert len(references) == len(set(references))
    assert set(acknowledged) <= set(references)
    assert states == {"rejected"}
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(engine.url.database))) as connection_:
            assert connection_.execute("PRAGMA integrity_check").fetchone() == ("ok",)
