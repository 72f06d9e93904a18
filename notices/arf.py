"""Accepted submissions as feedback reports (ARF, RFC 5965), for those whom the settings name a feedback loop for, and nobody else.

Of the reported mail go the header fields that tell its way and what it was, with everybody on the reporter's side redacted; what
cannot be said without naming them is not said.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from config.events import Event
from config.sections import NoticeSettings
from notices.letter import fit_mailbox
from notices.redaction import Redaction, recipients_in
from parsers.report import Report
from routing.verdict import Verdict
from storage.notices import Written
from storage.queries import Whole

# Feedback-Type of RFC 5965 section 7.3; what is none of these is not reported by ARF.
_TYPES: Mapping[Event, str] = {Event.SPAM: "abuse", Event.PHISHING_SITE: "fraud", Event.MALWARE_SITE: "virus"}
_SHOWN = ("received", "date", "from", "subject", "message-id")
_URLS = 20
_LINE_CHARS = 900
_NOTHING = Written(recipient="", subject="", body="", message_id="")
_PLAIN = re.compile(r"[^\x20-\x7e]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackReport:
    """to: whose feedback loop, "" for nobody's.   raw: the mail, None where there can be none.   why: then why not.

    written: what of it a person reads.
    """

    to: str = ""
    written: Written = _NOTHING
    raw: bytes | None = None
    why: str = ""


def feedback_report(
    whole: Whole, reports: tuple[Report, ...], settings: NoticeSettings, *, contact: str, at: datetime | None = None
) -> FeedbackReport:
    """A submission's first accepted report that is a mail.

    reports: the submission read again.   contact: the desk's address.   at: the mail's date, None for that of the submission.
    """
    if whole.submission["verdict"] != Verdict.ACCEPTED:
        return FeedbackReport(why="it was not accepted")
    kind = _TYPES.get(Event(whole.submission["event"]))
    if kind is None:
        return FeedbackReport(why=f"ARF has no type for {whole.submission['event']}")
    if whole.submission["is_sealed"]:
        return FeedbackReport(why="it is sealed")
    places = (number for number, row in enumerate(whole.reports) if row["verdict"] == Verdict.ACCEPTED and number < len(reports))
    place = next((number for number in places if reports[number].header is not None), None)
    if place is None:
        return FeedbackReport(why="no reported mail is there")
    to = fit_mailbox(settings.feedback_loops.get(whole.reports[place]["contractor"], ""))
    if not to:
        return FeedbackReport(why=f"there is no feedback loop for {whole.reports[place]['contractor'] or 'whoever is concerned'}")
    redaction = _redaction(whole, reports, settings, known=(contact, to))
    date = at or whole.submission["arrived_at"]
    content = _Content(whole=whole, place=place, report=reports[place], kind=kind, to=to, contact=contact, at=date)
    raw = _message(content, redaction)
    if not redaction.names_nobody(raw.decode("utf-8", "replace").replace("=\r\n", "")):
        return FeedbackReport(to=to, why="it cannot be said without naming the reporter")
    written = Written(recipient=to, subject=content.subject, body=content.text, message_id=content.message_id)
    return FeedbackReport(to=to, written=written, raw=raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """What one feedback report is made of."""

    whole: Whole
    place: int
    report: Report
    kind: str
    to: str
    contact: str
    at: datetime

    @property
    def row(self) -> Mapping[str, Any]:
        """The report as it is stored."""
        return self.whole.reports[self.place]

    @property
    def reference(self) -> str:
        """As the reporter was told it."""
        return str(self.whole.submission["told_reference"])

    @property
    def subject(self) -> str:
        """Nothing of it is the reporter's."""
        return f"[{self.reference}] {self.kind} report"

    @property
    def message_id(self) -> str:
        """The same however often it is written."""
        return f"<{self.whole.submission['digest'][:40]}.arf@{self.contact.rpartition('@')[2]}>"

    @property
    def text(self) -> str:
        """For a person."""
        return "".join(f"{line}\n" for line in _words(self))


def _redaction(whole: Whole, reports: tuple[Report, ...], settings: NoticeSettings, *, known: tuple[str, ...]) -> Redaction:
    """known: who stands in the report's own header, and is no secret."""
    named = [whole.submission["reporter"], whole.submission["mail_from"]]
    named += [address for report in reports if report.header for address in recipients_in(report.header)]
    return Redaction([address for address in named if address.lower() not in known], settings.webhook_secret)


def _message(content: _Content, redaction: Redaction) -> bytes:
    """multipart/report of three parts: for a person, for a program, and the reported header (RFC 5965 section 2)."""
    message = MIMEMultipart("report", boundary=f"=_{content.whole.submission['digest'][:32]}", report_type="feedback-report", policy=SMTP)
    message["From"] = content.contact
    message["To"] = content.to
    message["Subject"] = content.subject
    message["Date"] = format_datetime(content.at)
    message["Message-ID"] = content.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.attach(MIMEText(content.text.replace("\n", "\r\n"), "plain", "us-ascii"))
    message.attach(_part("message", "feedback-report", _fields(content, redaction)))
    message.attach(_part("text", "rfc822-headers", _header(content, redaction)))
    return message.as_bytes(policy=SMTP)


def _part(main: str, sub: str, lines: Iterator[tuple[str, str]]) -> MIMEBase:
    part = MIMEBase(main, sub, policy=SMTP)
    part.set_payload("".join(f"{name}: {value}\r\n" for name, value in lines))
    return part


def _words(content: _Content) -> Iterator[str]:
    yield f"This is an abuse report about {_plain(content.row['accused_value'])}, accepted as {content.reference}."
    yield f"Type: {content.kind}. Reported on {content.whole.submission['arrived_at']:%Y-%m-%d %H:%M} UTC."
    yield "Everybody on the reporter's side is redacted. Questions: answer this mail and keep the reference."


def _fields(content: _Content, redaction: Redaction) -> Iterator[tuple[str, str]]:
    """The machine-readable part (section 3.1): what is known, and nothing made up."""
    yield "Feedback-Type", content.kind
    yield "User-Agent", "abusedesk/1"
    yield "Version", "1"
    name = "Source-IP" if content.row["accused_kind"] == "address" else "Reported-Domain"
    yield name, _plain(content.row["accused_value"])
    if arrived := _handed_over(content):
        yield "Arrival-Date", format_datetime(arrived)
    told = content.whole.document["reports"][content.place]
    for link in [one for one in told["links"] if one["in_network"]][:_URLS]:
        yield "Reported-URI", _plain(redaction.hide(link["url"]))


def _handed_over(content: _Content) -> datetime | None:
    """When the border of the reporter's side took the mail in; None where no line of it tells."""
    hops = content.whole.document["reports"][content.place]["hops"]
    written = next((hop["date"] for hop in hops if hop["status"] == "border" and hop["date"]), None)
    return datetime.fromisoformat(written) if written else None


def _header(content: _Content, redaction: Redaction) -> Iterator[tuple[str, str]]:
    """The reported mail's fields, in their order, those that tell its way and what it was."""
    assert content.report.header is not None
    for field in content.report.header.fields:
        name = field.name.lower()
        if name not in _SHOWN:
            continue
        hidden = redaction.hide(field.decoded if name in ("subject", "from") else field.value)
        yield field.name, _plain(hidden) if hidden.isascii() else Header(_one_line(hidden), "utf-8", maxlinelen=70).encode(linesep="\r\n")


def _plain(text: str) -> str:
    """One line of ASCII."""
    return _PLAIN.sub("?", _one_line(text))


def _one_line(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:_LINE_CHARS]
