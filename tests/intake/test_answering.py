"""An answer to a refusal is decided together with what it completes, at every door that has a store."""

import asyncio
import base64
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from config.limits import Limits
from config.policy import Policy
from config.prefixes import Assignment, PrefixTable
from intake.answering import Answering, is_hinted
from intake.arrival import Arrival, arrival_of
from intake.pipeline import conclude, examine
from parsers.submission import Door, Envelope, Submission
from routing.facts import Facts
from routing.verdict import Reason
from storage.answered import completed_by, links_of
from storage.engine import open_engine, reading, writing
from storage.migrations import upgrade
from storage.record import record
from storage.recorded import Recorded
from storage.submissions import stored_submission
from storage.tables import REPORT_LINK, SUBMISSION, SUBMISSION_HISTORY

POLICY = Policy(
    prefixes=PrefixTable([Assignment(prefix="203.0.113.0/24")]),
    routable=(ip_network("203.0.113.0/24"), ip_network("198.51.100.0/24")),
    domains=("example-host.jp",),
    desk_addresses=("abuse@example-host.jp",),
)
REPORTER = "iris@reporter.example"
WITHOUT_TIME = """\
From: Iris <{sender}>
To: abuse@example-host.jp
Subject: Login attempts
Message-ID: <first@reporter.example>

The host 203.0.113.77 tried to log in to our server without authority.
"""
LOG = "Aug  3 00:59:50 web sshd[77]: Failed password for root from 203.0.113.77 port 4022 ssh2\n"
ANSWER = """\
From: Iris <{sender}>
To: {to}
Subject: {subject}
In-Reply-To: <{replied}>
Message-ID: <second@reporter.example>

{words}
"""


