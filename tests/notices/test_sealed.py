"""What concerns child abuse material: other systems hear of hash and location, and of nothing that was written."""

import json
from collections.abc import Iterator

import pytest

from config.limits import Limits
from notices.arf import feedback_report
from notices.told import told_of
from notices.xarf_out import express
from parsers.reading import parse_submission
from storage.engine import reading
from storage.queries import show_submission
from storage.submissions import stored_submission
from tests.notices.desks import SETTINGS, Desk, desk
from tests.notices.smarthost_server import SmarthostServer

_MAIL = """\
From: You <you@reporter.example>
To: abuse@example-host.jp
Subject: SubjectToken
Message-ID: <s@reporter.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b

{words}
--b
Content-Type: message/rfc822

Received: from own.example-host.jp (own.example-host.jp [203.0.113.9]) by mx.reporter.example with ESMTP id 1;
 Mon, 3 Aug 2026 00:00:00 +0000
From: InnerToken <spammer@example-host.jp>
To: you@reporter.example
Subject: InnerToken child porn pictures
Date: Mon, 3 Aug 2026 00:00:00 +0000
Message-ID: <9@example-host.jp>

BodyToken
--b--
"""
_PAGE = """\
Category: {category}
URL: http://203.0.113.9/hidden/
Supporting information: BodyToken, seen on 3 August 2026
Reasons: BodyToken
Problem: BodyToken
Comments to forward: BodyToken
Claimant: You BodyToken
There is child sexual abuse material at http://203.0.113.9/hidden/ BodyToken.
"""
_HEADER = "From: You <you@reporter.example>\nTo: abuse@example-host.jp\nSubject: SubjectToken\nMessage-ID: <p@reporter.example>\n\n"
REPORTS = {
    "spam": _MAIL.format(words="I received this spam. BodyToken"),
    "illegal-activity": _HEADER + _PAGE.format(category="illegal activity"),
    "phishing-site": _HEADER + _PAGE.format(category="phishing"),
}


@pytest.fixture
def here(url: str) -> Iterator[Desk]:
    with desk(url, SmarthostServer()) as running:
        yield running


@pytest.mark.parametrize("event", REPORTS)
def test_webhook_feed_xarf_and_arf_hold_no_word_of_it(here: Desk, event: str) -> None:
    here.take(REPORTS[event].encode(), sender="you@reporter.example")
    with reading(here.engine) as connection:
        told = told_of(connection, 1)
        whole = show_submission(connection, str(told["reference"]))
        submission = stored_submission(connection, 1)
    assert whole is not None
    assert whole.submission["is_sealed"], told
    assert (told["verdict"], told["event"]) == ("accepted", event)
    expressed = express(whole, contact="abuse@example-host.jp", organisation="Example Host")
    reports = parse_submission(submission, Limits()).reports
    returned = feedback_report(whole, reports, SETTINGS, contact="abuse@example-host.jp")
    assert returned.raw is None
    said = json.dumps([told, dict(expressed.report or {}), expressed.why, returned.why])
    assert [token for token in ("SubjectToken", "InnerToken", "BodyToken") if token in said] == []
    assert told["digest"] in said
