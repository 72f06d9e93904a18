"""The decision table: one visible list of rules, tried from the top; the first that applies gives the reason.

docs/decisions.md is printed from TABLE. Every rule tried is a step of the trace, hits and misses.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from config.events import Accused, Event, Item, rule_of
from config.policy import Policy
from parsers.defects import Defect, DefectKind
from parsers.report import Address, Feedback, FoundAs, Outcome, Reading, Report, Role, Step
from parsers.submission import Submission
from routing.classify import Classified, classify
from routing.decision import Accusation, Decision, JudgedAddress, JudgedLink, ReportDecision
from routing.facts import Facts
from routing.ownership import judge_address, judge_link
from routing.preparation import missing_items
from routing.provenance import Grade, HopStatus, Provenance, Rung
from routing.receiver import ReportContext
from routing.verdict import VERDICT_OF, Reason, Verdict
from routing.walk import trace_provenance

_STRUCTURED = frozenset({FoundAs.ARF, FoundAs.XARF, FoundAs.ACNS})
_BELIEVED = frozenset({Grade.CONFIRMED, Grade.ASSERTED})


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One report with everything that a rule may look at."""

    report: Report
    provenance: Provenance
    classified: Classified
    links: tuple[JudgedLink, ...]
    addresses: tuple[JudgedAddress, ...]
    missing: tuple[Item, ...]
    policy: Policy
    defects: tuple[Defect, ...] = ()

    @property
    def event(self) -> Event:
        """What is reported."""
        return self.classified.event

    @property
    def has_mail(self) -> bool:
        """Whether a mail is reported, header-less or not."""
        return self.report.message is not None

    @cached_property
    def own_sender(self) -> bool:
        """Whether the handover address was ours when the mail was handed over, and is believed."""
        return self.provenance.grade in _BELIEVED and self._was_ours(self.provenance.ip)

    @cached_property
    def own_address(self) -> JudgedAddress | None:
        """The first accused address that is ours."""
        return next((one for one in self.addresses if one.is_own and one.reported.role is Role.SOURCE), None)

    @cached_property
    def own_link(self) -> JudgedLink | None:
        """The first link whose host is ours."""
        return next((one for one in self.links if one.is_own), None)

    @cached_property
    def is_conflicting(self) -> bool:
        """Whether the evidence names several addresses, one of them ours."""
        named = (self.provenance.ip, *self.provenance.conflicting)
        return bool(self.provenance.conflicting) and any(self._was_ours(ip) for ip in named)

    def own_rung(self, status: HopStatus) -> Rung | None:
        """The first rung of that status whose address is ours."""
        return next((rung for rung in self.provenance.rungs if rung.status is status and self._was_ours(rung.ip)), None)

    @cached_property
    def names_something(self) -> bool:
        """Whether there is any address or link to decide upon."""
        accused = any(one.reported.role is Role.SOURCE for one in self.addresses)
        return accused or bool(self.links) or self.provenance.ip is not None

    @cached_property
    def is_ours(self) -> bool:
        """Whether any ground for accepting it stands."""
        return bool(self.own_sender or self.own_rung(HopStatus.ATTESTED) or self.own_address or self.own_link)

    def _was_ours(self, ip: Address | None) -> bool:
        return ip is not None and self.policy.prefixes.find(ip, self.provenance.handed_over_at) is not None


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
    return ""


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
    if not matter.is_conflicting:
        return ""
    return f"the evidence names {_listing((matter.provenance.ip, *matter.provenance.conflicting))}, and one of them is ours"


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
        return f"{rung.ip} is ours but stands only where the sender could have written it"
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
        sentence="Bounces, auto-replies, opt-out and not-spam feedback open no case.",
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
    return Matter(
        report=report,
        provenance=trace_provenance(report, policy, context=hearing.context),
        classified=classified,
        links=tuple(judge_link(link, hearing.facts, policy, submission.arrived_at) for link in report.links),
        addresses=tuple(judge_address(reported, policy) for reported in report.addresses),
        missing=missing_items(classified.event, report, reading, submission),
        policy=policy,
        defects=(*reading.defects, *report.defects),
    )


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
        "Printed from `routing/decide.py`. For each report the rules are tried from the top; the first that applies decides.",
        "A submission is accepted if any of its reports is, else held if any is, else rejected.",
        "",
        "| # | rule | verdict | the policy's words |",
        "|---|---|---|---|",
    ]
    lines += [f"| {number} | `{rule.name}` | {VERDICT_OF[rule.reason]} | {rule.sentence} |" for number, rule in enumerate(TABLE, 1)]
    return "\n".join(lines) + "\n"
