"""A second reader of each chain: it decides nothing, and where it differs a person sees it.

It costs more than everything before it, so it is heard where somebody of ours would be accused or held, and where a
person asks for an explanation.
"""

from config.policy import Policy
from parsers.defects import Defect
from parsers.mailparser_adapter import compare, second_opinion
from parsers.report import Report
from routing.decision import Decision
from routing.document import Document, defect_value


def add_second_opinion(plain: Document, decision: Decision, policy: Policy) -> None:
    """Add to a decision's document a defect for each hop that mail-parser reads differently; nothing where that is switched off."""
    if not policy.has_second_opinion:
        return
    for shown, decided in zip(plain["reports"], decision.reports, strict=True):
        shown["defects"] += [defect_value(defect) for defect in _differences(decided.report, policy)]


def _differences(report: Report, policy: Policy) -> tuple[Defect, ...]:
    if report.header is None or not report.hops:
        return ()
    block = b"".join(b"Received:" + field.raw + b"\r\n" for field in report.header.all("received"))
    return compare(report.hops, second_opinion(block, policy.limits))
