"""The figures that letters are judged by: no header of a stranger's, no machine written to, nothing of a claimant to a contractor."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from config.events import EVENTS, Event, Family, Item
from notices.contractor_copy import contractor_copy
from parsers.submission import Door, Envelope, Submission
from routing.facts import Facts
from routing.texts import texts_in
from storage.notices import AUTOMATIC, NoticeKind
from tests.notices.desks import NOON, POLICY, SETTINGS, Desk, desk
from tests.notices.smarthost_server import SmarthostServer, smarthost_server
from tests.notices.test_correspondent import read, report

FIELDS = {
    "from", "to", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted", "x-auto-response-suppress",
    "mime-version", "content-type", "content-transfer-encoding",
}  # fmt: skip
# What a hostile subject, name, address or Message-ID is made of (HOSTILE findings 7 and table 2.2, in words of our own).
ATTACKS = (
    "x\r\nBcc: victim@example.com", "x\r\n\r\nbody", "x\nX-Evil: yes", "x\rX-Evil: yes", "=?utf-8?q?x=0D=0ABcc:_victim@example.com?=",
    "=?utf-8?q?x=0ABcc=3A_victim@example.com?= e-acute \xe9", "=?utf-8?b?eA0KQmNjOiB2aWN0aW1AZXhhbXBsZS5jb20=?=", "\x00\x0b\x0c\x1b[31m",
    "x\x85Bcc: y@example.com", "x\u2028Bcc: y@example.com", "\u202egnp.exe", "=?utf-8?q?" * 200, "((((" * 500, "<" * 500, "a" * 3_000,
    "<1@example.com>\r\nBcc: <x@example.com>", "<1@example.com> <2@example.com>", '"a\r\nBcc: b"@reporter.example', "@" * 300, "",
)  # fmt: skip


@pytest.fixture
def smarthost() -> Iterator[SmarthostServer]:
    with smarthost_server() as running:
        yield running


@pytest.fixture
def here(url: str, smarthost: SmarthostServer) -> Iterator[Desk]:
    with desk(url, smarthost) as running:
        yield running


def with_field(name: str, value: str, number: int) -> bytes:
    """A report whose own header has that field, as bytes that a sender can really send."""
    raw = report(number=number, ip="198.51.100.7" if number % 2 else "203.0.113.9")
    lines = [line for line in raw.split(b"\r\n") if not line.lower().startswith(name.encode() + b": ")] if name != "x" else [raw]
    return name.encode() + b": " + value.encode("utf-8", "replace") + b"\r\n" + b"\r\n".join(lines)


def test_no_hostile_subject_name_or_address_adds_a_header_to_any_letter(here: Desk, smarthost: SmarthostServer) -> None:
    """Every attack in every field, and as envelope sender; every letter that leaves has our fields, each once."""
    number = 0
    for name in ("subject", "from", "message-id", "reply-to", "date"):
        for attack in ATTACKS:
            number += 1
            here.take(with_field(name, attack, number), sender=f"you{number}@reporter.example")
    for attack in ATTACKS:
        number += 1
        here.take(report(number=number), sender=f"{attack[:60]}@reporter.example")
    for _ in range(40):
        if not here.work().done:
            break
    assert len(smarthost.taken) >= 100
    for taken in smarthost.taken:
        names = [name.lower() for name in message_from_bytes(taken.raw)]
        assert set(names) - {"x-peer", "x-mailfrom", "x-rcptto"} <= FIELDS
        assert len(names) == len(set(names))
        assert len(taken.rcpt_to) == 1
        assert b"victim" not in taken.raw.partition(b"\r\n\r\n")[0]


AUTOMATIC_MAIL = (
    "Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated", "Auto-Submitted: auto-notified; owner-email=a@example.com",
    "Precedence: bulk", "Precedence: junk", "Precedence: list", "Precedence: auto_reply", "List-Id: <x.reporter.example>",
    "List-Unsubscribe: <mailto:x@reporter.example>", "List-Post: <mailto:x@reporter.example>", "X-Autoreply: yes", "X-Autorespond: yes",
    "X-Auto-Response-Suppress: All", "X-Loop: abuse@example-host.jp",
)  # fmt: skip
MACHINES = (
    "", "MAILER-DAEMON@reporter.example", "mailer-daemon@reporter.example", "postmaster@reporter.example", "noreply@reporter.example",
    "no-reply@reporter.example", "owner-list@reporter.example", "list-request@reporter.example", "abuse@example-host.jp",
    "ABUSE@Example-Host.jp",
)  # fmt: skip


def test_no_letter_goes_to_automatic_mail_or_to_a_null_sender(here: Desk, smarthost: SmarthostServer) -> None:
    for number, field in enumerate(AUTOMATIC_MAIL):
        here.take(report(number=number, extra=f"{field}\r\n"), sender=f"you{number}@reporter.example")
    for number, sender in enumerate(MACHINES, 100):
        here.take(report(number=number), sender=sender)
    for _ in range(10):
        here.work(after=timedelta(days=2))
    assert [taken.rcpt_to for taken in smarthost.taken] == []


def test_two_desks_that_write_to_each_other_stop_after_one_letter(url: str, tmp_path: Path, smarthost: SmarthostServer) -> None:
    """Each is the other's registered reporter; whatever one sends, the other takes in, with the envelope that it was sent with."""
    other_policy = replace(POLICY, desk_addresses=("abuse@other-host.example",))
    other_url = f"sqlite:///{tmp_path}/other.db"
    (tmp_path / "other.db").write_bytes((tmp_path / "store.db").read_bytes())
    trusting = replace(SETTINGS, reporters=("@example-host.jp", "@other-host.example"))
    with (
        desk(url, smarthost, settings=trusting) as one,
        desk(other_url, smarthost, settings=trusting, policy=other_policy) as other,
    ):
        one.take(report(), sender="abuse@other-host.example")
        taken = 0
        for _ in range(10):
            one.work(after=timedelta(days=2))
            other.work(after=timedelta(days=2))
            for letter in smarthost.taken[taken:]:
                there = other if letter.rcpt_to == ["abuse@other-host.example"] else one
                there.take(letter.raw, sender=letter.mail_from.strip("<>"), door=Door.SMTP)
            taken = len(smarthost.taken)
    assert len(smarthost.taken) == 1


