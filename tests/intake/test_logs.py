"""The log: one event, one line of JSON; no control byte and no mail in it, whatever a client or a mail puts there."""

import io
import json
import logging
import smtplib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.logs import JsonLines
from tests.notices.test_correspondent import report
from tests.operators.postfix import free_port

ROOT = Path(__file__).parents[2]
HOSTILE = (
    "x\r\nforged: line",
    '{"level": "error"}\n',
    "\x00\x07\x1b[31m",
    "\u202egnp.exe",
    "\u2028\x85\x0b\x0c",
    "\ud800",
    "\x7f\x9b",
    "a" * 100_000,
)


def logged(message: object, *arguments: object, **extra: object) -> str:
    """What one event writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    log = logging.Logger("room")
    log.addHandler(handler)
    log.error(message, *arguments, **extra)  # type: ignore[arg-type]
    return stream.getvalue()


def is_one_clean_line(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith("\n") and all(" " <= letter <= "~" for letter in text[:-1])


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_one_event_is_one_line_whatever_is_in_it(hostile: str) -> None:
    for text in (logged("%s said %r", hostile, hostile), logged(hostile.replace("%", "%%"))):
        assert is_one_clean_line(text)
        assert json.loads(text)["level"] == "error"
    assert json.loads(logged("%s", hostile))["event"] == hostile


@given(st.text())
def test_any_text_is_one_line_and_comes_back_as_it_was(text: str) -> None:
    written = logged("%s", text)
    assert is_one_clean_line(written)
    assert json.loads(written)["event"] == text


def test_an_exception_is_in_the_line_of_its_event() -> None:
    try:
        raise ValueError("x\r\ny\x1b")
    except ValueError:
        text = logged("it failed", exc_info=True)
    assert is_one_clean_line(text)
    assert "ValueError" in json.loads(text)["error"]


CONFIG = """\
[network]
prefixes = ["203.0.113.0/24"]
[lookups]
dns = false
[workers]
count = 1
[storage]
url = "sqlite:///{folder}/abusedesk.db"
[web]
listen = "127.0.0.1:0"
[smtp]
listen = ["127.0.0.1:{port}"]
"""


def test_the_running_service_logs_no_mail_and_no_control_byte(tmp_path: Path) -> None:
    """Mails, broken commands and a client that goes away; then every line of the log is looked at."""
    port = free_port()
    (tmp_path / "abusedesk.toml").write_text(CONFIG.format(folder=tmp_path, port=port))
    command = [sys.executable, "-m", "intake.cli", "serve", "--config", str(tmp_path / "abusedesk.toml")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert "SMTP on" in process.stdout.readline()
        for number in range(3):
            with smtplib.SMTP("127.0.0.1", port, timeout=30) as smtp:
                try:
                    smtp.sendmail("you@reporter.example", ["abuse@example-host.jp"], report(number=number, said="SECRET-WORDS \x1b[31m"))
                except smtplib.SMTPDataError:
                    pass  # a refusal
                smtp.docmd("HELO\x1b[31m x\x00y")
                smtp.docmd("MAIL FROM:<\x07@\x1b>")
                smtp.docmd("NONSENSE", "SECRET-WORDS")
    finally:
        process.terminate()
        _, log = process.communicate(timeout=60)
    for line in log.splitlines():
        assert {"time", "level", "room", "event"} <= json.loads(line).keys(), line
        assert is_one_clean_line(line + "\n")
        assert "SECRET-WORDS" not in line
        assert "Buy now" not in line
