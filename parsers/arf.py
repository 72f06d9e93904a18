"""Feedback reports: the fields of message/feedback-report (RFC 5965, 6591, 6650), as sent and as they are worked out."""

import re

from config.limits import Limits
from parsers.fields import HeaderBlock, parse_header_block
from parsers.machine_report import MachineReport, addresses_of, links_to, port_of, stated, when_of
from parsers.report import Feedback, ReportedAddress, Role, Stated

_KINDS = {
    "abuse": Feedback.ABUSE, "spam": Feedback.ABUSE, "fraud": Feedback.FRAUD, "phishing": Feedback.FRAUD, "virus": Feedback.VIRUS,
    "not-spam": Feedback.NOT_SPAM, "opt-out": Feedback.OPT_OUT, "opt-out-list": Feedback.OPT_OUT, "unsubscribe": Feedback.OPT_OUT,
    "auth-failure": Feedback.AUTH_FAILURE, "other": Feedback.OTHER,
}  # fmt: skip
_MAX_FIELDS = 100
# Names that a feedback report is known by where its part is not marked as one: RFC 5965 section 3.1 requires the first three.
_TELLING = frozenset(
    "feedback-type user-agent version source-ip original-mail-from original-rcpt-to arrival-date received-date reported-domain".split()
)
_FEEDBACK_LINE = re.compile(r"^[ \t>]{0,8}Feedback-Type[ \t]{0,4}:", re.IGNORECASE | re.MULTILINE)
_FIELD_LINE = re.compile(r"[!-9;-~]{1,76}[ \t]{0,4}:")
_QUOTE_MARKS = re.compile(r"^[ \t>]{1,8}", re.MULTILINE)
_TEXT_CHARS = 16_384
# "complaint about message from 192.0.2.1": how JMRP names the source, in the subject alone.
_COMPLAINT = re.compile(r"complaint about message from ([0-9A-Fa-f.:]{3,45})", re.IGNORECASE)
_JMRP_FIELD = "x-hmxmroriginalrecipient"


def read_feedback(content: bytes, limits: Limits) -> MachineReport | None:
    """The fields of a message/feedback-report part, or None when there is no field in it."""
    block = parse_header_block(content.lstrip(b"\r\n \t"), limits)
    return _report(block, limits) if block.fields else None


def read_feedback_in_text(text: str, limits: Limits) -> MachineReport | None:
    """The same where the fields stand in a plain text; None unless three of them are there."""
    found = _FEEDBACK_LINE.search(text)
    if found is None:
        return None
    lines = _QUOTE_MARKS.sub("", _block_around(text, found.start()))
    block = parse_header_block(lines.encode("utf-8", "replace"), limits)
    names = {field.name.lower() for field in block.fields}
    return _report(block, limits) if len(names & _TELLING) >= 3 else None


def derive_feedback(outer: HeaderBlock, original: HeaderBlock) -> MachineReport | None:
    """What a junk-mail report without a feedback part (Microsoft's JMRP) says by its fields; None when it is none.

    All values are worked out, none is stated as such.
    """
    marked = next((block for block in (original, outer) if block.has(_JMRP_FIELD)), None)
    if marked is None:
        return None
    recipient = marked.text(_JMRP_FIELD)
    values = [stated("feedback-type", Feedback.ABUSE, is_derived=True), stated("original-rcpt-to", recipient, is_derived=True)]
    complaint = _COMPLAINT.search(outer.text("subject"))
    addresses: tuple[ReportedAddress, ...] = ()
    if complaint:
        values.append(stated("source-ip", complaint[1], is_derived=True))
        addresses = addresses_of(complaint[1], "arf:subject", Role.SOURCE)
    return MachineReport(feedback=Feedback.ABUSE, stated=tuple(values), addresses=addresses)


def _block_around(text: str, at: int) -> str:
    """The field lines around a place, quote marks taken off."""
    above = _QUOTE_MARKS.sub("", text[max(0, at - _TEXT_CHARS) : at]).split("\n")
    first = next((number for number in range(len(above) - 1, 0, -1) if not _FIELD_LINE.match(above[number - 1])), 0)
    return "\n".join(above[first:]) + _QUOTE_MARKS.sub("", text[at : at + _TEXT_CHARS])


def _report(block: HeaderBlock, limits: Limits) -> MachineReport:
    values = tuple(stated(field.name.lower(), field.decoded) for field in block.fields[:_MAX_FIELDS])
    when = next(filter(None, (when_of(block.text(name)) for name in ("arrival-date", "received-date"))), None)
    port = port_of(block.text("source-port"))
    uris = [field.decoded for field in block.all("reported-uri")[: limits.links]]
    return MachineReport(
        feedback=_KINDS.get(block.text("feedback-type").strip().lower(), Feedback.OTHER) if block.has("feedback-type") else None,
        stated=values,
        addresses=addresses_of(block.text("source-ip"), "arf:source-ip", Role.SOURCE, when=when, port=port),
        links=tuple(link for uri in uris for link in links_to(uri, limits, "arf")),
    )


def derived_from(original: HeaderBlock, said: MachineReport) -> tuple[Stated, ...]:
    """What the enclosed mail tells where the report itself says nothing, marked as worked out."""
    known = {value.name for value in said.stated}
    mail_from, recipient = original.text("return-path"), original.text("delivered-to") or original.text("to")
    candidates = (("original-mail-from", mail_from), ("original-rcpt-to", recipient), ("message-id", original.text("message-id")))
    return tuple(stated(name, value, is_derived=True) for name, value in candidates if value and name not in known)