def test_a_smarthost_that_fails_for_an_hour_loses_none_of_fifty_letters(here: Desk, smarthost: SmarthostServer) -> None:
    for number in range(50):
        here.take(report(number=number), sender=f"you{number}@reporter.example")
    smarthost.answers = ["451 4.3.0 later"] * 100_000
    for _ in range(60):
        here.work(after=timedelta(minutes=1))
    assert smarthost.taken == []
    assert len(smarthost.answers) < 100_000
    smarthost.answers = []
    for _ in range(20):
        here.work(after=timedelta(hours=1))
    assert sorted(taken.rcpt_to[0] for taken in smarthost.taken) == sorted(f"you{number}@reporter.example" for number in range(50))


# ---- what a contractor may know

LETTERS = 500
_FAMILY = ("Rightsholder", "Okonkwo", "Fitzwilliam", "Brandybuck", "Haverford", "Quillfeather")
_FIRST = ("Hanako", "Ifeoma", "Marmaduke", "Petunia", "Seraphina", "Thaddeus")
_STREET = ("Chiyoda", "Elmgrove", "Harbourside", "Millbrook")
_JAPANESE = ("権田原花子", "綾小路公麿", "五十嵐律子")


def claim(dice: random.Random, event: Event, number: int) -> tuple[bytes, list[str]]:
    """A report of rights, and every token in it that names claimant, affected person or reporter."""
    first, family, affected = dice.choice(_FIRST), dice.choice(_FAMILY), dice.choice(_FIRST[::-1]) + " " + dice.choice(_FAMILY[::-1])
    address, phone = f"{first.lower()}{number}@reporter.example", f"+81-3-{dice.randrange(1000, 9999)}-{dice.randrange(1000, 9999)}"
    street, japanese = dice.choice(_STREET), dice.choice(_JAPANESE)
    is_japanese = dice.random() < 0.3
    labels = {item: texts_in("ja" if is_japanese else "en").items[item].label for item in Item}
    claimant = f"{japanese}" if is_japanese else f"{first} {family}, 1-2-3 {street}"
    said = dice.choice((
        f"The picture was taken by {claimant} ({address}). Please remove it.",
        f"Please remove it. Call me at {phone}. {first} {family}",
        f"{affected} never agreed to this. Signed, {claimant}, {address}, {phone}",
        "Please remove it.",
    ))  # fmt: skip
    lines = [
        f"Category: {event}", f"URL: http://203.0.113.9/pictures/{number}.jpg", f"{labels[Item.PROOF_OF_RIGHTS]}: album of {claimant}",
        f"{labels[Item.AFFECTED_PERSON]}: {affected}", f"{labels[Item.COMMENTS_TO_FORWARD]}: {said}",
        f"{labels[Item.CLAIMANT]}: {claimant}",
        f"{labels[Item.REASONS]}: I, {claimant}, am harmed", f"{labels[Item.SUPPORTING_INFORMATION]}: see {address}",
        f"{labels[Item.LOCATION]}: http://203.0.113.9/pictures/{number}.jpg", f"Tel: {phone}", f"-- \r\n{first} {family}\r\n{street}",
    ]  # fmt: skip
    header = f"From: {first} {family} <{address}>\r\nTo: abuse@example-host.jp\r\nSubject: {family} {number}\r\n"
    header += f"Message-ID: <{number}.{first}@reporter.example>\r\n"
    raw = (header + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + "\r\n".join(lines) + "\r\n").encode()
    tokens = [address, "reporter.example", phone, *affected.split()]
    return raw, [*tokens, japanese] if is_japanese else [*tokens, first, family, street]


