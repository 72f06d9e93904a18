"""Mailboxes that reports arrive in: a real Dovecot, and a Maildir; nothing is lost, and nothing is stored twice."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from config.errors import ConfigError
from config.limits import Limits
from config.sections import MailboxSettings, MailboxTls, Settings, Smtp
from intake.boxes import boxes_of
from intake.mailbox import BoxAway, Watch, submission_of
from intake.reception import Reception
from routing.lookups import FixedLookups
from storage.engine import open_engine, reading
from storage.migrations import upgrade
from storage.tables import SUBMISSION
from storage.writer import Writer
from tests.intake.conftest import config, empty_store
from tests.intake.running import HereDecider, wait_until
from tests.intake.test_serve import serving
from tests.intake.test_submit import FOREIGN, OWN
from tests.operators.dovecot import PASSWORD, Dovecot, is_installed, running_dovecot

__all__ = ["config", "empty_store"]  # fixtures

USER = "abuse"
FORWARDED = b"Subject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n"
HEADER = b"Return-Path: <reader@reporter.example>\r\nDelivered-To: abuse@example-host.jp\r\nFrom: reader@reporter.example\r\n"


def report(number: int, *, own: bool = True) -> bytes:
    """A report of its own."""
    return HEADER + (b"" if own else b"X-Verdict: rejected\r\n") + b"\r\nReport %d\r\n" % number


def settings_of(dovecot: Dovecot, **changes: Any) -> Settings:
    (dovecot.folder / "password").write_text(f"{PASSWORD}\n")
    plain = MailboxSettings(
        host="127.0.0.1", port=dovecot.port, tls=MailboxTls.NONE, user=USER, password_file=str(dovecot.folder / "password")
    )  # fmt: skip
    return Settings(mailbox=replace(plain, **changes))


def visit(settings: Settings, url: str) -> int:
    """One look into the settings' first mailbox; how many mails were taken in."""
    (box,) = boxes_of(settings)
    writer = Writer(url)
    writer.start()
    try:
        reception = Reception(HereDecider(), FixedLookups({}), writer, verdict_timeout_s=5)
        return asyncio.run(Watch(box, reception, settings.mailbox, Limits()).visit())
    finally:
        writer.close()


