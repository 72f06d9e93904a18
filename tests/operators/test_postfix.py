"""The recipes for Postfix, in front of the real service: reports arrive, and refusals come back as Postfix's own bounce."""

import os
import re
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.engine import open_engine, reading
from storage.migrations import upgrade
from storage.tables import SUBMISSION
from tests.notices.smarthost_server import SmarthostServer, smarthost_server
from tests.notices.test_correspondent import report
from tests.operators.postfix import Postfix, free_port, is_installed, running_postfix

ROOT = Path(__file__).parents[2]
RECIPES = ROOT / "docs" / "operators" / "postfix"
CONFIG = """\
[network]
prefixes = ["203.0.113.0/24"]
routable = ["203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24"]
[receivers]
trusted = ["mx.example-host.jp", "mx.reporter.example"]
[lookups]
dns = false
rdap = false
[workers]
count = 1
[policy]
desk_addresses = ["abuse@example-host.jp"]
[storage]
url = "sqlite:///{folder}/store/abusedesk.db"
[web]
listen = "127.0.0.1:0"
[smtp]
listen = ["127.0.0.1:{port}"]
lmtp_socket = "{folder}/lmtp.sock"
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that Postfix' users may enter, which pytest's own are not."""
    if not is_installed():
        complaint = "Postfix is not installed, or this is not root: apt-get install -y postfix"
        pytest.fail(complaint) if os.environ.get("CI") == "true" else pytest.skip(complaint)
    path = Path(tempfile.mkdtemp(prefix="abusedesk-postfix-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def reporter() -> Iterator[SmarthostServer]:
    """The reporter's own mail server, to which bounces go."""
    with smarthost_server() as running:
        yield running


@pytest.fixture
def config(folder: Path) -> Path:
    (folder / "store").mkdir()
    (folder / "store").chmod(0o777)
    upgrade(f"sqlite:///{folder}/store/abusedesk.db")
    for path in (folder / "store").iterdir():
        path.chmod(0o666)
    path = folder / "abusedesk.toml"
    path.write_text(CONFIG.format(folder=folder, port=free_port()))
    return path


@contextmanager
def serving(config: Path) -> Iterator[str]:
    """The service as a process; gives its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "intake.cli", "serve", "--config", str(config)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"SMTP on 127\.0\.0\.1:(\d+)", line)
    try:
        assert found, line + str(process.stderr.read() if process.stderr else "")
        (config.parent / "lmtp.sock").chmod(0o666)
        yield found[1]
    finally:
        process.terminate()
        process.communicate(timeout=60)


def recipe(name: str, **places: str) -> str:
    """A recipe's file, with the places of this machine in it."""
    text = (RECIPES / name).read_text("utf-8")
    for written, here in places.items():
        assert SPELLED[written] in text
        text = text.replace(SPELLED[written], here)
    return text


SPELLED = {
    "port": "8025",
    "socket": "/run/abusedesk/lmtp.sock",
    "user": "user=abusedesk",
    "command": "/usr/bin/abusedesk",
    "config": "/etc/abusedesk/abusedesk.toml",
}


def command_for_nobody(folder: Path) -> str:
    """The command as a user other than root can start it."""
    python = Path(sys.executable).resolve()
    root, packages = homes_for_nobody(folder)
    if root == ROOT and may_enter(python):
        return f"/usr/bin/env PYTHONPATH={ROOT} {sys.executable} -m intake.cli"
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    system = python if may_enter(python) else Path(f"/usr/bin/python{version}")
    if not system.exists():
        pytest.skip(f"only root may start {python}, and there is no {system}")
    return f"/usr/bin/env PYTHONDONTWRITEBYTECODE=1 PYTHONPATH={root}:{packages} {system} -m intake.cli"


def may_enter(path: Path) -> bool:
    """Whether anybody may reach a path."""
    return all(one.stat().st_mode & 0o001 for one in path.parents)


def homes_for_nobody(folder: Path) -> tuple[Path, Path]:
    """The project and its libraries where anybody may read them: as they lie, else copied into the folder."""
    packages = Path(next(path for path in sys.path if path.endswith("site-packages")))
    if may_enter(ROOT / "README.md") and may_enter(packages / "pip"):
        return ROOT, packages
    home = folder / "home"
    home.mkdir()
    for floor in ("config", "parsers", "routing", "storage", "notices", "review", "intake"):
        shutil.copytree(ROOT / floor, home / floor)
    shutil.copytree(packages, home / "packages")
    return home, home / "packages"


def send(postfix: Postfix, raw: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", postfix.port, timeout=30) as smtp:
        assert smtp.sendmail("you@reporter.example", ["abuse@example-host.jp"], raw) == {}


def stored(config: Path) -> list[tuple[str, str, str]]:
    """Reason, envelope sender and recipient of each submission."""
    engine = open_engine(f"sqlite:///{config.parent}/store/abusedesk.db")
    with reading(engine) as connection:
        rows = connection.execute(select(SUBMISSION.c.reason, SUBMISSION.c.mail_from, SUBMISSION.c.rcpt_to).order_by(SUBMISSION.c.id)).all()
    engine.dispose()
    return [(row.reason, row.mail_from, row.rcpt_to) for row in rows]


def ends_as_it_should(postfix: Postfix, config: Path, reporter: SmarthostServer) -> None:
    """An accepted report goes through; a refused one comes back as a bounce with our words."""
    send(postfix, report(ip="203.0.113.9", number=1))
    send(postfix, report(ip="198.51.100.7", number=2))
    for _ in range(600):
        if reporter.taken and len(stored(config)) == 2:
            break
        time.sleep(0.05)
    assert sorted(stored(config)) == [
        ("out-of-network", "you@reporter.example", "abuse@example-host.jp"),
        ("sender-in-network", "you@reporter.example", "abuse@example-host.jp"),
    ], postfix.log
    assert len(reporter.taken) == 1, postfix.log
    (bounce,) = reporter.taken
    assert bounce.rcpt_to == ["you@reporter.example"]
    message = message_from_bytes(bounce.raw)
    assert "<MAILER-DAEMON@mx.example-host.jp>" in message["From"]
    assert message.get_content_type() == "multipart/report"
    words = " ".join(message.get_payload(0).get_payload(decode=True).decode().split())  # type: ignore[union-attr]
    assert "[out-of-network]" in words
    assert "198.51.100.7 is not under our management" in words
    assert "Action: failed" in bounce.raw.decode("latin-1")
    assert "5.7.1" in bounce.raw.decode("latin-1")


def test_abuse_is_delivered_by_smtp(folder: Path, config: Path, reporter: SmarthostServer) -> None:
    with serving(config) as port:
        main = recipe("smtp.cf", port=port)
        with running_postfix(folder, bounces=reporter.address.port, main=main) as postfix:
            ends_as_it_should(postfix, config, reporter)


def test_abuse_is_delivered_by_lmtp(folder: Path, config: Path, reporter: SmarthostServer) -> None:
    with serving(config):
        main = recipe("lmtp.cf", socket=f"{folder}/lmtp.sock")
        with running_postfix(folder, bounces=reporter.address.port, main=main) as postfix:
            ends_as_it_should(postfix, config, reporter)


def test_abuse_is_delivered_through_a_pipe(folder: Path, config: Path, reporter: SmarthostServer) -> None:
    master = recipe("pipe.master.cf", user="user=nobody", command=command_for_nobody(folder), config=str(config))
    with running_postfix(folder, bounces=reporter.address.port, main=recipe("pipe.cf"), master=master) as postfix:
        ends_as_it_should(postfix, config, reporter)


def test_what_comes_while_the_service_is_down_is_kept_by_postfix(folder: Path, config: Path, reporter: SmarthostServer) -> None:
    port = re.search(r"127\.0\.0\.1:(\d+)", config.read_text().partition("[smtp]")[2])
    assert port
    with running_postfix(folder, bounces=reporter.address.port, main=recipe("smtp.cf", port=port[1])) as postfix:
        send(postfix, report(ip="203.0.113.9"))
        time.sleep(0.5)
        assert stored(config) == []
        with serving(config):
            for _ in range(600):
                if stored(config):
                    break
                time.sleep(0.05)
            assert [reason for reason, *_ in stored(config)] == ["sender-in-network"], postfix.log
        assert reporter.taken == []
