"""F3 and F4, end to end over SMTP; each error of the store by itself is in tests/storage/test_writer.py."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.load import send_all
from bench.service import Running, serving, write_config
from faults.disk import can_mount, filled, flush_failing, locked, read_only, small_disk, taken_away
from faults.ledger import balance
from faults.power import is_possible as can_trace
from storage.migrations import upgrade

_INTERNALS = ("sqlite", "select", "insert", "errno", "disk", "/", "traceback", "error:")


def mails(first: int, count: int) -> list[bytes]:
    return [b"From: reader@reporter.example\r\nSubject: %d\r\n\r\nplease look\r\n" % number for number in range(first, first + count)]


class Desk:
    """The service, and what it has promised."""

    def __init__(self, running: Running, store: Path) -> None:
        self.running = running
        self.store = store
        self.promised: list[bytes] = []
        self.replies: list[str] = []

    def send(self, first: int, count: int = 3) -> set[str]:
        """The codes of the answers."""
        self.replies = []
        send_all(self.running.port, mails=mails(first, count), sessions=1, told=self._told)
        return {reply[:3] for reply in self.replies}

    def recovers(self, first: int) -> bool:
        """Whether mail is answered for good again within ten seconds."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if self.send(first, 1) == {"550"}:
                return True
            time.sleep(0.2)
        return False

    def _told(self, raw: bytes, reply: str) -> None:
        self.replies.append(reply)
        if reply[:1] in "25":
            self.promised.append(raw)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    if not can_mount():
        pytest.skip("only root may mount a small disk")
    with small_disk(tmp_path, megabytes=4):
        upgrade(f"sqlite:///{tmp_path}/abusedesk.db")
        with serving(write_config(tmp_path, workers=1, smtp="max_message_bytes = 100000")) as running:
            yield Desk(running, tmp_path / "abusedesk.db")


def test_no_mail_is_lost_or_refused_for_good_while_the_store_is_full_locked_or_away(desk: Desk) -> None:
    assert desk.send(0) == {"550"}
    for number, (fault, where) in enumerate(((filled, desk.store.parent), (locked, desk.store), (taken_away, desk.store)), 1):
        with fault(where):
            begun = time.monotonic()
            assert desk.send(100 * number, 1) <= {"451", "452"}, fault.__name__
            assert time.monotonic() - begun < 10
            assert not any(word in reply.lower() for reply in desk.replies for word in _INTERNALS), desk.replies
        assert desk.recovers(100 * number + 50), fault.__name__
    desk.running.stop()
    assert balance(f"sqlite:///{desk.store}", desk.promised).is_clean


@pytest.mark.skipif(not can_trace(), reason="strace is not there, or may not look")
def test_after_a_flush_that_failed_nothing_is_believed_until_a_restart(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path}/abusedesk.db")
    config = write_config(tmp_path, workers=1)
    with serving(config) as running:
        desk = Desk(running, tmp_path / "abusedesk.db")
        assert desk.send(0) == {"550"}
        with flush_failing(running.process.pid):
            assert desk.send(100, 1) == {"451"}
            assert not any(word in reply.lower() for reply in desk.replies for word in _INTERNALS), desk.replies
        assert desk.send(200) == {"451"}
    with serving(config) as desk.running:
        assert desk.send(100, 1) == {"550"}
        assert desk.send(300) == {"550"}
    assert balance(f"sqlite:///{desk.store}", desk.promised).is_clean


@pytest.mark.skipif(not can_trace(), reason="strace is not there, or may not look")
def test_a_file_system_that_became_read_only_costs_no_mail_and_no_restart(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path}/abusedesk.db")
    with serving(write_config(tmp_path, workers=1)) as running:
        desk = Desk(running, tmp_path / "abusedesk.db")
        assert desk.send(0) == {"550"}
        with read_only(running.process.pid):
            assert desk.send(100, 2) == {"451"}
            assert not any(word in reply.lower() for reply in desk.replies for word in _INTERNALS), desk.replies
        assert desk.recovers(200)
        assert desk.send(100, 2) == {"550"}
    assert balance(f"sqlite:///{desk.store}", desk.promised).is_clean