def stored(url: str) -> list[tuple[str, str, str, int]]:
    """Verdict, envelope and recipient of everything, and how often it came again."""
    engine, s = open_engine(url), SUBMISSION.c
    with reading(engine) as connection:
        rows = [tuple(row) for row in connection.execute(select(s.verdict, s.mail_from, s.rcpt_to, s.repeats).order_by(s.id))]
    engine.dispose()
    return rows


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/store.db"
    upgrade(url)
    return url


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that Dovecot's users may enter, which pytest's own are not."""
    if not is_installed():
        complaint = "Dovecot is not installed, or this is not root: apt-get install -y dovecot-imapd"
        pytest.fail(complaint) if os.environ.get("CI") == "true" else pytest.skip(complaint)
    path = Path(tempfile.mkdtemp(prefix="abusedesk-dovecot-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def dovecot(folder: Path) -> Iterator[Dovecot]:
    with running_dovecot(folder) as running:
        yield running


def test_mails_are_stored_and_moved_by_their_verdict(dovecot: Dovecot, url: str) -> None:
    dovecot.deliver(USER, report(1), "1.a")
    dovecot.deliver(USER, report(2, own=False), "2.a")
    assert visit(settings_of(dovecot), url) == 2, dovecot.log
    assert visit(settings_of(dovecot), url) == 0
    assert dovecot.mails(USER) == []
    assert dovecot.mails(USER, "Done") == [report(1)]
    assert dovecot.mails(USER, "Refused") == [report(2, own=False)]
    assert stored(url) == [
        ("accepted", "reader@reporter.example", "abuse@example-host.jp", 0),
        ("rejected", "reader@reporter.example", "abuse@example-host.jp", 0),
    ]


@pytest.mark.parametrize("tls", [MailboxTls.IMPLICIT, MailboxTls.STARTTLS])
def test_tls_is_spoken_and_the_certificate_is_checked(dovecot: Dovecot, url: str, tls: MailboxTls) -> None:
    dovecot.deliver(USER, report(1), "1.a")
    port = dovecot.tls_port if tls is MailboxTls.IMPLICIT else dovecot.port
    with pytest.raises(BoxAway):
        visit(settings_of(dovecot, tls=tls, port=port), url)
    assert visit(settings_of(dovecot, tls=tls, port=port, tls_ca=str(dovecot.ca)), url) == 1, dovecot.log


def test_folders_may_have_any_name_and_are_made(dovecot: Dovecot, url: str) -> None:
    dovecot.deliver(USER, report(1), "1.a")
    assert visit(settings_of(dovecot, done_folder='処理済み & "done"'), url) == 1, dovecot.log
    assert dovecot.mails(USER) == []


def test_what_is_too_large_is_set_aside_and_the_others_are_taken(dovecot: Dovecot, url: str) -> None:
    dovecot.deliver(USER, report(1) + b"x" * 100_000, "1.a")
    dovecot.deliver(USER, report(2), "2.a")
    settings = replace(settings_of(dovecot), smtp=Smtp(max_message_bytes=50_000))
    assert visit(settings, url) == 1, dovecot.log
    assert len(dovecot.mails(USER, "Refused")) == 1
    assert len(stored(url)) == 1


def test_a_wrong_password_or_a_server_that_is_away_is_said_and_nothing_else(dovecot: Dovecot, url: str) -> None:
    settings = settings_of(dovecot)
    (dovecot.folder / "password").write_text("wrong")
    for changed in (settings, replace(settings, mailbox=replace(settings.mailbox, port=9))):
        with pytest.raises(BoxAway) as caught:
            visit(changed, url)
        assert "wrong" not in str(caught.value)


def test_a_server_without_move_is_copied_and_expunged(folder: Path, url: str) -> None:
    with running_dovecot(folder, more="imap_capability = IMAP4rev1 UIDPLUS LITERAL+") as dovecot:
        for number in range(3):
            dovecot.deliver(USER, report(number), f"{number}.a")
        assert visit(settings_of(dovecot), url) == 3, dovecot.log
        assert dovecot.mails(USER) == []
        assert len(dovecot.mails(USER, "Done")) == 3


class _TokenInfo(BaseHTTPRequestHandler):
    """Knows one token."""

    def do_GET(self) -> None:
        is_known = self.path.endswith("token=good")
        body = json.dumps({"user": USER} if is_known else {"error": "unknown"}).encode()
        self.send_response(200 if is_known else 401)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def test_an_oauth_token_is_shown_where_a_command_prints_one(folder: Path, url: str) -> None:
    server = HTTPServer(("127.0.0.1", 0), _TokenInfo)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        with running_dovecot(folder, tokeninfo=server.server_port) as dovecot:
            dovecot.deliver(USER, report(1), "1.a")
            with pytest.raises(BoxAway):
                visit(settings_of(dovecot, token_command=("echo", "bad")), url)
            with pytest.raises(BoxAway, match="token_command"):
                visit(settings_of(dovecot, token_command=("false",)), url)
            assert visit(settings_of(dovecot, token_command=("echo", "good")), url) == 1, dovecot.log
    finally:
        server.shutdown()
        server.server_close()
        serving.join()


# A child that dies at its n-th step, a step being what is about to be sent to the server, or has just been, or a commit.
_KILLED = """
import imaplib, os, sys
from pathlib import Path
from tests.operators import test_mailbox as t
from tests.operators.dovecot import Dovecot
import storage.recording, storage.writer
folder, port, url = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
dovecot = Dovecot(folder, port, 0)

def child(stop):
    steps = [0]
    def step():
        steps[0] += 1
        if steps[0] == stop:
            os._exit(9)
    send, record = imaplib.IMAP4.send, storage.writer.record_group
    def stepped(self, data):
        step()
        send(self, data)
        step()
    def recorded(*given):
        step()
        done = record(*given)
        step()
        return done
    imaplib.IMAP4.send, storage.writer.record_group = stepped, recorded
    t.visit(t.settings_of(dovecot), url)
    os._exit(0)

for stop in range(1, 200):
    dovecot.deliver(t.USER, t.report(stop, own=stop % 3 > 0), f"{stop}.a")
    process = os.fork() or child(stop)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    assert code in (0, 9), code
    if code == 0:
        print(stop)
        break
