"""What a worker process hands to the writer: a submission and its verdict as plain values, ready to become rows.

Nothing here knows SQL. Every text is made storable (no NUL, no lone surrogate) and bounded; every list is bounded: the whole
mail is kept as evidence, these are what lists, searches and counts are made from.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address
from itertools import islice
from typing import Any

from config.events import Event
from parsers.report import MessageHead, Reading, Role
from parsers.submission import Door, Submission
from routing.answer import Answer
from routing.campaign import fingerprint, sketch_of
from routing.decision import Decision, JudgedLink, ReportDecision
from routing.facts import Facts
from routing.sealed import is_sealed
from routing.verdict import VERDICT_OF, Reason, Verdict
from storage.blocks import Address, block_of, sort_key
from storage.evidence import compress
from storage.kept_facts import facts_to_json
from storage.reference import PLACEHOLDER, letters_of
from storage.words import words_of

LINE_CHARS = 998  # RFC 5322 section 2.1.1
URL_CHARS = 2_048
HOST_CHARS = 255
ADDRESS_CHARS = 320  # RFC 5321 section 4.5.3.1: local part, @, domain
ANSWER_CHARS = 16_384
RECIPIENTS = 100
LINKS = 50
FINGERPRINTED = 20  # reports of one submission
ADDRESSES = 100
SEARCHED_CHARS = 800  # of each report's text

# What PostgreSQL cannot hold in a text, and UTF-8 cannot write.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressEntry:
    """An address that a report names.   sort_key, network: see storage/blocks.py.   at: when it acted, aware, or None."""

    ip: str
    sort_key: str
    network: str
    role: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEntry:
    """A host that a report links to, with the first such link.   in_network: None when that could not be told."""

    host: str
    url: str
    in_network: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportEntry:
    """One thing complained of.   accused_kind, accused_value: "" unless accepted; see routing.decision.Accusation.

    sketch, keys: by which its campaign is found (storage/campaigns.py); empty where the text is too short.
    """

    position: int
    verdict: Verdict
    reason: Reason
    event: Event
    found_as: str
    source_ip: str = ""
    grade: str = ""
    accused_kind: str = ""
    accused_value: str = ""
    contractor: str = ""
    service: str = ""
    message_id: str = ""
    subject: str = ""
    sketch: bytes = b""
    keys: tuple[int, ...] = ()
    links: tuple[LinkEntry, ...] = ()
    addresses: tuple[AddressEntry, ...] = ()

    @property
    def case_key(self) -> str:
        """What cases are grouped by: the event and the accused; "" when nothing of ours is accused."""
        return case_key(self.event, self.accused_kind, self.accused_value) if self.accused_kind else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One submission, ready to be stored.

    digest: identity, hex.   sha256: of the raw mail.   letters: the body of its reference.
    verdict, reason, event: None while it is not decided (or, for event, could not be told).
    frame: the raw mail as one zstd frame, of raw_bytes when opened.   document, facts: JSON texts.
    leading: the position of the report whose verdict, reason and event stand for the submission.
    completes: digest of the submission that it answers, "" for none.
    errands: kinds of what is left to do once it is decided (storage/outbox.py).
    is_sealed: it concerns child abuse material (routing/sealed.py).
    words: what it is found by.   answer: what the reporter is told, with PLACEHOLDER where the reference goes.
    """

    digest: str
    sha256: str
    letters: str
    door: Door
    arrived_at: datetime
    frame: bytes
    raw_bytes: int
    answer: str
    verdict: Verdict | None = None
    reason: Reason | None = None
    event: Event | None = None
    mail_from: str = ""
    rcpt_to: str = ""
    peer: str = ""
    reporter: str = ""
    subject: str = ""
    message_id: str = ""
    source_ip: str = ""
    network: str = ""
    language: str = "en"
    missing: str = ""
    policy_version: str = ""
    document: str = "{}"
    facts: str = "{}"
    words: str = ""
    is_automatic: bool = False
    is_sealed: bool = False
    reports: tuple[ReportEntry, ...] = ()
    leading: int = 0
    errands: tuple[str, ...] = ()
    completes: str = ""


def case_key(event: Event, kind: str, value: str) -> str:
    """One case for each event and accused address or host; a report that accuses neither (kind "") stays by itself (value: its digest)."""
    return f"{event.value}|{kind}|{value}"


