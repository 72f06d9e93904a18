"""`submit` hands its mail to the running service: taken there, told here, and never lost between the two."""

import json
import socket
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.errors import StorageBusy
from config.sections import Smtp
from config.whereabouts import submit_socket, submit_socket_of
from intake.cli import main
from intake.hatch import HEAD_BYTES, Hatch
from intake.knock import knock
from parsers.submission import Door, Envelope, Submission
from tests.intake.running import LOOPBACK, REPORT, Running, Talk, listening
from tests.intake.test_serve import serving
from tests.intake.test_submit import FOREIGN, OWN, stored

SUBMISSION = Submission(
    raw=REPORT,
    door=Door.FILE,
    arrived_at=datetime(2026, 8, 3, tzinfo=UTC),
    envelope=Envelope(mail_from="a@example.com", rcpt_to=("abuse@example-host.jp",)),
    name="mail.eml",
)
HEAD = {"bytes": len(REPORT), "door": "file", "arrived_at": "2026-08-03T00:00:00+00:00", "mail_from": "", "rcpt_to": [], "name": ""}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "submit"


@pytest.fixture
def running(place: Path) -> Iterator[Running]:
    with listening(Smtp(listen=LOOPBACK, submit_socket=str(place), max_message_bytes=1_000_000)) as running:
        hatch = Hatch(running.house, "sqlite:///unused.db")
        running.run(hatch.start())
        yield running
        running.run(hatch.close())


def say(place: Path, said: bytes) -> bytes:
    """What the service answers to bytes, after which nothing more comes."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(10)
        line.connect(str(place))
        line.sendall(said)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(4096), b""))


def head(**changed: object) -> bytes:
    return json.dumps(HEAD | changed).encode() + b"\n"


def test_the_service_takes_the_mail_that_submit_has(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own.eml").write_bytes(OWN % (1, 1))
    (tmp_path / "foreign.eml").write_bytes(FOREIGN % (2, 2))
    with serving(config):
        config.write_text(config.read_text() + "no_such_key = 1\n")  # whoever reads it whole fails
        assert main(["submit", "--config", str(config), str(tmp_path / "own.eml")]) == 0
        assert main(["submit", "--config", str(config), "--on-reject", "bounce", str(tmp_path / "foreign.eml")]) == 77
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("2.0.0 [sender-in-network]")
    assert any(line.startswith("5.7.1 [out-of-network]") for line in told)
    with sqlite3.connect(config.with_name("abusedesk.db")) as connection:
        assert connection.execute("select verdict, door from submission order by id").fetchall() == [
            ("accepted", "file"),
            ("rejected", "file"),
        ]


def test_a_socket_that_nobody_listens_at_is_no_hindrance(config: Path, tmp_path: Path) -> None:
    (tmp_path / "own.eml").write_bytes(OWN % (1, 1))
    left_behind = submit_socket(config)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(left_behind))
    assert main(["submit", "--config", str(config), str(tmp_path / "own.eml")]) == 0
    assert stored(config) == [("accepted", "", 0)]


def test_what_the_service_is_told_is_what_it_takes(running: Running, place: Path) -> None:
    told = knock(place, SUBMISSION)
    assert told is not None
    assert told.reference.startswith(("R-", "S-", "C-"))
    assert running.decider.taken == [SUBMISSION]


def test_a_mail_that_is_not_stored_is_not_taken(running: Running, place: Path) -> None:
    running.writer.failure = StorageBusy("locked")
    assert knock(place, SUBMISSION) is None
    running.writer.failure = None
    assert knock(place, SUBMISSION) is not None


@pytest.mark.parametrize(
    "said",
    [
        b"", b"\n", b"{}\n", b"[]\n", b"null\n", b"not json\n", b"\xff\xfe\n", b"x" * (HEAD_BYTES + 10), head(door="window") + REPORT,
        head(bytes=-1), head(bytes="many") + REPORT, head(bytes=None), head(arrived_at="yesterday") + REPORT, head(rcpt_to=None) + REPORT,
        head(bytes=len(REPORT) + 1) + REPORT,
    ],
)  # fmt: skip
def test_what_keeps_to_no_rule_is_not_taken_and_the_service_lives(running: Running, place: Path, said: bytes) -> None:
    assert say(place, said) == b"{}\n"
    assert not running.writer.entries
    assert knock(place, SUBMISSION) is not None


def test_a_mail_as_large_as_may_be_is_taken_and_one_byte_more_is_not(running: Running, place: Path) -> None:
    at_most = running.house.smtp.max_message_bytes
    for size, is_taken in ((at_most - 1, True), (at_most, True), (at_most + 1, False)):
        raw = REPORT + b"x" * (size - len(REPORT))
        told = knock(place, Submission(raw=raw, door=Door.FILE, arrived_at=SUBMISSION.arrived_at))
        assert (told is not None) is is_taken


def test_a_service_that_is_being_stopped_takes_nothing(running: Running, place: Path) -> None:
    running.house.gate.is_closing = True
    assert knock(place, SUBMISSION) is None


def test_smtp_is_served_beside_it(running: Running, place: Path) -> None:
    with Talk(running.address) as client:
        assert client.greet().mail().startswith(("250", "550"))
    assert knock(place, SUBMISSION) is not None


def test_only_the_owner_and_the_group_may_hand_mail_in(running: Running, place: Path) -> None:
    assert place.stat().st_mode & 0o777 == 0o660
    assert running.listener.addresses


def test_the_place_is_beside_the_store_or_where_the_settings_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "abusedesk.toml"
    settings.write_text('[storage]\nurl = "sqlite:////srv/a.db?x=1"\n')
    assert submit_socket(settings) == Path("/srv/a.db.submit")
    settings.write_text('[smtp]\nsubmit_socket = "/run/a/submit"\n[storage]\nurl = "postgresql+psycopg://h/d"\n')
    assert submit_socket(settings) == Path("/run/a/submit")
    monkeypatch.setenv("ABUSEDESK_SMTP__SUBMIT_SOCKET", "/run/b")
    assert submit_socket(settings) == Path("/run/b")
    settings.write_text("not toml")
    assert submit_socket(settings) is None
    assert submit_socket_of("postgresql+psycopg://h/d", "") is None


def test_a_place_that_cannot_be_had_is_done_without_unless_it_was_named(config: Path, tmp_path: Path) -> None:
    submit = submit_socket(config)
    assert submit is not None
    (tmp_path / submit.name).mkdir()
    with serving(config) as (_, address), Talk(address) as client:
        assert client.greet().say(b"NOOP").startswith("250")
