"""Feedback reports for feedback loops: read back by our own parser and by another, and nobody on the reporter's side is named."""

import json
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import mailparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.limits import Limits
from config.sections import NoticeSettings
from intake.cli import main
from notices.arf import FeedbackReport, feedback_report
from notices.redaction import Redaction
from parsers.reading import parse_submission
from parsers.report import Feedback, FoundAs
from parsers.submission import Door, Submission
from storage.engine import reading
from storage.queries import show_submission
from storage.submissions import stored_submission
from tests.notices.desks import NOON, POLICY, Desk, desk
from tests.notices.smarthost_server import SmarthostServer
from tests.notices.test_correspondent import CLAIM, report

CONTACT = "abuse@example-host.jp"
LOOPS = NoticeSettings(feedback_loops={"Blue Hosting": "fbl@blue.example"}, webhook_secret="s")
OWN = "203.0.113.9"


@pytest.fixture
def here(url: str) -> Iterator[Desk]:
    with desk(url, SmarthostServer()) as running:
        yield running


def made(here: Desk, raw: bytes, settings: NoticeSettings = LOOPS, **changes: object) -> FeedbackReport:
    recorded = here.take(raw)
    with reading(here.engine) as connection:
        whole = show_submission(connection, recorded.reference)
        assert whole is not None
        submission = stored_submission(connection, whole.submission["id"])
    whole = replace(whole, submission=dict(whole.submission) | changes)
    reports = parse_submission(submission, POLICY.limits, desk_addresses=POLICY.desk_addresses).reports
    return feedback_report(whole, reports, settings, contact=CONTACT)


def spam(header: str = "", *, links: str = "Buy now!") -> bytes:
    """A report of a mail with more in its header."""
    return report(ip=OWN).replace(b"Subject: buy 1\r\n", header.encode() + b"Subject: buy 1\r\n").replace(b"Buy now!", links.encode())


def raw_of(report_: FeedbackReport) -> bytes:
    assert report_.raw is not None, report_.why
    return report_.raw


def test_our_own_parser_reads_it_as_what_it_is(here: Desk) -> None:
    raw = raw_of(made(here, spam(links="See http://203.0.113.9/shop now")))
    reading_ = parse_submission(Submission(raw=raw, door=Door.SMTP, arrived_at=NOON), Limits())
    (read,) = reading_.reports
    assert read.found_as is FoundAs.ARF
    assert read.feedback is Feedback.ABUSE
    assert read.stated_value("source-ip") == OWN
    assert read.message is not None
    assert (read.message.subject, read.message.from_, read.message.message_id) == ("buy 1", "seller@sender.example", "<1@sender.example>")
    assert [str(hop.from_ip) for hop in read.hops] == [OWN]
    assert "http://203.0.113.9/shop" in [link.url for link in read.links]


def test_mail_parser_and_the_standard_library_read_it_too(here: Desk) -> None:
    found = made(here, spam())
    raw = raw_of(found)
    other = mailparser.parse_from_bytes(raw)
    assert other.to == [("", "fbl@blue.example")]
    assert other.from_ == [("", CONTACT)]
    whole = message_from_bytes(raw, policy=policy.default)
    assert whole.get_content_type() == "multipart/report"
    assert whole.get_param("report-type") == "feedback-report"
    assert [part.get_content_type() for part in whole.iter_parts()] == ["text/plain", "message/feedback-report", "text/rfc822-headers"]
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) < 998
    assert raw.isascii()


@pytest.mark.parametrize(
    "header",
    [
        "To: Your Name <you@reporter.example>\r\n",
        "Delivered-To: you.self@reporter.example\r\nX-Note: you.self@reporter.example\r\n",
        "Received: from a by b with ESMTP id 1 for <you.self@reporter.example>; Mon, 3 Aug 2026 08:59:00 +0900\r\n",
        "To: you.self@reporter.example\r\nReceived: from you.self by bounce+you.self=reporter.example; Mon, 3 Aug 2026 08:59:00 +0900\r\n",
        "Cc: =?utf-8?q?you=2Eself=40reporter=2Eexample?= <you.self@reporter.example>\r\nFrom: YOU.SELF@Reporter.Example\r\n",
        "To: you.self@reporter.example\r\nSubject: =?utf-8?b?5b2T6YG4IHlvdS5zZWxmQHJlcG9ydGVyLmV4YW1wbGU=?=\r\n",
    ],
)
def test_nobody_on_the_reporters_side_is_named(here: Desk, header: str) -> None:
    raw = raw_of(made(here, spam(header)))
    text = str(message_from_bytes(raw, policy=policy.default)) + raw.decode()
    decoded = " ".join(str(value) for part in message_from_bytes(raw).walk() for value in part.values())
    for word in ("you@reporter.example", "you.self", "Your Name"):
        assert word.lower() not in (text + decoded).lower()


@pytest.mark.parametrize(
    "raw,settings,changes,why",
    [
        (report(), LOOPS, {}, "it was not accepted"),
        (report(ip=OWN), NoticeSettings(), {}, "there is no feedback loop for Blue Hosting"),
        (
            report(ip=OWN),
            NoticeSettings(feedback_loops={"Blue Hosting": "a b@blue.example"}),
            {},
            "there is no feedback loop for Blue Hosting",
        ),
        (report(ip=OWN), LOOPS, {"is_sealed": True}, "it is sealed"),
        (CLAIM, LOOPS, {}, "ARF has no type for copyright"),
    ],
)
def test_what_does_not_go_to_a_loop_says_why(
    here: Desk, raw: bytes, settings: NoticeSettings, changes: dict[str, object], why: str
) -> None:
    found = made(here, raw, settings, **changes)
    assert (found.raw, found.why) == (None, why)


def test_the_same_submission_gives_the_same_mail(here: Desk) -> None:
    assert made(here, spam()).raw == made(here, spam()).raw


def test_an_office_is_no_name_and_an_address_is_one_everywhere() -> None:
    redaction = Redaction(["abuse@isp.example", "taro.yamada@isp.example", "no address", ""], "key")
    assert redaction.hide("abuse report") == "abuse report"
    assert "isp.example" not in redaction.hide("x-taro.yamada=isp.example, <ABUSE@ISP.example>")
    assert redaction.hide("taro.yamada") == redaction.hide("taro.yamada@isp.example")
    assert redaction.hide("taro.yamada") != Redaction(["taro.yamada@isp.example"], "other").hide("taro.yamada")
    assert Redaction([], "").hide("a@b.example") == "a@b.example"


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_address_survives_whatever_stands_around_it(before: str, after: str) -> None:
    redaction = Redaction(["taro.yamada@isp.example"], "key")
    assert redaction.names_nobody(redaction.hide(f"{before} taro.yamada@isp.example {after}"))


def test_the_feed_writes_them_for_the_loops_of_the_settings(here: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here.take(spam())
    here.take(CLAIM)
    config = tmp_path / "abusedesk.toml"
    config.write_text(
        f'[storage]\nurl = "{here.url}"\n[policy]\ndesk_addresses = ["{CONTACT}"]\n'
        '[notices]\nfeedback_loops = { "Blue Hosting" = "fbl@blue.example" }\n'
    )
    assert main(["feed", "--format", "arf", "--config", str(config)]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["to"] == "fbl@blue.example"
    assert "message/feedback-report" in first["arf"]
    assert (second["arf"], second["lacks"]) == (None, ["ARF has no type for copyright"])
