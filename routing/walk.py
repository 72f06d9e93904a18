"""The walk over a reported mail's Received chain (thin first version)."""

from config.policy import Policy
from parsers.report import Report
from routing.provenance import Grade, HopStatus, Provenance, WalkedHop
from routing.receiver import ReportContext


def trace_provenance(report: Report, policy: Policy, *, context: ReportContext) -> Provenance:
    """Who handed the reported mail over."""
    walked, source = [], None
    for hop in report.hops:
        is_border = source is None and hop.from_ip is not None and policy.is_public(hop.from_ip)
        if is_border:
            source = hop
        status = HopStatus.BORDER if is_border else HopStatus.OWN if source is None else HopStatus.CLAIMED
        walked.append(WalkedHop(hop=hop, status=status, because=""))
    if source is None:
        return Provenance(hops=tuple(walked))
    return Provenance(hops=tuple(walked), ip=source.from_ip, grade=Grade.ASSERTED, handed_over_at=source.date)
