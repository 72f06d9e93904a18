"""Entries of our own making, for tests that do not care how a mail was read."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

from config.events import Event
from parsers.submission import Door
from routing.verdict import VERDICT_OF, Reason, Verdict
from storage.blocks import sort_key
from storage.entry import AddressEntry, Entry, LinkEntry, ReportEntry
from storage.evidence import compress
from storage.reference import PLACEHOLDER, letters_of
from storage.words import words_of

NOON = datetime(2026, 8, 3, 12, 0, tzinfo=UTC)


def raw_mail(number: int) -> bytes:
    """The raw bytes of the submission of that number."""
    return f"From: reporter@reporter.example\r\nSubject: report {number}\r\n\r\nplease look\r\n".encode() * 3


def report_entry(reason: Reason = Reason.OUT_OF_NETWORK, **changes: Any) -> ReportEntry:
    """A report of one mail from 198.51.100.7, or of ours from 203.0.113.9 when it is accepted."""
    is_ours = VERDICT_OF[reason] is Verdict.ACCEPTED
    ip = "203.0.113.9" if is_ours else "198.51.100.7"
    plain = ReportEntry(
        position=0,
        verdict=VERDICT_OF[reason],
        reason=reason,
        event=Event.SPAM,
        found_as="attached",
        source_ip=ip,
        grade="asserted",
        accused_kind="address" if is_ours else "",
        accused_value=ip if is_ours else "",
        contractor="Blue Hosting" if is_ours else "",
        message_id="<spam@sender.example>",
        subject="buy now",
        links=(LinkEntry(host="www.shop.example", url="https://www.shop.example/a", in_network=False),),
        addresses=(
            AddressEntry(
                ip=ip,
                sort_key=sort_key(ip_address(ip)),
                network=ip.rpartition(".")[0] + ".0/24",
                role="source",
                at=NOON - timedelta(hours=1),
            ),
            AddressEntry(ip="192.0.2.25", sort_key=sort_key(ip_address("192.0.2.25")), network="192.0.2.0/24", role="target"),
        ),
    )
    return replace(plain, **changes)


def entry(number: int = 1, reason: Reason | None = Reason.OUT_OF_NETWORK, *, report: ReportEntry | None = None, **changes: Any) -> Entry:
    """The submission of that number, decided with that reason; None: only received."""
    raw = raw_mail(number)
    digest = hashlib.sha256(b"reporter@reporter.example\0" + raw).hexdigest()
    report = report or (report_entry(reason) if reason else None)
    plain = Entry(
        digest=digest,
        sha256=hashlib.sha256(raw).hexdigest(),
        letters=letters_of(digest),
        door=Door.SMTP,
        arrived_at=NOON + timedelta(seconds=number),
        frame=compress(raw),
        raw_bytes=len(raw),
        answer=f"250 2.0.0 [{reason or 'received'}] {PLACEHOLDER}",
        verdict=VERDICT_OF[reason] if reason else None,
        reason=reason,
        event=report.event if report else None,
        mail_from="reporter@reporter.example",
        rcpt_to="abuse@example-host.jp",
        peer="192.0.2.25",
        reporter="reporter@reporter.example",
        subject=report.subject if report else "",
        message_id=report.message_id if report else "",
        source_ip=report.source_ip if report else "",
        network="198.51.100.0/24" if report else "",
        policy_version="p1",
        document='{"schema": 1, "trace": []}',
        facts='{"hosts": {}}',
        words=words_of(f"buy now www.shop.example 迷惑メール number{number}"),
        reports=(report,) if report else (),
    )
    return replace(plain, **changes)