def storable(text: str, limit: int = LINE_CHARS) -> str:
    """A text that both databases take, cut to limit characters; what they do not take becomes U+FFFD."""
    text = text[:limit]
    return text if text.isascii() and "\0" not in text else _UNSTORABLE.sub("\ufffd", text)


def entry_of(
    submission: Submission,
    reading: Reading,
    decision: Decision,
    *,
    document: Mapping[str, Any],
    facts: Facts,
    answer: Answer,
    policy_version: str = "",
) -> Entry:
    """A decided submission, ready to be stored.   Pure.

    document: the explanation (routing/document.py).
    """
    leading = decision.leading
    sealed = any(is_sealed(one.event, one.report) for one in decision.reports)
    reports = tuple(_report_entry(position, one) for position, one in enumerate(decision.reports))
    if sealed:  # lists, exports and other systems are made from columns: nothing that was written stands in one
        reports = tuple(replace(report, subject="", sketch=b"", keys=()) for report in reports)
    foremost = next((entry for entry, one in zip(reports, decision.reports, strict=True) if one is leading), reports[0])
    return Entry(
        **_arrival_of(submission),
        answer=storable(answer.smtp(PLACEHOLDER), ANSWER_CHARS),
        verdict=leading.verdict,
        reason=leading.reason,
        event=leading.event,
        reporter=_reporter(reading.head, submission),
        subject="" if sealed else foremost.subject or storable(reading.head.subject),
        message_id=foremost.message_id or storable(reading.head.message_id),
        source_ip=_accused_address(foremost),
        network=_block(_accused_address(foremost)),
        language=decision.language,
        missing=" ".join(leading.missing),
        policy_version=policy_version,
        document=_json(document),
        facts=_storable_json(facts_to_json(facts)),
        words=_places_in(reports) if sealed else _words_in(submission, reading.head, decision.reports, reports),
        is_automatic=decision.is_automatic,
        is_sealed=sealed,
        reports=reports,
        leading=foremost.position,
        completes=submission.completes[-1].digest if submission.completes else "",
    )


def undecided_entry(submission: Submission, *, answer: Answer, reason: Reason | None = None, policy_version: str = "") -> Entry:
    """A submission that has no decision, ready to be stored: received (reason None), or held because the reading failed.   Pure."""
    document = {
        "schema": 1,
        "input": submission.name,
        "sha256": submission.sha256,
        "door": submission.door.value,
        "arrived_at": submission.arrived_at.isoformat(),
        "verdict": VERDICT_OF[reason].value if reason else None,
        "reason": reason.value if reason else None,
        "event": None,
        "reports": [],
        "trace": [],
    }
    return Entry(
        **_arrival_of(submission),
        answer=storable(answer.smtp(PLACEHOLDER), ANSWER_CHARS),
        verdict=VERDICT_OF[reason] if reason else None,
        reason=reason,
        reporter=storable(submission.envelope.mail_from.lower(), ADDRESS_CHARS),
        policy_version=policy_version,
        document=_json(document),
        words=words_of(submission.envelope.mail_from[:ADDRESS_CHARS]),
    )


def _arrival_of(submission: Submission) -> dict[str, Any]:
    """What is known before anything is read."""
    envelope, digest = submission.envelope, submission.digest
    return {
        "digest": digest,
        "sha256": submission.sha256,
        "letters": letters_of(digest),
        "door": submission.door,
        "arrived_at": submission.arrived_at,
        "frame": compress(submission.raw),
        "raw_bytes": len(submission.raw),
        "mail_from": storable(envelope.mail_from, ADDRESS_CHARS),
        "rcpt_to": "\n".join(storable(one, ADDRESS_CHARS) for one in envelope.rcpt_to[:RECIPIENTS]),
        "peer": str(envelope.peer) if envelope.peer else "",
    }


