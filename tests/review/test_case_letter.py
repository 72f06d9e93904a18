"""What a case's page says would go to the contractor is what goes."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.events import Event
from intake.answering import Answering
from intake.arrival import arrival_of
from intake.pipeline import conclude, examine
from intake.replay import redecide_with
from notices.ordering import order_letters
from parsers.submission import Door, Envelope, Submission
from review.app import create_app
from routing.document import Document
from routing.facts import Facts
from storage.audit import Act
from storage.cases import advance_case, change_event
from storage.engine import writing
from storage.record import record
from storage.recorded import Recorded
from storage.workflow import CaseState
from tests.notices.desks import NOON, POLICY, SETTINGS, Desk, desk
from tests.notices.smarthost_server import SmarthostServer, smarthost_server
from tests.notices.test_correspondent import read
from tests.review.conftest import TestDesk
from tests.review.filled import make_store, settings_for

SENDER = "hanako@reporter.example"
FIRST = """\
From: Hanako Rightsholder <hanako@reporter.example>
To: abuse@example-host.jp
Subject: copyright
Message-ID: <first@reporter.example>

Category: copyright
URL: http://203.0.113.9/pictures/1.jpg
Comments to forward: The picture was taken by Hanako Rightsholder, sold by Quillfeather. Please remove it, said first.
"""
ANSWER = """\
From: Quillfeather Office <hanako@reporter.example>
To: abuse@example-host.jp
Subject: Re: {reference}
Message-ID: <second@reporter.example>

Proof of rights: I took it, see my album of 2020
Claimant: Hanako Rightsholder, 1-2-3 Chiyoda
"""
SEALED = """\
From: Hanako Rightsholder <hanako@reporter.example>
To: abuse@example-host.jp
Subject: illegal content
Message-ID: <sealed@reporter.example>

Category: illegal activity
Location: http://203.0.113.9/hidden/
There is child sexual abuse material at http://203.0.113.9/hidden/ .
Supporting information: seen on 3 August 2026
Reasons: against the law
Comments to forward: Please remove what is hidden there.
Claimant: Hanako Rightsholder
"""


@pytest.fixture
def smarthost() -> Iterator[SmarthostServer]:
    with smarthost_server() as running:
        yield running


@pytest.fixture
def here(tmp_path: Path, smarthost: SmarthostServer) -> Iterator[Desk]:
    url = f"sqlite:///{tmp_path}/store.db"
    make_store(url)
    with desk(url, smarthost) as running:
        yield running


def take(here: Desk, text: str) -> Recorded:
    """A mail comes in; with what it answers."""
    envelope = Envelope(mail_from=SENDER, rcpt_to=("abuse@example-host.jp",))
    arrival = arrival_of(Submission(raw=text.encode(), door=Door.SMTP, arrived_at=NOON, envelope=envelope))
    arrival = Answering(here.url, POLICY.limits).complete_now(arrival)
    return record(here.url, conclude(examine(arrival.submission, POLICY), Facts(is_offline=True), POLICY))


def send(here: Desk, reference: str) -> None:
    """The contractor is told."""
    act = Act(actor="desk", note="", at=NOON)
    with writing(here.engine) as connection:
        for state in (CaseState.CONTENT_REVIEW, CaseState.SENT_TO_CONTRACTOR):
            advance_case(connection, reference, state, act)
            order_letters(connection, reference, state, act, SETTINGS)
    here.work()


def page_of(here: Desk, reference: str) -> str:
    settings = replace(settings_for(here.url), notices=SETTINGS)
    app = create_app(settings, POLICY, explain=explain, redecide=redecide_with(POLICY))
    return TestDesk(app=app, url=here.url).browser("hana").get(f"/cases/{reference}")


async def explain(raw: bytes, door: Door) -> Document:
    raise AssertionError("nobody asks")


def shown_on(page: str) -> str:
    found = re.search(r'<pre class="mail">(.*?)</pre>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def test_of_a_completed_report_the_page_shows_the_letter_that_leaves(here: Desk, smarthost: SmarthostServer) -> None:
    refused = take(here, FIRST)
    accepted = take(here, ANSWER.format(reference=refused.reference))
    assert accepted.case_reference, accepted.answer
    shown = shown_on(page_of(here, accepted.case_reference))
    assert "Please remove it, said first." in shown
    assert "http://203.0.113.9/pictures/1.jpg" in shown
    assert [
        word for word in ("Hanako", "Rightsholder", "Quillfeather", "Office", "reporter.example", "Chiyoda", "album") if word in shown
    ] == []
    send(here, accepted.case_reference)
    [letter] = [one for one in smarthost.taken if one.rcpt_to == ["abuse@blue.example"]]
    sent = read(letter)
    assert shown.split() == f"{sent['subject']}\n\n{sent.get_content()}".split()


def test_what_a_person_says_that_a_case_is_about_is_what_the_contractor_is_told(here: Desk, smarthost: SmarthostServer) -> None:
    refused = take(here, FIRST)
    reference = take(here, ANSWER.format(reference=refused.reference)).case_reference
    assert reference
    with writing(here.engine) as connection:
        change_event(connection, reference, Event.TRADEMARK, Act(actor="desk", note="it is the logo", at=NOON))
    shown = shown_on(page_of(here, reference))
    assert "Trademark infringement" in shown
    assert "Copyright" not in shown
    send(here, reference)
    [letter] = [one for one in smarthost.taken if one.rcpt_to == ["abuse@blue.example"]]
    sent = read(letter)
    assert shown.split() == f"{sent['subject']}\n\n{sent.get_content()}".split()


def test_of_what_is_sealed_nothing_is_shown_and_nothing_leaves(here: Desk, smarthost: SmarthostServer) -> None:
    sealed = take(here, SEALED)
    assert sealed.case_reference, sealed.answer
    page = page_of(here, sealed.case_reference)
    assert '<pre class="mail">' not in page
    assert "remove what is hidden" not in page
    send(here, sealed.case_reference)
    assert [one for one in smarthost.taken if one.rcpt_to == ["abuse@blue.example"]] == []
    [kept] = [one for one in here.kept() if one["kind"] == "contractor"]
    assert (kept["state"], kept["because"]) == ("withheld", "it is sealed")
