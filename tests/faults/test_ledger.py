"""The ledger finds what is missing, damaged or in no state."""

import sqlite3
from contextlib import closing
from pathlib import Path

from faults.ledger import balance
from faults.power_writer import entry_of_mail, mail
from storage.lanes import open_lane
from storage.migrations import upgrade
from storage.recording import record_group


def filled(folder: Path) -> Path:
    store = folder / "abusedesk.db"
    upgrade(f"sqlite:///{store}")
    lane = open_lane(f"sqlite:///{store}")
    record_group(lane, [entry_of_mail(number) for number in range(3)])
    lane.close()
    return store


def url(store: Path) -> str:
    return f"sqlite:///{store}"


def change(store: Path, statement: str) -> None:
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute(statement)


def test_a_store_that_has_everything_is_clean(tmp_path: Path) -> None:
    assert balance(url(filled(tmp_path)), [mail(number) for number in range(3)]).is_clean


def test_a_mail_that_was_never_stored_is_lost(tmp_path: Path) -> None:
    assert balance(url(filled(tmp_path)), [mail(number) for number in range(4)]).lost == 1


def test_a_damaged_mail_is_lost(tmp_path: Path) -> None:
    store = filled(tmp_path)
    change(store, "UPDATE evidence SET frame = x'00' WHERE submission_id = 2")
    assert balance(url(store), [mail(number) for number in range(3)]).lost == 1


def test_a_mail_that_nobody_will_decide_is_in_no_legal_state(tmp_path: Path) -> None:
    store = filled(tmp_path)
    change(store, "UPDATE submission SET state = 'received', verdict = NULL, reason = NULL WHERE id = 2")
    assert balance(url(store), []).illegal == 1
