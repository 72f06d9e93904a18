"""A contractor who has a feedback loop is told by ARF, over a real smarthost: once, signed, with nobody on the reporter's side named."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, message_from_string
from email.policy import default
from pathlib import Path

import dkim
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.limits import Limits
from config.sections import NoticeSettings
from notices.ordering import order_letters
from parsers.reading import parse_submission
from parsers.report import FoundAs
from parsers.submission import Door, Submission
from storage.audit import Act
from storage.cases import advance_case
from storage.engine import writing
from storage.recorded import Recorded
from storage.workflow import CaseState
from tests.notices.desks import NOON, SETTINGS, Desk, desk
from tests.notices.smarthost_server import SmarthostServer, Taken, smarthost_server
from tests.notices.test_arf import made, raw_of, spam
from tests.notices.test_correspondent import CLAIM, read, report
from tests.routing.test_signatures import RSA_PRIVATE, RSA_RECORD

LOOP, PLAIN = "fbl@blue.example", "abuse@blue.example"
LOOPS = replace(SETTINGS, acknowledge=False, feedback_loops={"Blue Hosting": LOOP}, webhook_secret="s")
OWN = "203.0.113.9"
FIELDS = ["Content-Type", "MIME-Version", "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"]


@pytest.fixture(scope="module")
def smarthost() -> Iterator[SmarthostServer]:
    with smarthost_server() as running:
        yield running


@pytest.fixture(autouse=True)
def emptied(smarthost: SmarthostServer) -> None:
    smarthost.taken.clear()


@pytest.fixture
def here(url: str, smarthost: SmarthostServer) -> Iterator[Desk]:
    with desk(url, smarthost, settings=LOOPS) as running:
        yield running


def tell(here: Desk, recorded: Recorded, *states: CaseState, by: NoticeSettings = LOOPS) -> None:
    """The case takes these steps, or those that a case of spam takes until its contractor is told."""
    assert recorded.case_reference, recorded.answer
    with writing(here.engine) as connection:
        for state in states or (CaseState.INVESTIGATING, CaseState.ALERTED):
            act = Act(actor="desk", note="", at=NOON)
            advance_case(connection, recorded.case_reference, state, act)
            order_letters(connection, recorded.case_reference, state, act, by)
    here.work()
    here.work()


def sent_by(here: Desk, raw: bytes, smarthost: SmarthostServer) -> Taken:
    tell(here, here.take(raw))
    [taken] = smarthost.taken
    return taken


def test_it_is_arf_that_our_own_parser_reads_with_the_accused_address(here: Desk, smarthost: SmarthostServer) -> None:
    taken = sent_by(here, spam(), smarthost)
    assert (taken.mail_from, taken.rcpt_to) == ("abuse@example-host.jp", [LOOP])
    (found,) = parse_submission(Submission(raw=taken.raw, door=Door.SMTP, arrived_at=NOON), Limits()).reports
    assert found.found_as is FoundAs.ARF
    assert found.stated_value("source-ip") == OWN
    [kept] = [one for one in here.kept() if one["recipient"] == LOOP]
    assert (kept["kind"], kept["state"], kept["subject"]) == ("feedback-report", "sent", read(taken)["Subject"])
    assert OWN in str(kept["body"])


def test_nobody_on_the_reporters_side_is_named(here: Desk, smarthost: SmarthostServer) -> None:
    header = "Received: from a by b with ESMTP id 1 for <you.self@reporter.example>; Mon, 3 Aug 2026 08:59:00 +0900\r\n"
    header += "To: Your Name <you.self@reporter.example>\r\nFrom: =?utf-8?b?eW91LnNlbGZAcmVwb3J0ZXIuZXhhbXBsZQ==?= <x@sender.example>\r\n"
    raw = sent_by(here, spam(header), smarthost).raw
    decoded = " ".join(str(value) for part in message_from_bytes(raw, policy=default).walk() for value in part.values())
    everything = (raw.decode() + decoded + str(message_from_bytes(raw, policy=default))).lower()
    assert [word for word in ("you@reporter.example", "you.self", "your name") if word in everything] == []
    assert "redacted-" in everything


def test_it_is_signed_with_the_sites_key(url: str, smarthost: SmarthostServer, tmp_path: Path) -> None:
    (tmp_path / "dkim.pem").write_bytes(RSA_PRIVATE)
    with desk(url, smarthost, settings=replace(LOOPS, dkim_key=str(tmp_path / "dkim.pem"), dkim_selector="s1")) as here:
        taken = sent_by(here, spam(), smarthost)
    assert dkim.verify(taken.raw, dnsfunc=lambda _name, timeout=5: RSA_RECORD)


def test_one_that_the_smarthost_does_not_take_is_tried_again_and_arrives_as_the_same(here: Desk, smarthost: SmarthostServer) -> None:
    smarthost.answers[:] = ["451 4.3.0 later"] * 2  # the errand of the verdict, and that of the step
    tell(here, here.take(spam()))
    assert smarthost.taken == []
    here.work(after=timedelta(hours=1))
    [taken] = smarthost.taken
    assert read(taken)["Date"].datetime == NOON


def test_the_contractor_is_told_once_in_whichever_form(here: Desk, smarthost: SmarthostServer) -> None:
    recorded = here.take(spam())
    tell(here, recorded)
    tell(here, recorded, CaseState.WARNED)
    tell(here, recorded, CaseState.CLOSED, CaseState.INVESTIGATING, CaseState.ALERTED, by=replace(LOOPS, feedback_loops={}))
    assert [one.rcpt_to for one in smarthost.taken] == [[LOOP]]


def test_what_arf_cannot_tell_goes_as_a_letter(here: Desk, smarthost: SmarthostServer) -> None:
    tell(here, here.take(CLAIM, sender="hanako@reporter.example"), CaseState.CONTENT_REVIEW, CaseState.SENT_TO_CONTRACTOR)
    [taken] = smarthost.taken
    assert taken.rcpt_to == [PLAIN]
    assert "Please remove it" in read(taken).get_content()
    kept = {one["kind"]: one for one in here.kept()}
    assert (kept["feedback-report"]["state"], kept["feedback-report"]["because"]) == ("withheld", "ARF has no type for copyright")
    assert kept["contractor"]["state"] == "sent"


def test_a_contractor_with_a_loop_alone_gets_nothing_that_arf_cannot_tell(url: str, smarthost: SmarthostServer) -> None:
    alone = replace(LOOPS, contractors={})
    with desk(url, smarthost, settings=alone) as here:
        tell(here, here.take(CLAIM, sender="h@reporter.example"), CaseState.CONTENT_REVIEW, CaseState.SENT_TO_CONTRACTOR, by=alone)
        [kept] = [one for one in here.kept() if one["kind"] == "contractor"]
    assert smarthost.taken == []
    assert kept["state"] == "withheld"


def test_a_contractor_without_a_loop_gets_the_letter(here: Desk, smarthost: SmarthostServer) -> None:
    tell(here, here.take(report(ip=OWN)), by=replace(LOOPS, feedback_loops={"Green Hosting": LOOP}))
    assert [one.rcpt_to for one in smarthost.taken] == [[PLAIN]]


ATTACKS = st.sampled_from([
    "x=0D=0ABcc:_victim@example.com", "x=0A=0A.=0AMAIL_FROM:<x@example.com>", "=00=0B=0C=C2=85=E2=80=A8Bcc:_y", "--=3D_", "=E2=80=AEevil",
])  # fmt: skip


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(ATTACKS, min_size=1, max_size=3), st.sampled_from(["From", "Subject", "Message-ID", "Date", "Received"]))
def test_no_header_comes_from_outside(here: Desk, words: list[str], name: str) -> None:
    encoded = " ".join(f"=?utf-8?q?{word}?=" for word in words)
    raw = raw_of(made(here, spam(f"{name}: {encoded} {'.'.join(words)}\r\n")))
    assert message_from_bytes(raw).keys() == FIELDS
    told, fields, reported = message_from_bytes(raw, policy=default).iter_parts()
    for part in (told, fields, reported):
        assert {*part.keys()} <= {"Content-Type", "MIME-Version", "Content-Transfer-Encoding"}
    shown = message_from_string(str(reported.get_payload())).keys()
    assert {"received", "from", "subject"} <= {one.lower() for one in shown} <= {"received", "date", "from", "subject", "message-id"}