def test_no_token_of_claimant_affected_or_reporter_is_in_any_of_500_contractors_letters() -> None:
    dice = random.Random(20261124)
    events = [rule.event for rule in EVENTS if rule.family is Family.FACT_CHECK]
    leaks, written = [], 0
    for number in range(LETTERS):
        raw, tokens = claim(dice, events[number % len(events)], number)
        sender = next(token for token in tokens if "@" in token)
        submission = Submission(raw=raw, door=Door.SMTP, arrived_at=NOON, envelope=Envelope(mail_from=sender))
        copy = contractor_copy(submission, Facts(), POLICY, f"C-{number}", events[number % len(events)])
        assert copy is not None
        assert f"http://203.0.113.9/pictures/{number}.jpg" in copy
        written += 1
        leaks += [(number, token, copy) for token in tokens if token.casefold() in copy.casefold()]
    assert leaks == []
    assert written == LETTERS


def test_a_contractors_letter_as_it_leaves_holds_no_token_either(here: Desk, smarthost: SmarthostServer) -> None:
    """Twenty of them through store, templates and smarthost: header, encoded and decoded text."""
    from notices.ordering import order_letters
    from storage.audit import Act
    from storage.cases import advance_case
    from storage.engine import writing
    from storage.workflow import CaseState

    dice, wanted = random.Random(7), {}
    for number in range(20):
        raw, tokens = claim(dice, Event.COPYRIGHT, number)
        recorded = here.take(raw, sender=next(token for token in tokens if "@" in token))
        assert recorded.case_reference
        wanted[number] = tokens
        act = Act(actor="desk", note="", at=NOON)
        with writing(here.engine) as connection:
            if number == 0:  # they are one case: one address, one event
                for state in (CaseState.CONTENT_REVIEW, CaseState.SENT_TO_CONTRACTOR):
                    advance_case(connection, recorded.case_reference, state, act)
            order_letters(connection, recorded.case_reference, CaseState.SENT_TO_CONTRACTOR, act, SETTINGS)
    for _ in range(10):
        here.work()
    letters = [taken for taken in smarthost.taken if taken.rcpt_to == ["abuse@blue.example"]]
    assert len(letters) == 20
    for taken in letters:
        text = read(taken).get_content()
        number = int(text.partition("/pictures/")[2].partition(".jpg")[0])
        whole = (taken.raw.decode() + text).casefold()
        assert [token for token in wanted[number] if token.casefold() in whole] == []
        assert NoticeKind.CONTRACTOR not in AUTOMATIC
