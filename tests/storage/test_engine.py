"""What a reader and a writer see of each other."""

import pytest
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.exc import DBAPIError

from config.errors import StorageError
from storage.engine import open_engine, reading, writing
from storage.record import record
from storage.tables import EVIDENCE, SUBMISSION
from storage.verifying import verify_evidence
from tests.storage.entries import entry


def test_a_reader_sees_one_state_of_the_store_whatever_is_written_beside_it(url: str, engine: Engine) -> None:
    record(url, entry(1))
    with reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(SUBMISSION)).scalar() == 1
        record(url, entry(2))
        with writing(engine) as other:
            other.execute(delete(EVIDENCE).where(EVIDENCE.c.submission_id == 1))
        assert connection.execute(select(func.count()).select_from(SUBMISSION)).scalar() == 1
        assert verify_evidence(connection).damaged == ()
        assert verify_evidence(connection).mails == 1
    with reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(SUBMISSION)).scalar() == 2


def test_after_a_reader_the_same_connection_writes(url: str, engine: Engine) -> None:
    for number in (1, 2):
        record(url, entry(number))
        with reading(engine) as connection:
            connection.execute(select(SUBMISSION)).all()
        with writing(engine) as connection:
            connection.execute(delete(EVIDENCE).where(EVIDENCE.c.submission_id == number))


def test_on_postgresql_a_reader_cannot_write(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    with pytest.raises((StorageError, DBAPIError)), reading(engine) as connection:
        connection.execute(delete(SUBMISSION))
    engine.dispose()
