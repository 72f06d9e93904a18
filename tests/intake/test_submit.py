"""`abusedesk submit`: what it prints and how it exits."""

import contextlib
import io
import json
import os
import pty
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from intake.cli import main

OWN = b"""\
Received: from own.example-host.jp (own.example-host.jp [203.0.113.9]) by mx.reporter.example with ESMTP id 1;
 Mon, 3 Aug 2026 00:00:00 +0000
From: spammer@example-host.jp
To: reader@reporter.example
Subject: cheap %d
Message-ID: <%d@example-host.jp>

Buy now.
"""
FOREIGN = OWN.replace(b"203.0.113.9", b"198.51.100.9").replace(b"example-host.jp", b"elsewhere.example")


@dataclass
class Done:
    code: int
    out: str
    err: str


class Submit(Protocol):
    def __call__(self, *arguments: str, stdin: bytes = b"", **environment: str) -> Done: ...


@pytest.fixture
def submit(config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Submit:
    """The command, run in this process."""

    def run(*arguments: str, stdin: bytes = b"", **environment: str) -> Done:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        code = main(["submit", "--config", str(config), *arguments])
        heard = capsys.readouterr()
        return Done(code, str(heard.out), str(heard.err))

    return run


def stored(config: Path) -> list[tuple[str | None, str, int]]:
    with sqlite3.connect(config.with_name("abusedesk.db")) as connection:
        return connection.execute("select verdict, mail_from, repeats from submission order by id").fetchall()


def test_a_mail_from_a_pipe_is_recorded_whatever_the_verdict(submit: Submit, config: Path) -> None:
    accepted, rejected = submit("-", stdin=OWN % (1, 1)), submit(stdin=FOREIGN % (2, 2))
    assert (accepted.code, rejected.code) == (0, 0)
    assert accepted.out.startswith("2.0.0 [sender-in-network]")
    assert rejected.out.startswith("5.7.1 [out-of-network]")
    assert [row[0] for row in stored(config)] == ["accepted", "rejected"]


def test_a_refusal_bounces_where_it_is_to(submit: Submit) -> None:
    done = submit("--on-reject", "bounce", stdin=FOREIGN % (1, 1))
    assert (done.code, done.out[:5]) == (77, "5.7.1")
    assert submit("--on-reject", "bounce", stdin=OWN % (1, 1)).code == 0


def test_the_mail_server_s_envelope_is_kept_and_its_line_is_not(submit: Submit, config: Path) -> None:
    for minute in (1, 2):
        line = b"From bounce@reporter.example Mon Aug  3 00:0%d:00 2026\n" % minute
        assert submit(stdin=line + OWN % (1, 1), RECIPIENT="abuse@example-host.jp").code == 0
    assert stored(config) == [("accepted", "bounce@reporter.example", 1)]


@pytest.mark.parametrize("noise", [os.urandom(1_000_000), b"", b"just text\n"])
def test_what_is_no_mail_is_65(submit: Submit, noise: bytes) -> None:
    assert submit(stdin=noise).code == 65


def test_a_file_that_is_not_there_is_66_and_the_others_are_taken(submit: Submit, config: Path, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(OWN % (1, 1))
    done = submit(str(tmp_path / "missing.eml"), str(tmp_path / "one.eml"))
    assert done.code == 66
    assert "missing.eml" in done.err
    assert len(stored(config)) == 1


def test_a_broken_configuration_is_78_with_file_key_and_line(submit: Submit, config: Path) -> None:
    config.write_text(config.read_text() + "max_errors = 0\n")
    done = submit(stdin=OWN % (1, 1))
    assert done.code == 78
    assert f"{config}: smtp.max_errors" in done.err
    assert "(line " in done.err


def test_a_store_that_is_locked_is_75(submit: Submit, config: Path) -> None:
    with sqlite3.connect(config.with_name("abusedesk.db")) as connection:
        connection.execute("begin exclusive")
        assert submit(stdin=OWN % (1, 1)).code == 75
    assert submit(stdin=OWN % (1, 1)).code == 0


def test_a_store_that_cannot_be_written_is_75(submit: Submit, config: Path, tmp_path: Path) -> None:
    config.write_text(config.read_text().replace(f"{tmp_path}/abusedesk.db", f"{tmp_path}/abusedesk.toml/abusedesk.db"))
    assert submit(stdin=OWN % (1, 1)).code == 75


def test_few_mails_are_a_line_each(submit: Submit, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(OWN % (1, 1))
    (tmp_path / "b.eml").write_bytes(FOREIGN % (2, 2))
    done = submit(str(tmp_path / "a.eml"), str(tmp_path / "b.eml"))
    first, second = (line.split() for line in done.out.splitlines())
    assert (first[1:], second[1:]) == (
        ["accepted", "sender-in-network", str(tmp_path / "a.eml")],
        ["rejected", "out-of-network", str(tmp_path / "b.eml")],
    )
    assert (first[0][0], second[0][0]) == ("C", "R")


def test_many_mails_go_to_the_workers_and_come_back_in_order(submit: Submit, config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number:02}.eml").write_bytes((OWN, FOREIGN)[number % 2] % (number, number))
    (folder / "notes.bin").write_bytes(b"\0\1\2")
    done = submit("--json", str(folder))
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 0
    assert [Path(line["input"]).name for line in lines] == [f"{number:02}.eml" for number in range(30)]
    assert [line["verdict"] for line in lines[:2]] == ["accepted", "rejected"]
    assert lines[0]["accused"] == ["203.0.113.9"]
    assert len(stored(config)) == 30


@pytest.mark.parametrize("sink, code", [("/dev/full", 74), ("a closed pipe", 0)])
def test_a_mail_whose_answer_nobody_can_read_is_recorded(config: Path, sink: str, code: int) -> None:
    if sink == "/dev/full":
        writing = os.open(sink, os.O_WRONLY)
    else:
        reading, writing = os.pipe()
        os.close(reading)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "intake.cli", "submit", "--config", str(config)]
    done = subprocess.run(command, input=OWN % (1, 1), env=environment, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, b"Traceback" in done.stderr) == (code, False)
    assert len(stored(config)) == 1


def test_a_bar_is_shown_where_someone_watches(config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.eml").write_bytes((OWN, FOREIGN)[number % 2] % (number, number))
    ours, theirs = pty.openpty()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm", "COLUMNS": "100"}
    command = [sys.executable, "-m", "intake.cli", "submit", "--config", str(config), str(folder)]
    with subprocess.Popen(command, env=environment, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # the terminal is gone with the process
            while chunk := os.read(ours, 65_536):
                shown += chunk
    os.close(ours)
    assert process.returncode == 0
    assert b"12 mails" in shown
    assert b"6  accepted  sender-in-network" in shown


_PIPE = """
import sys
from intake.cli import main
code = main(["submit", "--config", sys.argv[1], "-"])
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(code)
"""


def test_a_pipe_of_its_own_needs_none_of_the_heavy_libraries(config: Path) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", _PIPE, str(config)]
    done = subprocess.run(command, input=OWN % (1, 1), env=environment, capture_output=True, check=True)
    assert done.stdout.startswith(b"2.0.0 [sender-in-network]")
    loaded = set(done.stderr.decode().split())
    assert not loaded & {"aiosmtpd", "dns", "rich", "sqlalchemy", "sqlmodel", "pydantic", "alembic", "uvicorn", "starlette"}