class Desk:
    """A store, and what comes in at it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answering = Answering(url, POLICY.limits)

    def take(self, text: str, sender: str = REPORTER, to: str = "abuse@example-host.jp") -> Recorded:
        submission = Submission(
            raw=text.encode(),
            door=Door.SMTP,
            arrived_at=datetime(2026, 8, 4, tzinfo=UTC),
            envelope=Envelope(mail_from=sender, rcpt_to=(to,)),
        )
        arrival = asyncio.run(self.answering.complete(arrival_of(submission)))
        return record(self.url, conclude(examine(arrival.submission, POLICY), Facts(), POLICY))

    def first(self) -> Recorded:
        return self.take(WITHOUT_TIME.format(sender=REPORTER))

    def answer(self, subject: str, words: str = LOG, *, sender: str = REPORTER, replied: str = "x@y.example", to: str = "") -> Recorded:
        to = to or "abuse@example-host.jp"
        return self.take(ANSWER.format(sender=sender, subject=subject, words=words, replied=replied, to=to), sender, to)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "abusedesk.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def desk(template: Path, tmp_path: Path) -> Desk:
    shutil.copy(template, tmp_path / "abusedesk.db")
    return Desk(f"sqlite:///{tmp_path}/abusedesk.db")


@pytest.fixture
def engine(desk: Desk) -> Iterator[Engine]:
    engine = open_engine(desk.url)
    yield engine
    engine.dispose()


def state_of(engine: Engine, recorded: Recorded) -> tuple[int, str]:
    with reading(engine) as connection:
        query = select(SUBMISSION.c.id, SUBMISSION.c.state).where(SUBMISSION.c.told_reference == recorded.reference)
        row = connection.execute(query).one()
        return row.id, row.state


def test_the_first_mail_alone_is_refused_for_what_is_missing(desk: Desk) -> None:
    assert desk.first().reason is Reason.MISSING_INFORMATION


def test_the_answer_completes_it(desk: Desk, engine: Engine) -> None:
    first = desk.first()
    answer = desk.answer(f"Re: [{first.reference}] what is missing")
    assert answer.reason is Reason.ADDRESS_IN_NETWORK
    (earlier_id, earlier_state), (answer_id, _) = state_of(engine, first), state_of(engine, answer)
    assert earlier_state == "completed"
    with reading(engine) as connection:
        assert links_of(connection, answer_id) == (first.reference, ())
        assert links_of(connection, earlier_id) == ("", (answer.reference,))
        history = connection.execute(select(SUBMISSION_HISTORY).where(SUBMISSION_HISTORY.c.submission_id == earlier_id)).one()
    assert (history.actor, history.from_state, history.to_state) == ("intake", "rejected", "completed")
    assert answer.reference in history.note


@pytest.mark.parametrize("written", ["{0}", "{1}", "=?utf-8?B?{2}?="])
def test_the_reference_is_found_however_the_subject_has_it(desk: Desk, written: str) -> None:
    reference = desk.first().reference
    encoded = base64.b64encode(f"Re: 受付できません {reference}".encode()).decode()
    assert desk.answer(written.format(reference, reference.lower(), encoded)).reason is Reason.ADDRESS_IN_NETWORK


def test_the_reference_is_found_in_what_the_mail_refers_to(desk: Desk) -> None:
    assert desk.answer("Re:", replied=f"{desk.first().reference}@example-host.jp").reason is Reason.ADDRESS_IN_NETWORK


def test_the_reference_is_found_in_the_recipient(desk: Desk) -> None:
    to = f"abuse+{desk.first().reference}@example-host.jp"
    assert desk.answer("Re:", to=to).reason is Reason.ADDRESS_IN_NETWORK


def test_an_answer_without_the_reference_is_decided_by_itself(desk: Desk, engine: Engine) -> None:
    first = desk.first()
    desk.answer("Re: Login attempts", "It was on 3 August.")
    assert state_of(engine, first)[1] == "rejected"


def test_an_unknown_reference_is_decided_by_itself(desk: Desk) -> None:
    assert desk.answer("Re: [R-0000-0000-0000]", "It was on 3 August 2026 at 10:00 UTC.").reason is not Reason.ADDRESS_IN_NETWORK


def test_a_stranger_completes_nothing_and_hears_nothing(desk: Desk, engine: Engine) -> None:
    first = desk.first()
    theirs = desk.answer(f"Re: [{first.reference}]", "Nothing more.", sender="mallory@stranger.example")
    assert state_of(engine, first)[1] == "rejected"
    assert "203.0.113.77" not in theirs.answer
    with reading(engine) as connection:
        assert completed_by(connection, state_of(engine, theirs)[0], Limits()) == ()


def test_a_refusal_of_what_is_not_ours_cannot_be_completed(desk: Desk, engine: Engine) -> None:
    foreign = desk.take(
        WITHOUT_TIME.format(sender=REPORTER).replace("203.0.113.77", "198.51.100.77") + LOG.replace("203.0.113", "198.51.100")
    )
    assert foreign.reason is Reason.OUT_OF_NETWORK
    desk.answer(f"Re: [{foreign.reference}]")
    assert state_of(engine, foreign)[1] == "rejected"


def test_a_second_refusal_names_only_what_is_still_missing(desk: Desk) -> None:
    claim = (
        f"From: {REPORTER}\nTo: abuse@example-host.jp\nSubject: Copyright infringement\n\n"
        "Copyright: my photograph was copied without permission at http://www.example-host.jp/stolen/1.jpg .\n"
    )
    first = desk.take(claim)
    assert first.reason is Reason.MISSING_INFORMATION
    missing = set(re.search(r"also needs: ([\w, -]+)", first.answer)[1].split(", "))  # type: ignore[index]
    assert "comments-to-forward" in missing
    second = desk.answer(f"Re: {first.reference}", "Comments to forward: Please take the picture down.")
    assert second.reason is Reason.MISSING_INFORMATION
    still = set(re.search(r"also needs: ([\w, -]+)", second.answer)[1].split(", "))  # type: ignore[index]
    assert still == missing - {"comments-to-forward"}
    third = desk.answer(
        f"Re: {second.reference}",
        "Proof of rights: I am the photographer and hold the negatives.\nClaimant: Iris Example, 1-2-3 Example Street",
    )
    assert third.reason is Reason.LINK_IN_NETWORK


def test_a_quoted_refusal_adds_nothing(desk: Desk, engine: Engine) -> None:
    quoted = "> How to report: https://www.example-host.jp/how-to-report\n> Date and time: (when it happened)\nWhat do you mean?"
    answer = desk.answer(f"Re: {desk.first().reference}", quoted)
    assert answer.reason is Reason.MISSING_INFORMATION
    with reading(engine) as connection:
        assert "www.example-host.jp" not in connection.execute(select(REPORT_LINK.c.host)).scalars().all()


def test_headers_that_are_sent_later_complete_header_less_spam(desk: Desk, engine: Engine) -> None:
    first = desk.take(f"From: {REPORTER}\nTo: abuse@example-host.jp\nSubject: Spam\n\nI received this spam mail:\n\nBuy cheap pills now!\n")
    assert first.reason in {Reason.NO_HEADERS, Reason.NO_EVIDENCE, Reason.MISSING_INFORMATION}
    shown = (
        "Received: from own.example-host.jp (own.example-host.jp [203.0.113.9]) by mx.reporter.example with ESMTP id 1;\n"
        " Mon, 3 Aug 2026 00:00:00 +0000\nFrom: spammer@example-host.jp\nTo: iris@reporter.example\nSubject: cheap\n"
        "Message-ID: <9@example-host.jp>\nDate: Mon, 3 Aug 2026 00:00:00 +0000\n\nBuy now.\n"
    )
    mail = (
        f"From: {REPORTER}\nTo: abuse@example-host.jp\nSubject: Re: {first.reference}\nMIME-Version: 1.0\n"
        f"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHere it is.\n--b\nContent-Type: message/rfc822\n\n{shown}\n--b--\n"
    )
    assert desk.take(mail).reason is Reason.SENDER_IN_NETWORK
    assert state_of(engine, first)[1] == "completed"


def test_a_stored_answer_is_decided_again_with_what_it_completes(desk: Desk, engine: Engine) -> None:
    answer = desk.answer(f"Re: {desk.first().reference}")
    with reading(engine) as connection:
        again = stored_submission(connection, state_of(engine, answer)[0])
    assert conclude(examine(again, POLICY), Facts(), POLICY).reason is Reason.ADDRESS_IN_NETWORK


def test_a_repeated_answer_is_told_the_same_and_linked_once(desk: Desk) -> None:
    reference = desk.first().reference
    once, again = desk.answer(f"Re: {reference}"), desk.answer(f"Re: {reference}")
    assert (again.reference, again.is_repeat) == (once.reference, True)


@pytest.mark.parametrize("allowed, chained", [(1, 1), (2, 2), (3, 2)])
def test_so_many_earlier_mails_are_read_and_no_more(desk: Desk, engine: Engine, allowed: int, chained: int) -> None:
    second = desk.answer(f"Re: {desk.first().reference}", "It was our server.")
    third = desk.answer(f"Re: {second.reference}", LOG)
    with reading(engine) as connection:
        found = completed_by(connection, state_of(engine, third)[0], replace(Limits(), completed_mails=allowed))
    assert len(found) == chained


@pytest.mark.parametrize("beyond, found", [(-1, 0), (0, 1), (1, 1)])
def test_so_many_bytes_of_earlier_mails_are_read_and_no_more(desk: Desk, engine: Engine, beyond: int, found: int) -> None:
    first = desk.first()
    answer = desk.answer(f"Re: {first.reference}")
    size = len(WITHOUT_TIME.format(sender=REPORTER))
    with reading(engine) as connection:
        chain = completed_by(connection, state_of(engine, answer)[0], replace(Limits(), completed_bytes=size + beyond))
    assert len(chain) == found


def test_an_earlier_mail_that_was_erased_is_done_without(desk: Desk, engine: Engine) -> None:
    first = desk.first()
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE evidence SET frame = NULL, location = ''")
    desk.answer(f"Re: {first.reference}", "It was on 3 August 2026.")
    assert state_of(engine, first)[1] == "rejected"


def test_a_mail_without_a_reference_does_not_reach_the_store() -> None:
    mail = Submission(raw=WITHOUT_TIME.encode(), door=Door.SMTP, arrived_at=datetime.now(UTC))
    arrival: Arrival = arrival_of(mail)
    assert not is_hinted(arrival)
    assert asyncio.run(Answering("sqlite:////nowhere/at/all.db", Limits()).complete(arrival)) is arrival


def test_where_there_is_no_store_yet_nothing_is_answered(tmp_path: Path) -> None:
    mail = ANSWER.format(sender=REPORTER, to="abuse@example-host.jp", subject="R-0000-0000-0000", replied="a@b.example", words="x")
    arrival = arrival_of(Submission(raw=mail.encode(), door=Door.SMTP, arrived_at=datetime.now(UTC)))
    assert Answering(f"sqlite:///{tmp_path}/none.db", Limits()).complete_now(arrival).completes == ()
