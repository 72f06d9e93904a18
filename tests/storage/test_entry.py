"""A decision becomes plain values that any database takes and any process can be handed."""

import json
import pickle
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import IPv4Address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.events import Event, Item
from config.policy import Policy
from config.prefixes import Assignment, PrefixTable
from parsers.fields import HeaderBlock
from parsers.report import FoundAs, Link, MessageHead, Reading, Report, ReportedAddress, Role
from parsers.submission import Door, Envelope, Submission
from routing.answer import Answer
from routing.decision import Accusation, Decision, JudgedAddress, JudgedLink, ReportDecision
from routing.facts import Facts, HostAnswer, Known
from routing.provenance import Grade, Provenance
from routing.verdict import Reason, Verdict
from storage.entry import ADDRESSES, LINE_CHARS, LINKS, RECIPIENTS, Entry, entry_of, storable, undecided_entry
from storage.evidence import open_evidence
from storage.reference import PLACEHOLDER, letters_of

RAW = b"From: Ann <Ann@Reporter.example>\r\nSubject: Fwd: spam\r\n\r\nplease look\r\n"
ENVELOPE = Envelope(mail_from="ann@reporter.example", rcpt_to=("abuse@example-host.jp",), peer=IPv4Address("192.0.2.25"))
SUBMISSION = Submission(raw=RAW, door=Door.SMTP, arrived_at=datetime(2026, 8, 3, 12, tzinfo=UTC), envelope=ENVELOPE)
HEAD = MessageHead(message_id="<outer@reporter.example>", subject="Fwd: spam", from_="Ann <Ann@Reporter.example>")
ANSWER = Answer(code=250, enhanced="2.0.0", exit=0, lines=("[sender-in-network] recorded as {reference}",))
HELD = Assignment(prefix="203.0.113.0/24", contractor="Blue Hosting", service="vps")


def report(**changes: Any) -> Report:
    inner = MessageHead(message_id="<spam@sender.example>", subject="buy now", from_="x@sender.example")
    return replace(Report(found_as=FoundAs.ATTACHED, message=inner, text="cheap watches", words="this is spam"), **changes)


def decided(**changes: Any) -> ReportDecision:
    ip = IPv4Address("203.0.113.9")
    plain = ReportDecision(
        report=report(),
        provenance=Provenance(ip=ip, grade=Grade.CONFIRMED),
        event=Event.SPAM,
        event_because="a mail is attached",
        reason=Reason.SENDER_IN_NETWORK,
        accusation=Accusation(kind="address", value=str(ip), assignment=HELD),
    )
    return replace(plain, **changes)


def made(*decisions: ReportDecision, head: MessageHead = HEAD, submission: Submission = SUBMISSION, facts: Facts | None = None) -> Entry:
    reading = Reading(reports=tuple(one.report for one in decisions), head=head, header=HeaderBlock())
    decision = Decision(reports=decisions, leading=decisions[-1], language="ja", is_automatic=True)
    return entry_of(submission, reading, decision, document={"schema": 1}, facts=facts or Facts(), answer=ANSWER, policy_version="p1")


def test_an_entry_holds_the_verdict_and_who_is_accused() -> None:
    entry = made(decided())
    assert (entry.verdict, entry.reason, entry.event) == (Verdict.ACCEPTED, Reason.SENDER_IN_NETWORK, Event.SPAM)
    assert (entry.source_ip, entry.network, entry.language, entry.is_automatic) == ("203.0.113.9", "203.0.113.0/24", "ja", True)
    first = entry.reports[0]
    assert (first.accused_kind, first.accused_value, first.contractor, first.service) == ("address", "203.0.113.9", "Blue Hosting", "vps")
    assert first.case_key == "spam|address|203.0.113.9"


