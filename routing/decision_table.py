"""The decision table: one visible list of rules, tried from the top; the first that applies gives the reason.

docs/decisions.md is printed from TABLE. Every rule tried is a step of the trace, hits and misses.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from config.events import Accused, Event, Item, rule_of
from parsers.defects import DefectKind
from parsers.report import Feedback, FoundAs, Outcome, Role, Step
from routing.matter import Matter
from routing.provenance import HopStatus
from routing.verdict import VERDICT_OF, Reason

_STRUCTURED = frozenset({FoundAs.ARF, FoundAs.XARF, FoundAs.ACNS})
_OUTERMOST = frozenset({FoundAs.BARE, FoundAs.MBOX, FoundAs.REDIRECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the table.

    applies: the sentence why it applies, or "" when it does not.   otherwise: what a miss means, for the trace.
    sentence: the policy's own words for docs and pages.
    """

    name: str
    reason: Reason
    applies: Callable[[Matter], str]
    otherwise: str
    sentence: str


def _is_no_report(matter: Matter) -> str:
    if matter.report.found_as is FoundAs.BOUNCE:
        return "it is a bounce, an auto-reply or a receipt"
    if matter.report.feedback in (Feedback.NOT_SPAM, Feedback.OPT_OUT):
        return f"the feedback says {matter.report.feedback}"
    if _is_plain_bulk(matter):
        return "it is bulk mail that was sent to the desk itself and reports nothing"
    return ""


def _is_plain_bulk(matter: Matter) -> bool:
    """Bulk mail in which nothing is complained of and nothing of ours is named."""
    is_unsaid = matter.event is Event.OTHER and Item.OUR_INVOLVEMENT in matter.missing
    accuses = any(one.reported.role is Role.SOURCE for one in matter.addresses)
    return matter.is_bulk and matter.report.found_as is FoundAs.OWN_WORDS and is_unsaid and not accuses and not matter.is_ours


def _has_no_headers(matter: Matter) -> str:
    if matter.event is not Event.SPAM or matter.report.has_full_headers or matter.report.found_as in _STRUCTURED:
        return ""
    if not matter.has_mail and matter.own_address is not None:
        return ""
    return "reported as spam, and no Received line of the reported mail is there"


def _is_over_limits(matter: Matter) -> str:
    over = next((defect for defect in matter.defects if defect.kind is DefectKind.OVER_LIMIT), None)
    return f"the reading stopped at a limit ({over.detail or over.where})" if over and not matter.is_ours else ""


def _conflicts(matter: Matter) -> str:
    if matter.is_conflicting:
        return f"the evidence names {_listing((matter.provenance.ip, *matter.provenance.conflicting))}, and one of them is ours"
    is_shown = not matter.is_to_desk and matter.report.found_as not in _OUTERMOST
    if is_shown and matter.accuses_own_address:
        return "what accuses our address stands in a mail that was written to no desk, and that may be the reported one itself"
    return ""


def _lacks_information(matter: Matter) -> str:
    if not matter.missing or matter.event is Event.SPAM:
        return ""
    if matter.names_something and not matter.is_ours:
        return ""
    return f"a report of {matter.event} needs {_listing(matter.missing)}"


def _sender_is_ours(matter: Matter) -> str:
    return f"{matter.provenance.ip} handed the mail over and is ours ({matter.provenance.grade})" if matter.own_sender else ""


def _sender_is_behind_provider(matter: Matter) -> str:
    rung = matter.own_rung(HopStatus.ATTESTED)
    return f"{rung.provider} attests that {rung.ip}, which is ours, submitted it" if rung else ""


def _address_is_ours(matter: Matter) -> str:
    found = matter.own_address
    if found is None or matter.report.has_full_headers:
        return ""
    return f"the accused address {found.reported.ip} is ours ({found.reported.origin})"


def _link_is_ours(matter: Matter) -> str:
    return matter.own_link.because if matter.own_link else ""


def _trace_is_untrusted(matter: Matter) -> str:
    rung = matter.own_rung(HopStatus.CONTRADICTED)
    return f"{rung.ip} is ours but stands only in a line that is proved wrong: {rung.because}" if rung else ""


def _is_claimed_only(matter: Matter) -> str:
    rung = matter.own_rung(HopStatus.CLAIMED)
    if rung:
        return f"{rung.ip} is ours, but nobody who is believed wrote it: {rung.because}"
    if matter.report.has_full_headers and matter.own_address is not None:
        return f"{matter.own_address.reported.ip} is ours and named by the report, but not by the mail's own chain"
    return ""


def _is_unroutable(matter: Matter) -> str:
    if matter.report.has_full_headers and matter.provenance.ip is None and matter.event is Event.SPAM:
        return f"full headers without a public handover address ({matter.provenance.grade})"
    accused = rule_of(matter.event).accused
    unknown = next((one for one in matter.links if one.is_own is None), None)
    if accused in (Accused.LINK, Accused.ANY) and unknown is not None:
        return unknown.because
    if matter.event is Event.OTHER and not matter.missing and not matter.names_something:
        return "complete, but it names no address or link"
    return ""


def _is_elsewhere(matter: Matter) -> str:
    if not matter.names_something:
        return ""
    senders = (matter.provenance.ip,) if matter.provenance.ip else ()
    accused = tuple(one.reported.ip for one in matter.addresses if one.reported.role is Role.SOURCE)
    hosts = tuple(one.link.host for one in matter.links)
    return f"not ours: {_listing(dict.fromkeys((*senders, *accused, *hosts)))}"


