"""Reporters and contractors are told what the policy says, once, and nobody else is told anything."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import dkim
import pytest

from config.errors import ConfigError
from config.sections import LookupSettings
from faults.rdap_server import rdap_server, says
from notices.ordering import order_letters
from notices.registries import Registries
from parsers.submission import Door
from storage.audit import Act
from storage.cases import advance_case
from storage.engine import writing
from storage.workflow import CaseState
from tests.notices import registry_answers
from tests.notices.desks import NOON, POLICY, SETTINGS, Desk, desk
from tests.notices.smarthost_server import SmarthostServer, Taken, smarthost_server
from tests.routing.test_signatures import RSA_PRIVATE, RSA_RECORD


def report(*, ip: str = "198.51.100.7", number: int = 1, extra: str = "", said: str = "Please look at this spam.") -> bytes:
    spam = (
        f"Received: from mail.sender.example ([{ip}]) by mx.reporter.example with ESMTP id 1; Mon, 3 Aug 2026 09:00:00 +0900\r\n"
        f"From: seller@sender.example\r\nSubject: buy {number}\r\nMessage-ID: <{number}@sender.example>\r\n\r\nBuy now!\r\n"
    )
    return (
        "From: You <you@reporter.example>\r\nTo: abuse@example-host.jp\r\nSubject: spam\r\n"
        f"Message-ID: <r{number}@reporter.example>\r\n{extra}"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{said}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{spam}--b--\r\n"
    ).encode()


CLAIM = (
    b"From: Hanako Rightsholder <hanako@reporter.example>\r\nTo: abuse@example-host.jp\r\n"
    b"Subject: copyright\r\nMessage-ID: <c@reporter.example>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Category: copyright\r\nURL: http://203.0.113.9/pictures/1.jpg\r\nProof of rights: I took it, see my album of 2020\r\n"
    b"Comments to forward: The picture was taken by Hanako Rightsholder (hanako@reporter.example). Please remove it.\r\n"
    b"Name: Hanako Rightsholder, 1-2-3 Chiyoda\r\n"
)


@pytest.fixture
def smarthost() -> Iterator[SmarthostServer]:
    with smarthost_server() as running:
        yield running


@pytest.fixture
def here(url: str, smarthost: SmarthostServer) -> Iterator[Desk]:
    with desk(url, smarthost) as running:
        yield running


def read(taken: Taken) -> EmailMessage:
    message = message_from_bytes(taken.raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_refusal_is_told_with_the_fields_that_stop_machines(here: Desk, smarthost: SmarthostServer) -> None:
    recorded = here.take(report())
    here.work()
    (taken,) = smarthost.taken
    letter = read(taken)
    assert (taken.mail_from, taken.rcpt_to) == ("<>", ["you@reporter.example"])
    assert letter["Auto-Submitted"] == "auto-replied"
    assert letter["In-Reply-To"] == letter["References"] == "<r1@reporter.example>"
    assert letter["Subject"] == f"Your report was not accepted [{recorded.reference}]"
    assert "198.51.100.7 is not under our management" in letter.get_content()
    assert "Buy now" not in letter.get_content()


def test_an_acknowledgement_names_the_case(here: Desk, smarthost: SmarthostServer) -> None:
    recorded = here.take(report(ip="203.0.113.9"))
    here.work()
    assert recorded.case_reference
    assert recorded.case_reference in read(smarthost.taken[0])["Subject"]


def test_japanese_is_answered_in_japanese(here: Desk, smarthost: SmarthostServer) -> None:
    here.take(report(said="迷惑メールを受け取りましたので、ご確認をお願いいたします。"))
    here.work()
    letter = read(smarthost.taken[0])
    assert letter["Subject"].startswith("ご通報をお受けできませんでした")
    assert "受付番号" in letter.get_content()


def test_a_refusal_names_the_network_that_a_registry_names(url: str, smarthost: SmarthostServer) -> None:
    with rdap_server(says(registry_answers.arin())) as server:
        registries = Registries(LookupSettings(whois=False, rdap_server=server.url), POLICY)
        with desk(url, smarthost, registries=registries) as here:
            here.take(report())
            here.work()
        registries.close()
    assert "please report to abuse@other-host.example" in read(smarthost.taken[0]).get_content()


@pytest.mark.parametrize(
    "extra, sender, because",
    [
        ("", "", "the null sender"),
        ("Auto-Submitted: auto-replied\r\n", "you@reporter.example", ""),
        ("Precedence: bulk\r\n", "you@reporter.example", ""),
        ("List-Id: <x.reporter.example>\r\n", "you@reporter.example", ""),
        ("", "MAILER-DAEMON@reporter.example", ""),
        ("", "abuse@example-host.jp", "the address is our own"),
        ("", "you@nobody.example", "neither SPF nor DKIM vouches for the sender"),
        ("", "you@[192.0.2.1]", "the address is not fit to be written to"),
        ("", '"a b"@reporter.example', "the address is not fit to be written to"),
    ],
)
def test_nobody_else_is_written_to(here: Desk, smarthost: SmarthostServer, extra: str, sender: str, because: str) -> None:
    here.take(report(extra=extra), sender=sender)
    here.work()
    assert smarthost.taken == []
    assert [one["because"] for one in here.kept()] == ([because] if because else [])


def test_whoever_is_vouched_for_is_written_to(here: Desk, smarthost: SmarthostServer) -> None:
    here.vouching.genuine.add("you@other.example")
    here.take(report(), sender="you@other.example")
    here.work()
    assert [one.rcpt_to for one in smarthost.taken] == [["you@other.example"]]


def test_what_the_door_has_told_is_not_told_again(here: Desk, smarthost: SmarthostServer) -> None:
    here.take(report(), door=Door.SMTP)
    here.work()
    assert smarthost.taken == []
    assert here.kept()[0]["because"] == "the answer at the door said it all"


def test_an_address_is_written_to_once_a_day(here: Desk, smarthost: SmarthostServer) -> None:
    for number in range(3):
        here.take(report(number=number))
        here.work(after=timedelta(hours=1))
    assert len(smarthost.taken) == 1
    here.take(report(number=9))
    here.work(after=timedelta(hours=24))
    assert len(smarthost.taken) == 2


def test_two_desks_that_face_each_other_stop_after_one_letter(url: str, tmp_path: Path, smarthost: SmarthostServer) -> None:
    other_url = f"sqlite:///{tmp_path}/other.db"
    (tmp_path / "other.db").write_bytes((tmp_path / "store.db").read_bytes())
    with desk(url, smarthost) as one, desk(other_url, smarthost) as other:
        one.take(report(), sender="abuse@reporter.example")
        one.work()
        (letter,) = smarthost.taken
        other.take(letter.raw, sender="", door=Door.SMTP)
        other.work()
    assert len(smarthost.taken) == 1


def test_a_smarthost_that_is_away_for_an_hour_loses_nothing(here: Desk, smarthost: SmarthostServer) -> None:
    smarthost.answers = ["451 4.3.0 later"] * 5
    here.take(report())
    assert here.work().put_off == 1
    for _ in range(60):
        here.work(after=timedelta(minutes=1))
    assert len(smarthost.taken) == 1
    assert smarthost.answers == []
    assert here.kept()[0]["state"] == "sent"


def test_a_smarthost_that_cannot_be_reached_is_tried_again(url: str, smarthost: SmarthostServer) -> None:
    from config.values import Endpoint

    there, smarthost.address = smarthost.address, Endpoint("127.0.0.1", 1)
    with desk(url, smarthost) as here:
        here.take(report())
        assert here.work().put_off == 1
    smarthost.address = there
    with desk(url, smarthost) as again:
        assert again.work(after=timedelta(minutes=2)).done == 1
    assert len(smarthost.taken) == 1


def test_what_is_refused_for_good_is_a_dead_letter(here: Desk, smarthost: SmarthostServer) -> None:
    smarthost.answers = ["550 5.1.1 no such user"]
    here.take(report())
    here.work()
    here.work(after=timedelta(days=1))
    assert (smarthost.taken, here.kept()[0]["state"], here.kept()[0]["because"]) == ([], "dead", "550 5.1.1 no such user")


def test_after_five_days_a_letter_is_dead(here: Desk, smarthost: SmarthostServer) -> None:
    smarthost.answers = ["451 4.3.0 later"] * 100
    here.take(report())
    for _ in range(40):
        here.work(after=timedelta(hours=4))
    assert here.kept()[0]["state"] == "dead"


def test_the_contractor_sees_nothing_of_the_claimant_and_the_claimant_hears_back(here: Desk, smarthost: SmarthostServer) -> None:
    recorded = here.take(CLAIM, sender="hanako@reporter.example")
    assert recorded.case_reference, recorded.answer
    steps = (
        (CaseState.CONTENT_REVIEW, ""),
        (CaseState.SENT_TO_CONTRACTOR, ""),
        (CaseState.CONTRACTOR_REPLIED, ""),
        (CaseState.REPORTED_BACK, "The picture was removed on 5 August."),
    )
    for state, note in steps:
        act = Act(actor="desk", note=note, at=NOON)
        with writing(here.engine) as connection:
            advance_case(connection, recorded.case_reference, state, act)
            order_letters(connection, recorded.case_reference, state, act, SETTINGS)
    here.work()
    to_contractor = next(one for one in smarthost.taken if one.rcpt_to == ["abuse@blue.example"])
    assert to_contractor.mail_from == "abuse@example-host.jp"
    copy = read(to_contractor).get_content()
    assert "http://203.0.113.9/pictures/1.jpg" in copy
    assert "Please remove it" in copy
    assert not [
        word for word in ("Hanako", "hanako", "Rightsholder", "reporter.example", "Chiyoda") if word in to_contractor.raw.decode() + copy
    ]
    told = [read(one).get_content() for one in smarthost.taken if one.rcpt_to == ["hanako@reporter.example"]]
    assert any("The picture was removed on 5 August." in text for text in told)


def test_a_site_has_its_own_words(url: str, smarthost: SmarthostServer, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "refusal.spam.en.txt").write_text("Subject: Not ours [$reference]\n\nSorry: $reason\n")
    with desk(url, smarthost, settings=replace(SETTINGS, templates=str(folder))) as here:
        here.take(report())
        here.work()
    letter = read(smarthost.taken[0])
    assert letter["Subject"].startswith("Not ours [R-")
    assert letter.get_content().startswith("Sorry: We cannot accept")


@pytest.mark.parametrize(
    "name, text",
    [
        ("refusal.en.txt", "no subject\n"),
        ("refusal.en.txt", "Subject: Hello\n"),
        ("refusal.en.txt", "Subject: $reason [$reference]\n"),
        ("refusal.en.txt", "Subject: [$reference]\n\n$form\n"),
        ("refusal.fr.txt", "Subject: [$reference]\n"),
        ("letter.en.txt", "Subject: [$reference]\n"),
    ],
)
def test_a_template_that_cannot_be_used_is_named(url: str, smarthost: SmarthostServer, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError, match=name), desk(url, smarthost, settings=replace(SETTINGS, templates=str(tmp_path))):
        pass


def test_letters_are_signed_with_the_sites_key(url: str, smarthost: SmarthostServer, tmp_path: Path) -> None:
    (tmp_path / "dkim.pem").write_bytes(RSA_PRIVATE)
    with desk(url, smarthost, settings=replace(SETTINGS, dkim_key=str(tmp_path / "dkim.pem"), dkim_selector="s1")) as here:
        here.take(report())
        here.work()
    asked = []

    def dnsfunc(name: bytes, timeout: float = 5) -> bytes:
        asked.append(name)
        return RSA_RECORD

    assert dkim.verify(smarthost.taken[0].raw, dnsfunc=dnsfunc)
    assert asked == [b"s1._domainkey.example-host.jp."]


def test_a_key_that_is_none_is_an_error_of_the_configuration(url: str, smarthost: SmarthostServer, tmp_path: Path) -> None:
    (tmp_path / "dkim.pem").write_text("no key")
    settings = replace(SETTINGS, dkim_key=str(tmp_path / "dkim.pem"))
    with pytest.raises(ConfigError, match=r"notices\.dkim_key"), desk(url, smarthost, settings=settings):
        pass


def test_a_round_that_is_interrupted_is_done_by_another(here: Desk, smarthost: SmarthostServer) -> None:
    """The first process claims the errand and dies; the lease ends, and another one sends the letter."""
    here.take(report())
    here.room._claim("notice")
    assert here.work().done == 0
    assert here.work(after=timedelta(minutes=11)).done == 1
    assert len(smarthost.taken) == 1
    assert asyncio.run(here.room.round()).done == 0


def test_a_dead_letter_is_listed_and_sent_when_it_is_tried_again(here: Desk, smarthost: SmarthostServer, url: str, tmp_path: Path) -> None:
    smarthost.answers = ["550 5.1.1 no such user"]
    here.take(report())
    here.work()
    config = tmp_path / "abusedesk.toml"
    config.write_text(f'[storage]\nurl = "{url}"\n')
    command = [sys.executable, "-m", "intake.cli", "letters"]
    listed = subprocess.run([*command, "dead", "--json", "--config", str(config)], capture_output=True, text=True, check=True)
    dead = json.loads(listed.stdout)
    assert (dead["recipient"], dead["because"]) == ("you@reporter.example", "550 5.1.1 no such user")
    retry = [*command, "retry", str(dead["id"]), "--config", str(config)]
    assert [subprocess.run(retry, capture_output=True, check=False).returncode for _ in range(2)] == [0, 66]
    here.now = datetime.now(UTC)
    here.work()
    assert len(smarthost.taken) == 1