def test_the_raw_mail_is_in_it_with_its_hash_and_identity() -> None:
    entry = made(decided())
    assert open_evidence(entry.frame, sha256=entry.sha256, raw_bytes=entry.raw_bytes) == RAW
    assert (entry.digest, entry.letters) == (SUBMISSION.digest, letters_of(SUBMISSION.digest))


def test_the_list_shows_the_reported_mail_and_else_the_submission() -> None:
    entry = made(decided())
    assert (entry.subject, entry.message_id) == ("buy now", "<spam@sender.example>")
    entry = made(decided(report=report(message=None)))
    assert (entry.subject, entry.message_id) == ("Fwd: spam", "<outer@reporter.example>")


def test_the_reporter_is_the_from_address_and_else_the_envelope_sender() -> None:
    assert made(decided()).reporter == "ann@reporter.example"
    assert made(decided(), head=replace(HEAD, from_="Bob@Reporter.example")).reporter == "bob@reporter.example"
    assert made(decided(), head=replace(HEAD, from_='"<x>" <bob@reporter.example>')).reporter == "bob@reporter.example"
    assert made(decided(), head=replace(HEAD, from_="")).reporter == "ann@reporter.example"


def test_the_leading_report_stands_for_the_submission() -> None:
    refused = decided(reason=Reason.OUT_OF_NETWORK, accusation=None, provenance=Provenance(ip=IPv4Address("198.51.100.7")))
    entry = made(refused, decided())
    assert (entry.leading, entry.verdict, len(entry.reports)) == (1, Verdict.ACCEPTED, 2)
    assert entry.reports[0].case_key == ""


def test_hosts_and_addresses_are_kept_once_each() -> None:
    links = tuple(
        JudgedLink(link=Link(url=f"https://a.example/{n}", host="a.example", origin="text"), is_own=None if n else True) for n in range(3)
    )
    named = ReportedAddress(ip=IPv4Address("198.51.100.7"), role=Role.SOURCE, origin="log-line", at=datetime(2026, 8, 1, tzinfo=UTC))
    entry = made(decided(links=links, addresses=(JudgedAddress(reported=named, is_own=False),) * 3))
    assert [(one.host, one.url, one.in_network) for one in entry.reports[0].links] == [("a.example", "https://a.example/0", True)]
    assert [(one.ip, one.role) for one in entry.reports[0].addresses] == [("203.0.113.9", "source"), ("198.51.100.7", "source")]


@pytest.mark.parametrize("number", [-1, 0, 1])
def test_lists_are_bounded(number: int) -> None:
    hosts = LINKS + number
    links = tuple(JudgedLink(link=Link(url=f"https://h{n}.example/", host=f"h{n}.example", origin="text")) for n in range(hosts))
    addresses = tuple(
        JudgedAddress(reported=ReportedAddress(ip=IPv4Address(0xC6336400 + n), role=Role.SOURCE, origin="log-line"), is_own=False)
        for n in range(ADDRESSES - 1 + number)
    )
    envelope = replace(ENVELOPE, rcpt_to=tuple(f"{n}@example-host.jp" for n in range(RECIPIENTS + number)))
    entry = made(decided(links=links, addresses=addresses), submission=replace(SUBMISSION, envelope=envelope))
    assert len(entry.reports[0].links) == min(hosts, LINKS)
    assert len(entry.reports[0].addresses) == min(ADDRESSES + number, ADDRESSES)
    assert len(entry.rcpt_to.splitlines()) == min(RECIPIENTS + number, RECIPIENTS)
    assert len(storable("a" * (LINE_CHARS + number))) == min(LINE_CHARS + number, LINE_CHARS)


def test_it_is_found_by_subject_address_host_message_id_and_text() -> None:
    link = JudgedLink(link=Link(url="https://www.shop.example/", host="www.shop.example", origin="text"))
    words = f" {made(decided(links=(link,))).words} "
    for phrase in ("buy now", "203 0 113 9", "www shop example", "spam sender example", "cheap watches", "ann reporter example"):
        assert f" {phrase} " in words


