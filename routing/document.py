"""The document of a decision (schema 1): what `explain --json` prints, the store keeps and the API returns."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from parsers.defects import Defect
from parsers.report import Attachment, MessageHead, Report, ReportedAddress, Role, Stated, Step
from parsers.submission import Submission
from routing.answer import Answer
from routing.decision import Accusation, Decision, JudgedLink, ReportDecision
from routing.provenance import Evidence, Grade, HopStatus, Provenance, Rung, WalkedHop

SCHEMA = 1

Document = dict[str, Any]


def document(submission: Submission, decision: Decision, answer: Answer, *, reference: str, sha256: str, policy_version: str) -> Document:
    """A decision as plain JSON values; fields are only ever added, never renamed, within a schema."""
    leading = decision.leading
    many = len(decision.reports) > 1
    trace = [_step(step) for step in decision.steps]
    for number, one in enumerate(decision.reports):
        trace += [_step(step) | ({"report": number} if many else {}) for step in one.steps]
    return {
        "schema": SCHEMA,
        "input": submission.name,
        "sha256": sha256,
        "reference": reference,
        "door": submission.door.value,
        "arrived_at": _time(submission.arrived_at),
        "verdict": leading.verdict.value,
        "reason": leading.reason.value,
        "event": leading.event.value,
        "event_because": leading.event_because,
        "language": decision.language,
        "answer": {"smtp": answer.smtp(reference), "exit": answer.exit},
        "accused": _accusation(leading.accusation),
        "reports": [_report(one) for one in decision.reports],
        "defects": [defect_value(defect) for defect in decision.defects],
        "policy": policy_version,
        "trace": trace,
    }


def _report(one: ReportDecision) -> Document:
    report, provenance = one.report, one.provenance
    return {
        "found_as": report.found_as.value,
        "path": report.path,
        "span": list(report.span) if report.span else None,
        "message": _message(report.message),
        "has_full_headers": report.has_full_headers,
        "hops": [_hop(walked) for walked in provenance.hops],
        "source": _source(provenance),
        "claimed_source": _claimed_source(report, provenance),
        "addresses": [_address(reported) for reported in report.addresses],
        "links": [_link(judged) for judged in one.links],
        "feedback": report.feedback.value if report.feedback else None,
        "machine_type": report.machine_type,
        "stated": [_stated(stated) for stated in report.stated],
        "attachments": [_attachment(attachment) for attachment in report.attachments],
        "verdict": one.verdict.value,
        "reason": one.reason.value,
        "event": one.event.value,
        "event_because": one.event_because,
        "missing": [item.value for item in one.missing],
        "accused": _accusation(one.accusation),
        "defects": [defect_value(defect) for defect in report.defects],
    }


def _message(head: MessageHead | None) -> Document | None:
    if head is None:
        return None
    return {"message_id": head.message_id, "subject": head.subject, "from": head.from_, "to": head.to, "date": _time(head.date)}


def _hop(walked: WalkedHop) -> Document:
    hop = walked.hop
    return {
        "position": hop.position,
        "header_index": hop.field_index,
        "from_name": hop.from_name,
        "from_helo": hop.from_helo,
        "from_rdns": hop.from_rdns,
        "from_ip": _text(hop.from_ip),
        "by": hop.by,
        "with": hop.with_,
        "tls": hop.tls,
        "id": hop.id,
        "for": hop.for_,
        "date": _time(hop.date),
        "status": walked.status.value,
        "because": walked.because,
        "marks": list(walked.marks),
        "defects": [defect.value for defect in hop.defects],
    }


def _source(provenance: Provenance) -> Document:
    return {
        "ip": _text(provenance.ip),
        "grade": provenance.grade.value,
        "handed_over_at": _time(provenance.handed_over_at),
        "because": provenance.because,
        "receiver": provenance.receiver,
        "receiver_because": provenance.receiver_because,
        "conflicting": [str(ip) for ip in provenance.conflicting],
        "evidence": [_evidence(evidence) for evidence in provenance.evidence],
        "rungs": [_rung(rung) for rung in provenance.rungs],
    }


def _evidence(evidence: Evidence) -> Document:
    return {
        "kind": evidence.kind,
        "ip": _text(evidence.ip),
        "header_index": evidence.field_index,
        "authority": evidence.authority,
        "believed": evidence.is_believed,
        "because": evidence.because,
    }


def _rung(rung: Rung) -> Document:
    return {
        "ip": str(rung.ip),
        "status": rung.status.value,
        "provider": rung.provider,
        "header_index": rung.field_index,
        "because": rung.because,
    }


def _claimed_source(report: Report, provenance: Provenance) -> str | None:
    """What is said to be the source and is not proved, None where nothing is.

    A machine report's address beside a mail, or the name it gives; else, where the border cannot be read, the newest claim below it.
    """
    stated = next((one for one in report.addresses if one.role is Role.SOURCE and ":" in one.origin), None)
    if stated is not None:
        return str(stated.ip) if report.has_full_headers else None
    if provenance.grade is Grade.UNREADABLE:
        return next((str(rung.ip) for rung in provenance.rungs if rung.status is HopStatus.CLAIMED), None)
    return report.stated_value("source") or None


def _address(reported: ReportedAddress) -> Document:
    plain: Document = {"ip": str(reported.ip), "role": reported.role.value, "at": _time(reported.at), "origin": reported.origin}
    if reported.is_zone_assumed:
        plain["zone"] = "assumed"
    if reported.port is not None:
        plain["port"] = reported.port
    if reported.because:
        plain["because"] = reported.because
    return plain


def _link(judged: JudgedLink) -> Document:
    link = judged.link
    plain: Document = {
        "url": link.url,
        "host": link.host,
        "addresses": [str(ip) for ip in judged.addresses],
        "in_network": judged.is_own,
        "origin": link.origin,
        "because": judged.because,
    }
    if link.role is not Role.SOURCE:
        plain["role"] = link.role.value
    for name, value in (("written", link.written), ("wrapped", link.wrapped), ("shown", link.shown)):
        if value and value != link.url:
            plain[name] = value
    return plain


def _stated(stated: Stated) -> Document:
    return {"name": stated.name, "value": stated.value, "derived": stated.is_derived}


def _attachment(attachment: Attachment) -> Document:
    return {
        "path": attachment.path,
        "filename": attachment.filename,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
    }


def _accusation(accusation: Accusation | None) -> Document | None:
    if accusation is None:
        return None
    held = accusation.assignment
    return {
        "kind": accusation.kind,
        "value": accusation.value,
        "prefix": held.prefix if held else None,
        "contractor": held.contractor if held else "",
        "service": held.service if held else "",
    }


def defect_value(defect: Defect) -> Document:
    """A defect as it stands in the document."""
    return {"kind": defect.kind.value, "where": defect.where, "detail": defect.detail}


def _step(step: Step) -> Document:
    plain: Document = {"rule": step.rule, "outcome": step.outcome.value, "because": step.because}
    if step.path:
        plain["path"] = step.path
    if step.span:
        plain["span"] = list(step.span)
    return plain


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)


def accused_addresses(plain: Document) -> tuple[str, ...]:
    """Every address that a document accuses, each once: for lists and searches."""
    found: dict[str, None] = {}
    for report in plain["reports"]:
        for ip in _accused_in(report):
            found[ip] = None
    return tuple(found)


def _accused_in(report: Document) -> Iterable[str]:
    if report["source"]["ip"]:
        yield report["source"]["ip"]
    for one in report["addresses"]:
        if one["role"] == Role.SOURCE:
            yield one["ip"]
