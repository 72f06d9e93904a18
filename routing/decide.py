"""decide(): each report is heard, the table gives its reason, and the best of them stands for the submission."""

from dataclasses import dataclass, replace

from config.policy import Policy
from parsers.fields import HeaderBlock
from parsers.report import Reading, Report
from parsers.submission import Submission
from routing.classify import classify
from routing.decision import Accusation, Decision, ReportDecision
from routing.decision_table import TABLE, first_rule
from routing.facts import Facts, Known
from routing.matter import Matter
from routing.ownership import judge_address, judge_link
from routing.preparation import missing_items
from routing.provenance import HopStatus
from routing.receiver import ReportContext
from routing.signatures import verify_signatures
from routing.verdict import Reason, Verdict
from routing.walk import trace_provenance

_BULK_FIELDS = ("list-unsubscribe", "list-unsubscribe-post", "feedback-id", "x-csa-complaints", "x-campaign-id")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hearing:
    """What all reports of one submission are decided upon."""

    submission: Submission
    reading: Reading
    facts: Facts
    policy: Policy
    context: ReportContext


def decide(submission: Submission, reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """Give each report its verdict, and the submission the best of them: accepted, else held, else rejected.

    Pure: the same values give the same decision, for ever.
    """
    context = _context_of(submission, reading)
    hearing = _Hearing(submission=submission, reading=reading, facts=facts, policy=policy, context=context)
    decided = tuple(_decide_report(report, hearing) for report in reading.reports)
    order = (Verdict.ACCEPTED, Verdict.HELD, Verdict.REJECTED)
    leading = min(decided, key=lambda one: order.index(one.verdict))
    return Decision(
        reports=decided,
        leading=leading,
        steps=reading.steps,
        defects=reading.defects,
        language=reading.language,
        is_automatic=reading.is_automatic,
    )


def _decide_report(report: Report, hearing: _Hearing) -> ReportDecision:
    matter = _matter_of(report, hearing)
    rule, steps = first_rule(TABLE, matter)
    return ReportDecision(
        report=report,
        provenance=matter.provenance,
        event=matter.event,
        event_because=matter.classified.because,
        reason=rule.reason,
        missing=matter.missing,
        links=matter.links,
        addresses=matter.addresses,
        accusation=_accusation(rule.reason, matter),
        steps=(*matter.classified.steps, *steps),
    )


def _matter_of(report: Report, hearing: _Hearing) -> Matter:
    submission, reading, policy = hearing.submission, hearing.reading, hearing.policy
    classified = classify(report, reading, submission, policy)
    keys = hearing.facts.keys
    signatures = verify_signatures(report, keys, policy.limits) if any(key.known is Known.FOUND for key in keys.values()) else ()
    return Matter(
        report=report,
        provenance=trace_provenance(report, policy, context=replace(hearing.context, signatures=signatures)),
        classified=classified,
        links=tuple(judge_link(link, hearing.facts, policy, submission.arrived_at) for link in report.links),
        addresses=tuple(judge_address(reported, policy) for reported in report.addresses),
        missing=missing_items(classified.event, report, reading, submission),
        policy=policy,
        defects=(*reading.defects, *report.defects),
        is_bulk=_is_bulk(reading.header),
        is_to_desk=reading.is_to_desk,
    )


def _is_bulk(header: HeaderBlock) -> bool:
    """Whether a mail says that it is bulk mail (RFC 2369, RFC 8058, and the marks that senders of campaigns use)."""
    return header.has(*_BULK_FIELDS) or header.text("precedence").strip().lower() in ("bulk", "junk")


def _accusation(reason: Reason, matter: Matter) -> Accusation | None:
    """Whom an accepted report accuses: one address or one host, never a bystander."""
    match reason:
        case Reason.SENDER_IN_NETWORK:
            held = matter.policy.prefixes.find(matter.provenance.ip, matter.provenance.handed_over_at) if matter.provenance.ip else None
            return Accusation(kind="address", value=str(matter.provenance.ip), assignment=held)
        case Reason.SENDER_BEHIND_PROVIDER:
            rung = matter.own_rung(HopStatus.ATTESTED)
            held = matter.policy.prefixes.find(rung.ip, matter.provenance.handed_over_at) if rung else None
            return Accusation(kind="address", value=str(rung.ip), assignment=held) if rung else None
        case Reason.ADDRESS_IN_NETWORK:
            own = matter.own_address
            return Accusation(kind="address", value=str(own.reported.ip), assignment=own.assignment) if own else None
        case Reason.LINK_IN_NETWORK:
            link = matter.own_link
            return Accusation(kind="host", value=link.link.host, assignment=link.assignment) if link else None
        case _:
            return None


def _context_of(submission: Submission, reading: Reading) -> ReportContext:
    sender = reading.head.from_ or submission.envelope.mail_from
    domain = sender.rpartition("@")[2].rstrip("> \t").lower()
    return ReportContext(
        door=submission.door,
        reporter_domain=domain if "." in domain else "",
        peer=submission.envelope.peer,
        header=reading.header,
        peeled=reading.peeled,
    )