def _always(_: Matter) -> str:
    return "there is no mail, address or link to decide upon"


TABLE: tuple[Rule, ...] = (
    # What is no report at all.
    Rule(
        name="not-a-report", reason=Reason.NOT_A_REPORT, applies=_is_no_report,
        otherwise="it is a report",
        sentence="Bounces, auto-replies, opt-out and not-spam feedback, and bulk mail sent to the desk itself open no case.",
    ),
    # What was not read to its end is not refused for what was not found.
    Rule(
        name="over-limits", reason=Reason.OVER_LIMITS, applies=_is_over_limits,
        otherwise="it was read to its end, or enough of it",
        sentence="A message beyond the limits is kept whole, and a person looks at it.",
    ),
    # Spam is refused without the reported mail's own headers.
    Rule(
        name="no-headers", reason=Reason.NO_HEADERS, applies=_has_no_headers,
        otherwise="the reported mail's headers are there, or none are needed",
        sentence="Reports of spam without header information are not accepted.",
    ),
    # Evidence that contradicts itself goes to a person before anybody is accused.
    Rule(
        name="conflicting-evidence", reason=Reason.CONFLICTING_EVIDENCE, applies=_conflicts,
        otherwise="the evidence names one address, or none of ours",
        sentence="Where the evidence names two senders and one is ours, a person decides.",
    ),
    # Each kind of report has its information to prepare.
    Rule(
        name="missing-information", reason=Reason.MISSING_INFORMATION, applies=_lacks_information,
        otherwise="what this kind of report needs is there, or it concerns another network",
        sentence="A report without the information listed for its kind is not accepted.",
    ),
    # What is ours.
    Rule(
        name="sender-in-network", reason=Reason.SENDER_IN_NETWORK, applies=_sender_is_ours,
        otherwise="no believed handover address of ours",
        sentence="The address that handed the mail over is under our management.",
    ),
    Rule(
        name="sender-behind-provider", reason=Reason.SENDER_BEHIND_PROVIDER, applies=_sender_is_behind_provider,
        otherwise="no provider attests an address of ours",
        sentence="A provider attests that an address under our management submitted the mail.",
    ),
    Rule(
        name="address-in-network", reason=Reason.ADDRESS_IN_NETWORK, applies=_address_is_ours,
        otherwise="no accused address of ours in a report without mail",
        sentence="The accused address is under our management.",
    ),
    Rule(
        name="link-in-network", reason=Reason.LINK_IN_NETWORK, applies=_link_is_ours,
        otherwise="no link of ours",
        sentence="Only the link is in our network: accepted as content; delivery must be taken up with the sender's mail server.",
    ),
    # Ours by somebody's word alone.
    Rule(
        name="untrusted-trace", reason=Reason.UNTRUSTED_TRACE, applies=_trace_is_untrusted,
        otherwise="no address of ours in a line that is proved wrong",
        sentence="Our address stands only where the sender wrote it.",
    ),
    Rule(
        name="claimed-only", reason=Reason.CLAIMED_ONLY, applies=_is_claimed_only,
        otherwise="no address of ours by claim alone",
        sentence="Our address is named only by a claim: a person decides.",
    ),
    Rule(
        name="unroutable", reason=Reason.UNROUTABLE, applies=_is_unroutable,
        otherwise="there is an address to decide upon",
        sentence="The headers name no public address, or a link's address was not to be had: a person decides.",
    ),
    # Not ours.
    Rule(
        name="out-of-network", reason=Reason.OUT_OF_NETWORK, applies=_is_elsewhere,
        otherwise="it names no address and no link",
        sentence="Addresses that are not under our management are for the company that manages them.",
    ),
    Rule(
        name="no-evidence", reason=Reason.NO_EVIDENCE, applies=_always,
        otherwise="",
        sentence="Without a mail, an address or a link nothing can be decided.",
    ),
)  # fmt: skip


def first_rule(table: Iterable[Rule], matter: Matter) -> tuple[Rule, tuple[Step, ...]]:
    """The first rule that applies, and a step for every rule tried."""
    steps: list[Step] = []
    for rule in table:
        because = rule.applies(matter)
        outcome = Outcome.HIT if because else Outcome.MISS
        steps.append(Step(rule=rule.name, outcome=outcome, because=because or rule.otherwise))
        if because:
            return rule, tuple(steps)
    raise AssertionError("the last rule of the table applies always")


def _listing(values: Iterable[object]) -> str:
    """Up to five values in a row, and how many more there are."""
    words = [str(value) for value in values if value is not None]
    more = f" and {len(words) - 5} more" if len(words) > 5 else ""
    return ", ".join(words[:5]) + more


def render_decisions() -> str:
    """The table as Markdown, for docs/decisions.md."""
    lines = [
        "# The decision table",
        "",
        "Printed from `routing/decision_table.py`. For each report the rules are tried from the top; the first that applies decides.",
        "A submission is accepted if any of its reports is, else held if any is, else rejected.",
        "",
        "| # | rule | verdict | the policy's words |",
        "|---|---|---|---|",
    ]
    lines += [f"| {number} | `{rule.name}` | {VERDICT_OF[rule.reason]} | {rule.sentence} |" for number, rule in enumerate(TABLE, 1)]
    return "\n".join(lines) + "\n"
