"""Old raw mail moves to an object store, and comes back byte for byte, or is not to be had."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update
from zstandard import ZstdCompressor

from config.errors import StorageError
from storage.archive import ArchiveAway, archive, discard, discard_left, fetch, old_mails
from storage.engine import reading, writing
from storage.evidence import EvidenceDamaged, EvidenceElsewhere, read_evidence
from storage.record import record
from storage.tables import EVIDENCE
from storage.verifying import verify_evidence
from tests.storage.entries import NOON, entry, raw_mail
from tests.storage.object_store import ObjectStore, object_store

URL = "s3://evidence/old"
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    with object_store() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def store(url: str, engine: Engine) -> Engine:
    """Two old mails and a young one."""
    for number, arrived_at in ((1, NOON), (2, NOON), (3, LATER)):
        record(url, entry(number, arrived_at=arrived_at))
    return engine


def moved(store: Engine) -> int:
    return sum(one.mails for one in archive(store, URL, LATER))


def mail(store: Engine, number: int) -> bytes:
    with reading(store) as connection:
        return read_evidence(connection, number)


def change(store: Engine, number: int, **values: object) -> None:
    with writing(store) as connection:
        connection.execute(update(EVIDENCE).where(EVIDENCE.c.submission_id == number).values(values))


def locations(store: Engine) -> list[tuple[str, bool]]:
    """Where each mail is, and whether the database still has it."""
    with reading(store) as connection:
        query = select(EVIDENCE.c.location, EVIDENCE.c.frame.is_not(None)).order_by(EVIDENCE.c.submission_id)
        return [(location, is_here) for location, is_here in connection.execute(query)]


def test_only_old_mail_moves_and_all_of_it_is_still_read(store: Engine, server: ObjectStore) -> None:
    with reading(store) as connection:
        assert old_mails(connection, LATER).mails == 2
    assert moved(store) == 2
    assert [bool(location) for location, _ in locations(store)] == [True, True, False]
    assert [is_here for _, is_here in locations(store)] == [False, False, True]
    assert [mail(store, number) for number in (1, 2, 3)] == [raw_mail(number) for number in (1, 2, 3)]
    assert len(server.objects) == 2
    assert moved(store) == 0
    with reading(store) as connection:
        assert verify_evidence(connection).mails == 1


def test_an_archive_that_does_not_take_a_mail_leaves_it_where_it_was(store: Engine, server: ObjectStore) -> None:
    server.is_broken = True
    with pytest.raises(ArchiveAway):
        moved(store)
    assert [is_here for _, is_here in locations(store)] == [True, True, True]
    server.is_broken = False
    assert moved(store) == 2


def test_a_mail_that_was_written_but_not_yet_taken_out_is_moved_by_the_next_run(store: Engine, server: ObjectStore) -> None:
    moved(store)
    frame = next(content for path, content in server.objects.items() if path.endswith("-1.zst"))
    change(store, 1, frame=frame, location="")  # as if the process had been killed between the two
    assert moved(store) == 1
    assert mail(store, 1) == raw_mail(1)


def test_what_is_erased_while_it_is_moved_is_not_left_behind_in_the_archive(store: Engine, server: ObjectStore) -> None:
    server.after_put = lambda: change(store, 1, frame=None)
    assert moved(store) == 2
    assert [path[-6:] for path in server.objects] == ["-2.zst"]
    assert [bool(location) for location, _ in locations(store)] == [False, True, False]


def test_what_is_compressed_anew_while_it_is_moved_stays_as_it_is(store: Engine, server: ObjectStore) -> None:
    server.after_put = lambda: change(store, 1, frame=ZstdCompressor(level=19, write_checksum=True).compress(raw_mail(1)))
    moved(store)
    assert [is_here for _, is_here in locations(store)] == [True, False, True]
    assert [path[-6:] for path in server.objects] == ["-2.zst"]
    assert mail(store, 1) == raw_mail(1)


def test_what_somebody_else_has_moved_in_the_meantime_stays_in_the_archive(store: Engine, server: ObjectStore) -> None:
    def move_too() -> None:
        server.after_put = lambda: None
        moved(store)

    server.after_put = move_too
    moved(store)
    assert len(server.objects) == 2
    assert [mail(store, number) for number in (1, 2)] == [raw_mail(1), raw_mail(2)]


def test_a_place_that_retention_has_yet_to_empty_is_not_filled_again(store: Engine, server: ObjectStore) -> None:
    change(store, 1, location=f"{URL}/old")
    with reading(store) as connection:
        assert old_mails(connection, LATER).mails == 1
    assert moved(store) == 1
    assert [is_here for _, is_here in locations(store)] == [True, False, True]


def test_what_was_changed_in_the_archive_is_noticed(store: Engine, server: ObjectStore) -> None:
    moved(store)
    first, second = sorted(server.objects, key=lambda path: path[-6:])
    server.objects[first] = server.objects[second]
    with pytest.raises(EvidenceDamaged):
        mail(store, 1)
    server.objects[second] = server.objects[second] + bytes(100_000_000)
    with pytest.raises(EvidenceElsewhere):
        mail(store, 2)


def test_an_archive_that_is_away_says_so_and_no_more(store: Engine, server: ObjectStore) -> None:
    moved(store)
    server.is_broken = True
    with pytest.raises(EvidenceElsewhere) as caught:
        mail(store, 1)
    assert "127.0.0.1" not in str(caught.value)
    server.is_broken = False
    server.objects.clear()
    with pytest.raises(EvidenceElsewhere):
        mail(store, 1)


def test_what_is_discarded_is_gone_and_may_be_discarded_again(store: Engine, server: ObjectStore) -> None:
    moved(store)
    location = locations(store)[0][0]
    discard(location)
    discard(location)
    assert len(server.objects) == 1
    with pytest.raises(ArchiveAway):
        fetch(location, most_bytes=10_000)


@pytest.mark.parametrize("place", ["nonsense", "gopher://x/y", ""])
def test_a_place_that_is_none_is_told(store: Engine, place: str) -> None:
    with pytest.raises(StorageError):
        next(archive(store, place, LATER))


def test_a_folder_is_an_archive_too(store: Engine, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("archive") / "made when needed"
    assert sum(one.mails for one in archive(store, folder.as_uri(), LATER)) == 2
    assert mail(store, 2) == raw_mail(2)
    discard(locations(store)[1][0])
    discard(locations(store)[1][0])
    with pytest.raises(EvidenceElsewhere):
        mail(store, 2)


def test_what_a_killed_run_left_of_an_erased_mail_is_deleted_and_nothing_else(
    store: Engine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    list(archive(store, folder.as_uri(), LATER))
    (folder / "readme.txt").write_text("not ours")
    first = next(folder.rglob("*-1.zst"))
    stranger = first.with_name(f"{'0' * 64}-1.zst")  # of another store that shares the folder
    stranger.write_bytes(first.read_bytes())
    assert discard_left(store, folder.as_uri()) == 0
    change(store, 1, frame=first.read_bytes(), location="")  # killed before the mail was taken out of the database
    assert discard_left(store, folder.as_uri()) == 0
    change(store, 1, frame=None)  # and then erased
    assert discard_left(store, folder.as_uri() + "/") == 1
    assert not first.exists()
    assert stranger.exists()
    assert mail(store, 2) == raw_mail(2)
    assert discard_left(store, folder.as_uri()) == 0
