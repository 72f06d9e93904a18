"""The pipe's way into the store: one entry, one transaction."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from config.errors import ConfigError, StorageBusy
from storage.engine import open_engine, reading
from storage.record import record
from storage.tables import SUBMISSION
from tests.storage.entries import entry


def test_an_entry_is_recorded_and_a_repeat_is_told_the_same(url: str) -> None:
    first = record(url, entry(1))
    again = record(url, entry(1))
    assert (first.is_repeat, again.is_repeat) == (False, True)
    assert again.answer == first.answer


def test_a_store_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/var/store.db"
    record(url, entry(1))
    engine = open_engine(url)
    with reading(engine) as connection:
        assert connection.execute(select(SUBMISSION.c.state)).scalars().all() == ["rejected"]
    engine.dispose()


def test_another_kind_of_url_is_a_mistake_of_the_configuration() -> None:
    for url in ("mysql://localhost/x", "sqlite://", "nonsense"):
        with pytest.raises(ConfigError, match=r"storage\.url"):
            record(url, entry(1))


def test_a_folder_that_may_not_be_written_is_busy() -> None:
    with pytest.raises(StorageBusy):
        record("sqlite:////proc/abusedesk/store.db", entry(1))


def test_many_processes_record_at_once(sqlite_url: str) -> None:
    code = (
        "import sys; from storage.record import record; from tests.storage.entries import entry\n"
        "print(record(sys.argv[1], entry(1)).is_repeat)"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, sqlite_url], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    answers = sorted(one.communicate()[0].strip() for one in running)
    assert answers == ["False", "True", "True", "True"]
