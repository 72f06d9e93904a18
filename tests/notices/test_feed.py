"""Other systems read verdicts from any number on; XARF says what it can, and what it cannot."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import xarf
from sqlalchemy import delete

from notices.told import decided_after, told_of
from notices.xarf_out import express
from storage.engine import reading, writing
from storage.queries import show_submission
from storage.tables import EXPLANATION
from tests.notices.desks import Desk, desk
from tests.notices.smarthost_server import SmarthostServer
from tests.notices.test_correspondent import CLAIM, report

CONTACT = {"contact": "abuse@example-host.jp", "organisation": "Example Host"}
MALWARE = (
    b"From: You <you@reporter.example>\r\nTo: abuse@example-host.jp\r\nSubject: malware\r\nMessage-ID: <m@reporter.example>\r\n\r\n"
    b"Category: malware\r\nURL: http://203.0.113.9/evil.exe\r\nProblem: a trojan is offered for download at this address\r\n"
)


@pytest.fixture
def here(url: str) -> Iterator[Desk]:
    with desk(url, SmarthostServer()) as running:
        yield running


def expressed(here: Desk, raw: bytes) -> tuple[object, str]:
    recorded = here.take(raw)
    with reading(here.engine) as connection:
        whole = show_submission(connection, recorded.reference)
    assert whole is not None
    found = express(whole, **CONTACT)
    if found.report is not None:
        assert xarf.parse(dict(found.report)).errors == []
    return found.report, " ".join(found.why)


def test_a_page_with_malware_is_expressed_and_the_reporter_is_not_named(here: Desk) -> None:
    report_, lacks = expressed(here, MALWARE)
    assert isinstance(report_, dict)
    assert (report_["category"], report_["type"], report_["url"]) == ("content", "malware", "http://203.0.113.9/evil.exe")
    assert "reporter.example" not in json.dumps(report_)
    assert "'malware_family' is a required property" in lacks  # what strict readers will miss, and nobody made up


def test_a_copyright_claim_is_expressed(here: Desk) -> None:
    report_, _ = expressed(here, CLAIM)
    assert isinstance(report_, dict)
    assert report_["infringing_url"] == "http://203.0.113.9/pictures/1.jpg"
    assert "Hanako" not in json.dumps(report_)


def test_spam_without_the_senders_port_cannot_be_expressed_and_says_so(here: Desk) -> None:
    report_, why = expressed(here, report(ip="203.0.113.9"))
    assert report_ is None
    assert why == "'source_port' is a required property"


def test_what_was_refused_is_not_expressed(here: Desk) -> None:
    assert expressed(here, report()) == (None, "it was not accepted")


def test_what_was_erased_is_not_expressed(here: Desk) -> None:
    recorded = here.take(MALWARE)
    with writing(here.engine) as connection:
        connection.execute(delete(EXPLANATION))
    with reading(here.engine) as connection:
        whole = show_submission(connection, recorded.reference)
    assert whole is not None
    assert express(whole, **CONTACT).why == ("what was reported has been erased",)


def test_the_feed_goes_on_from_a_number(here: Desk) -> None:
    for number in range(3):
        here.take(report(number=number))
    with reading(here.engine) as connection:
        told = [told_of(connection, number) for number in decided_after(connection, 1)]
    assert [one["number"] for one in told] == [2, 3]
    assert {one["accused"][0] for one in told} == {"198.51.100.7"}


def test_the_command_prints_one_object_a_line(here: Desk, url: str, tmp_path: Path) -> None:
    here.take(report())
    here.take(MALWARE)
    config = tmp_path / "abusedesk.toml"
    config.write_text(f'[storage]\nurl = "{url}"\n[policy]\ndesk_addresses = ["abuse@example-host.jp"]\n')
    lines = {}
    for name in ("json", "xarf"):
        command = [sys.executable, "-m", "intake.cli", "feed", "--format", name, "--config", str(config)]
        lines[name] = [json.loads(line) for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()]
    assert [one["verdict"] for one in lines["json"]] == ["rejected", "accepted"]
    assert [one["xarf"]["type"] for one in lines["xarf"]] == ["malware"]