"""


def test_killed_at_every_step_nothing_is_lost_and_nothing_is_stored_twice(dovecot: Dovecot, url: str) -> None:
    command = [sys.executable, "-c", _KILLED, str(dovecot.folder), str(dovecot.port), url]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
    assert done.returncode == 0, done.stderr
    count = int(done.stdout)
    assert count > 12, "login, select, search, two fetches, a commit and a move"
    visit(settings_of(dovecot), url)
    assert dovecot.mails(USER) == []
    moved = dovecot.mails(USER, "Done") + dovecot.mails(USER, "Refused")
    assert sorted(moved) == sorted(report(number, own=number % 3 > 0) for number in range(1, count + 1))
    assert len(stored(url)) == count


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for part in ("new", "cur", "tmp"):
        (tmp_path / "box" / part).mkdir(parents=True)
    return tmp_path / "box"


def test_a_maildir_is_watched_and_its_mails_are_moved_by_their_verdict(maildir: Path, url: str) -> None:
    (maildir / "new" / "1.a").write_bytes(report(1))
    (maildir / "cur" / "2.a:2,S").write_bytes(report(2, own=False))
    (maildir / "tmp" / "3.a").write_bytes(report(3))
    settings = Settings(mailbox=MailboxSettings(maildir=str(maildir)))
    assert visit(settings, url) == 2
    assert [verdict for verdict, *_ in stored(url)] == ["accepted", "rejected"]
    assert (maildir / ".Done" / "cur" / "1.a").read_bytes() == report(1)
    assert (maildir / ".Refused" / "cur" / "2.a:2,S").exists()
    assert (maildir / "tmp" / "3.a").exists()
    assert visit(settings, url) == 0


def test_a_mail_that_was_stored_and_not_moved_is_a_repeat(maildir: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (maildir / "new" / "1.a").write_bytes(report(1))
    settings = Settings(mailbox=MailboxSettings(maildir=str(maildir)))

    def refuse(*_: object) -> None:
        raise BoxAway("no")

    with monkeypatch.context() as patched:
        patched.setattr("intake.maildir_box.MaildirBox.move", refuse)
        with pytest.raises(BoxAway):
            visit(settings, url)
    assert visit(settings, url) == 1
    assert [repeats for *_, repeats in stored(url)] == [1]


def test_a_maildir_that_is_not_there_is_said(tmp_path: Path, url: str) -> None:
    with pytest.raises(BoxAway):
        visit(Settings(mailbox=MailboxSettings(maildir=str(tmp_path / "nowhere"))), url)


@pytest.mark.parametrize(
    "changes,said",
    [({"tls": MailboxTls.NONE, "password_file": "p"}, "mailbox.tls"), ({}, "mailbox.password_file")],
)
def test_settings_that_cannot_work_are_refused_at_the_start(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        boxes_of(Settings(mailbox=replace(MailboxSettings(host="imap.example.com", user="a"), **changes)))


@pytest.mark.parametrize(
    "written,sender", [(b"<>", ""), (b"<a b@example.com>", ""), (b"a@example.com", "a@example.com"), (b"<\x00>", ""), (b"x" * 999, "")]
)
def test_an_envelope_that_is_none_is_left_empty(written: bytes, sender: str) -> None:
    mail = b"Return-Path: " + written + b"\r\nSubject: x\r\n\r\n"
    assert submission_of(mail, "1", Limits()).envelope.mail_from == sender


def test_the_service_watches_by_itself(maildir: Path, config: Path) -> None:
    with config.open("a") as file:
        file.write(f'[mailbox]\nmaildir = "{maildir}"\nevery_s = 0.2\n')
    (maildir / "new" / "1.a").write_bytes(HEADER + FORWARDED + OWN % (1, 1))
    with serving(config):
        wait_until(lambda: (maildir / ".Done" / "cur" / "1.a").exists())
        (maildir / "new" / "2.a").write_bytes(HEADER + FORWARDED + FOREIGN % (2, 2))
        wait_until(lambda: (maildir / ".Refused" / "cur" / "2.a").exists())
    assert [verdict for verdict, *_ in stored(f"sqlite:///{config.parent}/abusedesk.db")] == ["accepted", "rejected"]