def _report_entry(position: int, one: ReportDecision) -> ReportEntry:
    message, accusation = one.report.message, one.accusation
    assignment = accusation.assignment if accusation else None
    likeness = fingerprint(one.report) if position < FINGERPRINTED else None
    return ReportEntry(
        position=position,
        verdict=one.verdict,
        reason=one.reason,
        event=one.event,
        found_as=one.report.found_as.value,
        source_ip=str(one.provenance.ip) if one.provenance.ip else "",
        grade=one.provenance.grade.value,
        accused_kind=accusation.kind if accusation else "",
        accused_value=storable(accusation.value, HOST_CHARS) if accusation else "",
        contractor=storable(assignment.contractor) if assignment else "",
        service=storable(assignment.service) if assignment else "",
        message_id=storable(message.message_id) if message else "",
        subject=storable(message.subject) if message else "",
        sketch=sketch_of(likeness) if likeness else b"",
        keys=tuple(int(key.replace("-", ""), 16) for key in likeness.keys) if likeness else (),
        links=_link_entries(one.links),
        addresses=_address_entries(one),
    )


def _link_entries(links: Iterable[JudgedLink]) -> tuple[LinkEntry, ...]:
    """One for each host."""
    found: dict[str, LinkEntry] = {}
    for judged in links:
        host = storable(judged.link.host, HOST_CHARS)
        if host and host not in found:
            found[host] = LinkEntry(host=host, url=storable(judged.link.url, URL_CHARS), in_network=judged.is_own)
            if len(found) == LINKS:
                break
    return tuple(found.values())


def _address_entries(one: ReportDecision) -> tuple[AddressEntry, ...]:
    """The handover address first, then what the report names, each once a role."""
    found: dict[tuple[str, str], AddressEntry] = {}
    if one.provenance.ip:
        _add_address(found, one.provenance.ip, Role.SOURCE, one.provenance.handed_over_at)
    for judged in islice(one.addresses, ADDRESSES - len(found)):
        _add_address(found, judged.reported.ip, judged.reported.role, judged.reported.at)
    return tuple(found.values())


def _add_address(found: dict[tuple[str, str], AddressEntry], ip: Address, role: Role, at: datetime | None) -> None:
    text = str(ip)
    one = AddressEntry(ip=text, sort_key=sort_key(ip), network=block_of(ip), role=role.value, at=at)
    found.setdefault((text, role.value), one)


def _accused_address(entry: ReportEntry) -> str:
    """The address that a list shows and counts: the accused one of ours, else the handover address, else the first accused one."""
    if entry.accused_kind == "address":
        return entry.accused_value
    return entry.source_ip or next((one.ip for one in entry.addresses if one.role == Role.SOURCE), "")


def _block(ip: str) -> str:
    return block_of(ip_address(ip)) if ip else ""


def _reporter(head: MessageHead, submission: Submission) -> str:
    """The From address, lower case, without a display name; the envelope sender where there is none."""
    written = head.from_ or submission.envelope.mail_from
    inside = written.rpartition("<")[2].partition(">")[0] if "<" in written else written
    return storable(inside.strip().lower(), ADDRESS_CHARS)


def _words_in(submission: Submission, head: MessageHead, decisions: Iterable[ReportDecision], entries: Iterable[ReportEntry]) -> str:
    """Everything that a person may look for: subjects, addresses, hosts, Message-IDs, and how the texts begin."""
    texts = {submission.envelope.mail_from[:ADDRESS_CHARS]: None, head.from_[:LINE_CHARS]: None}
    texts |= {head.subject[:LINE_CHARS]: None, head.message_id[:LINE_CHARS]: None}
    for one, entry in zip(decisions, entries, strict=True):
        texts |= {entry.subject: None, entry.message_id: None}
        texts |= dict.fromkeys(address.ip for address in entry.addresses)
        texts |= dict.fromkeys(link.host for link in entry.links)
        texts |= {one.report.words[:SEARCHED_CHARS]: None, one.report.text[:SEARCHED_CHARS]: None}
    return words_of(storable(" ".join(text for text in texts if text), 8 * SEARCHED_CHARS))


def _places_in(entries: Iterable[ReportEntry]) -> str:
    """What a sealed submission may be found by: addresses and hosts."""
    places = [place for entry in entries for place in (*(one.ip for one in entry.addresses), *(link.host for link in entry.links))]
    return words_of(" ".join(dict.fromkeys(places)))


def _json(value: Mapping[str, Any]) -> str:
    return _storable_json(json.dumps(value, ensure_ascii=False))


def _storable_json(text: str) -> str:
    """NUL is written as an escape in JSON; what remains are surrogates."""
    return text if text.isascii() else _UNSTORABLE.sub("\ufffd", text)