def test_the_answer_keeps_a_place_for_the_reference() -> None:
    assert made(decided()).answer == f"250 2.0.0 [sender-in-network] recorded as {PLACEHOLDER}"
    assert len(PLACEHOLDER) == len("C-0000-0000-0000")


def test_missing_items_facts_and_document_are_kept() -> None:
    refused = decided(reason=Reason.MISSING_INFORMATION, accusation=None, missing=(Item.URLS, Item.CLAIMANT))
    facts = Facts(hosts={"www.shop.example": HostAnswer(known=Known.FOUND, addresses=(IPv4Address("203.0.113.9"),), origin="fixed")})
    entry = made(refused, facts=facts)
    assert (entry.missing, entry.policy_version, json.loads(entry.document)) == ("urls claimant", "p1", {"schema": 1})
    assert json.loads(entry.facts)["hosts"]["www.shop.example"]["addresses"] == ["203.0.113.9"]


def test_what_has_no_decision_is_received_or_held() -> None:
    received = undecided_entry(SUBMISSION, answer=ANSWER)
    assert (received.verdict, received.reason, received.reports) == (None, None, ())
    held = undecided_entry(SUBMISSION, answer=ANSWER, reason=Reason.WORKER_DIED)
    assert (held.verdict, held.event, json.loads(held.document)["reason"]) == (Verdict.HELD, None, "worker-died")


@given(st.text(alphabet=st.characters(), max_size=50))
def test_any_text_becomes_storable(text: str) -> None:
    kept = storable(text)
    kept.encode("utf-8")
    assert "\0" not in kept
    assert len(kept) == len(text)


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\0\ud800\udfff<>\r\n")), max_size=40))
def test_any_text_of_a_mail_becomes_an_entry_that_can_be_written(text: str) -> None:
    hostile = report(message=MessageHead(message_id=text, subject=text, from_=text), text=text, words=text)
    link = JudgedLink(link=Link(url=text, host=text, origin="text"))
    reading = Reading(reports=(hostile,), head=MessageHead(subject=text, from_=text, message_id=text), header=HeaderBlock())
    one = decided(report=hostile, links=(link,), accusation=Accusation(kind="host", value=text))
    decision = Decision(reports=(one,), leading=one)
    entry = entry_of(SUBMISSION, reading, decision, document={"subject": text}, facts=Facts(), answer=replace(ANSWER, lines=(text,)))
    for value in (entry.subject, entry.reporter, entry.words, entry.answer, entry.document, *(one.url for one in entry.reports[0].links)):
        value.encode("utf-8")
        assert "\0" not in value
    json.loads(entry.document)


def test_an_entry_can_be_handed_to_another_process() -> None:
    entry = made(decided())
    assert pickle.loads(pickle.dumps(entry)) == entry


def test_a_worker_that_makes_entries_loads_no_database() -> None:
    code = "import sys, storage.entry, storage.reference; print([m for m in ('sqlalchemy', 'sqlmodel', 'sqlite3') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_real_mail_goes_all_the_way() -> None:
    from parsers.reading import parse_submission
    from routing.decide import decide

    policy = Policy(prefixes=PrefixTable([HELD]), routable=(ip_network("203.0.113.0/24"), ip_network("192.0.2.0/24")))
    reading = parse_submission(SUBMISSION, policy.limits, desk_addresses=())
    decision = decide(SUBMISSION, reading, Facts(), policy)
    entry = entry_of(SUBMISSION, reading, decision, document={}, facts=Facts(), answer=ANSWER)
    assert entry.verdict is decision.verdict
    assert entry.reporter == "ann@reporter.example"


def test_a_submission_with_one_sealed_report_is_sealed() -> None:
    sealed = decided(report=report(words="this page shows child pornography"))
    assert made(decided(), sealed).is_sealed
    assert not made(decided()).is_sealed
