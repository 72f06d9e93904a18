"""The decision table, rule by rule, over matters built by hand."""

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest

from config.events import Event, Item
from config.policy import Policy
from config.prefixes import Assignment, PrefixTable
from parsers.defects import Defect, DefectKind
from parsers.report import Feedback, FoundAs, Link, MessageHead, Outcome, Report, ReportedAddress, Role
from routing.classify import Classified
from routing.decision import JudgedAddress, JudgedLink
from routing.decision_table import TABLE, first_rule, render_decisions
from routing.matter import Matter
from routing.provenance import Grade, HopStatus, Provenance, Rung
from routing.verdict import VERDICT_OF, Reason, Verdict

OURS, FOREIGN = ip_address("203.0.113.9"), ip_address("198.51.100.7")
POLICY = Policy(
    prefixes=PrefixTable(
        [
            Assignment(prefix="203.0.113.0/25", contractor="c-1"),
            Assignment(prefix="203.0.113.128/25", contractor="c-2", valid_to=datetime(2026, 1, 1, tzinfo=UTC)),
        ]
    )
)
MAIL = Report(found_as=FoundAs.ATTACHED, message=MessageHead(), has_full_headers=True)


def matter(report: Report = MAIL, *, event: Event = Event.SPAM, provenance: Provenance | None = None, **more: object) -> Matter:
    """A matter about a foreign mail, unless more is said."""
    plain = Matter(
        report=report,
        provenance=provenance or Provenance(ip=FOREIGN, grade=Grade.CONFIRMED),
        classified=Classified(event=event, because="", step="content"),
        links=(),
        addresses=(),
        missing=(),
        policy=POLICY,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def reason(of: Matter) -> Reason:
    return first_rule(TABLE, of)[0].reason


def from_ours(grade: Grade = Grade.CONFIRMED) -> Provenance:
    return Provenance(ip=OURS, grade=grade)


def accusing(ip: object = OURS, role: Role = Role.SOURCE) -> tuple[JudgedAddress, ...]:
    reported = ReportedAddress(ip=ip, role=role, origin="log-line")  # type: ignore[arg-type]
    return (JudgedAddress(reported=reported, is_own=ip == OURS),)


def linking(is_own: bool | None) -> tuple[JudgedLink, ...]:
    link = Link(url="https://a.example/x", host="a.example", origin="text")
    return (JudgedLink(link=link, is_own=is_own, because="a.example was looked at"),)


@pytest.mark.parametrize("grade", [Grade.CONFIRMED, Grade.ASSERTED])
def test_a_believed_handover_address_of_ours_is_accepted(grade: Grade) -> None:
    assert reason(matter(provenance=from_ours(grade))) is Reason.SENDER_IN_NETWORK


@pytest.mark.parametrize("grade", [Grade.CLAIMED, Grade.UNREADABLE, Grade.NONE])
def test_a_handover_address_that_is_not_believed_accuses_nobody(grade: Grade) -> None:
    assert VERDICT_OF[reason(matter(provenance=from_ours(grade)))] is not Verdict.ACCEPTED


def test_a_foreign_mail_is_refused_as_out_of_network() -> None:
    assert reason(matter()) is Reason.OUT_OF_NETWORK


def test_header_less_spam_is_refused_even_when_its_link_is_ours() -> None:
    report = replace(MAIL, has_full_headers=False, found_as=FoundAs.INLINE_FORWARD)
    assert reason(matter(report, provenance=Provenance(), links=linking(True))) is Reason.NO_HEADERS


def test_a_structured_spam_report_without_mail_is_not_header_less() -> None:
    report = Report(found_as=FoundAs.ARF)
    assert reason(matter(report, provenance=Provenance(), addresses=accusing())) is Reason.ADDRESS_IN_NETWORK


def test_an_attested_address_behind_a_provider_is_accepted() -> None:
    rung = Rung(ip=OURS, status=HopStatus.ATTESTED, provider="google")
    assert reason(matter(provenance=Provenance(ip=FOREIGN, grade=Grade.CONFIRMED, rungs=(rung,)))) is Reason.SENDER_BEHIND_PROVIDER


def test_our_address_below_the_border_is_held_and_never_accepted() -> None:
    rung = Rung(ip=OURS, status=HopStatus.CLAIMED)
    assert reason(matter(provenance=Provenance(ip=FOREIGN, grade=Grade.CONFIRMED, rungs=(rung,)))) is Reason.CLAIMED_ONLY


def test_our_address_in_a_line_proved_wrong_is_refused_as_untrusted() -> None:
    rung = Rung(ip=OURS, status=HopStatus.CONTRADICTED, because="replayed")
    assert reason(matter(provenance=Provenance(ip=FOREIGN, grade=Grade.CONFIRMED, rungs=(rung,)))) is Reason.UNTRUSTED_TRACE


def test_two_addresses_in_the_evidence_one_of_them_ours_go_to_a_person() -> None:
    torn = Provenance(ip=FOREIGN, grade=Grade.CONFLICT, conflicting=(OURS,))
    assert reason(matter(provenance=torn)) is Reason.CONFLICTING_EVIDENCE


def test_two_foreign_addresses_in_the_evidence_concern_nobody_here() -> None:
    torn = Provenance(ip=FOREIGN, grade=Grade.CONFLICT, conflicting=(ip_address("198.51.100.8"),))
    assert reason(matter(provenance=torn)) is Reason.OUT_OF_NETWORK


def test_a_link_of_ours_in_foreign_spam_is_accepted_as_content() -> None:
    assert reason(matter(links=linking(True))) is Reason.LINK_IN_NETWORK


def test_a_phishing_report_whose_link_was_not_resolved_is_held_not_refused() -> None:
    page = Report(found_as=FoundAs.OWN_WORDS)
    assert reason(matter(page, event=Event.PHISHING_SITE, provenance=Provenance(), links=linking(None))) is Reason.UNROUTABLE


def test_missing_information_is_asked_for_when_the_matter_is_ours() -> None:
    log = Report(found_as=FoundAs.OWN_WORDS)
    asked = matter(log, event=Event.UNAUTHORIZED_ACCESS, provenance=Provenance(), addresses=accusing(), missing=(Item.LOG_LINES,))
    assert reason(asked) is Reason.MISSING_INFORMATION


def test_missing_information_is_not_asked_for_when_the_matter_is_elsewhere() -> None:
    log = Report(found_as=FoundAs.OWN_WORDS)
    foreign = matter(log, event=Event.UNAUTHORIZED_ACCESS, provenance=Provenance(), addresses=accusing(FOREIGN), missing=(Item.LOG_LINES,))
    assert reason(foreign) is Reason.OUT_OF_NETWORK


def test_a_victim_of_ours_is_not_accused() -> None:
    log = Report(found_as=FoundAs.VENDOR_TEXT)
    victim = (*accusing(OURS, Role.TARGET), *accusing(FOREIGN))
    assert reason(matter(log, event=Event.UNAUTHORIZED_ACCESS, provenance=Provenance(), addresses=victim)) is Reason.OUT_OF_NETWORK


@pytest.mark.parametrize("feedback", [Feedback.NOT_SPAM, Feedback.OPT_OUT])
def test_feedback_that_complains_of_nothing_opens_no_case(feedback: Feedback) -> None:
    assert reason(matter(replace(MAIL, feedback=feedback), provenance=from_ours())) is Reason.NOT_A_REPORT


def test_bulk_mail_to_the_desk_itself_is_no_report_unless_it_names_something_of_ours() -> None:
    plain = matter(Report(found_as=FoundAs.OWN_WORDS), event=Event.OTHER, provenance=Provenance(), links=linking(False), is_bulk=True)
    nothing_said = replace(plain, missing=(Item.OUR_INVOLVEMENT,))
    assert reason(nothing_said) is Reason.NOT_A_REPORT
    assert reason(replace(nothing_said, links=linking(True))) is not Reason.NOT_A_REPORT
    assert reason(replace(nothing_said, is_bulk=False)) is Reason.OUT_OF_NETWORK


def test_a_bounce_opens_no_case() -> None:
    assert reason(matter(replace(MAIL, found_as=FoundAs.BOUNCE), provenance=from_ours())) is Reason.NOT_A_REPORT


def test_what_was_not_read_to_its_end_is_held_instead_of_refused() -> None:
    over = (Defect(kind=DefectKind.OVER_LIMIT, detail="parts"),)
    assert reason(matter(defects=over)) is Reason.OVER_LIMITS
    assert reason(matter(defects=over, provenance=from_ours())) is Reason.SENDER_IN_NETWORK


def test_full_headers_without_a_public_address_are_held() -> None:
    assert reason(matter(provenance=Provenance())) is Reason.UNROUTABLE


def test_nothing_to_decide_upon_is_no_evidence() -> None:
    assert reason(matter(Report(found_as=FoundAs.OWN_WORDS), event=Event.PHISHING_SITE, provenance=Provenance())) is Reason.NO_EVIDENCE


def test_an_address_is_ours_only_while_it_was_assigned() -> None:
    recycled = ip_address("203.0.113.200")
    before = Provenance(ip=recycled, grade=Grade.CONFIRMED, handed_over_at=datetime(2025, 6, 1, tzinfo=UTC))
    after = replace(before, handed_over_at=datetime(2026, 6, 1, tzinfo=UTC))
    assert reason(matter(provenance=before)) is Reason.SENDER_IN_NETWORK
    assert reason(matter(provenance=after)) is Reason.OUT_OF_NETWORK


def test_the_trace_holds_misses_before_the_hit() -> None:
    _, steps = first_rule(TABLE, matter())
    assert [step.outcome for step in steps[:-1]] == [Outcome.MISS] * (len(steps) - 1)
    assert steps[-1].outcome is Outcome.HIT
    assert all(step.because for step in steps)


def test_every_reason_but_our_own_failure_stands_in_the_table() -> None:
    assert {rule.reason for rule in TABLE} == set(Reason) - {Reason.WORKER_DIED}


def test_the_page_of_decisions_is_printed_from_the_table() -> None:
    page = Path(__file__).parents[2] / "docs" / "decisions.md"
    assert page.read_text("utf-8") == render_decisions(), "run: make docs"


def test_what_a_mail_to_nobody_at_a_desk_shows_accuses_nobody_of_ours_before_a_person_looked() -> None:
    shown = matter(provenance=from_ours(), is_to_desk=False)
    assert reason(shown) is Reason.CONFLICTING_EVIDENCE
    assert reason(replace(shown, is_to_desk=True)) is Reason.SENDER_IN_NETWORK
    assert reason(replace(shown, report=replace(MAIL, found_as=FoundAs.BARE))) is Reason.SENDER_IN_NETWORK
    assert reason(matter(is_to_desk=False)) is Reason.OUT_OF_NETWORK
