"""What the report says of the sender, held against what the mail's own chain shows.

A report's word is a claim. It supports the chain only where it comes from another hand than the chain itself: a
feedback report that the receiving operator's own systems sent.
"""

from dataclasses import dataclass

from parsers.report import Address, Report, ReportedAddress, Role
from routing.provenance import Evidence
from routing.receiver import ReportContext
from routing.sides import side_of

# Read off the same header that the walk reads: no second witness.
_FROM_THE_MAIL_ITSELF = ("x-originating-ip",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The report's claims as Evidence, and the addresses among them that contradict the chain."""

    evidence: tuple[Evidence, ...] = ()
    contradicting: tuple[Address, ...] = ()


def claims_of(report: Report) -> tuple[ReportedAddress, ...]:
    """The addresses that the report accuses of having sent the mail."""
    return tuple(one for one in report.addresses if one.role is Role.SOURCE and one.origin not in _FROM_THE_MAIL_ITSELF)


def compare_claims(report: Report, handover: Address | None, sides: frozenset[str], context: ReportContext) -> Claims:
    """Agreement and contradiction between claims and chain; one claim that agrees answers for all of them."""
    claims = claims_of(report)
    if handover is None or not claims:
        return Claims()
    is_agreed = any(claim.ip == handover for claim in claims)
    evidence = tuple(_as_evidence(claim, handover, is_independent(claim, sides, context)) for claim in claims)
    contradicting = () if is_agreed else tuple(dict.fromkeys(claim.ip for claim in claims))
    return Claims(evidence=evidence, contradicting=contradicting)


def is_independent(claim: ReportedAddress, sides: frozenset[str], context: ReportContext) -> bool:
    """Whether a machine of the receiving side itself reports: its domain, and its own hosts or connection, agree."""
    if not claim.origin.startswith(("arf:", "xarf:")):
        return False
    reporter = side_of(context.reporter_domain)
    if reporter is None or reporter.name not in sides:
        return False
    is_connected = context.peer is not None and reporter.operator is not None and reporter.operator.sends_from(context.peer)
    return is_connected or any((own := side_of(hop.by)) and own.name == reporter.name for hop in context.peeled)


def _as_evidence(claim: ReportedAddress, handover: Address, independent: bool) -> Evidence:
    if claim.ip != handover:
        because = f"the report names {claim.ip}, the mail's own chain {handover}"
    elif independent:
        because = "the receiving side's own systems report the same address"
    else:
        because = "the report names the same address, perhaps read off the same lines"
    return Evidence(
        kind=claim.origin, ip=claim.ip, field_index=-1, authority="the report", because=because,
        is_believed=independent and claim.ip == handover,
    )  # fmt: skip
