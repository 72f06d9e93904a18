"""The straight line, whole: any bytes get a verdict, and the same bytes, facts and configuration get the same one."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from config.policy import Policy
from config.prefixes import Assignment, PrefixTable
from config.settings import build_policy, load_settings
from intake.pipeline import conclude, examine, held, judge
from parsers.submission import Door, Envelope, Submission
from routing.facts import Facts, HostAnswer, Known
from routing.second_opinion import add_second_opinion
from routing.verdict import VERDICT_OF, Reason, Verdict
from tests.golden.test_golden import MAILS

FIXTURES = Path(__file__).parents[2] / "fixtures"
ARRIVED_AT = datetime(2026, 8, 3, 1, tzinfo=UTC)
OFFLINE = Facts(is_offline=True)


@cache
def policy() -> Policy:
    return build_policy(load_settings(FIXTURES / "abusedesk.toml"))


def submission(raw: bytes, door: Door = Door.SMTP) -> Submission:
    return Submission(raw=raw, door=door, arrived_at=ARRIVED_AT, envelope=Envelope(mail_from="reader@reporter.example"))


def spliced(first: bytes, second: bytes, at: int) -> bytes:
    return first[: at % (len(first) + 1)] + second[at % (len(second) + 1) :]


@given(st.binary(max_size=3_000), st.sampled_from(Door))
@settings(max_examples=150, deadline=None)
def test_any_bytes_get_a_verdict(raw: bytes, door: Door) -> None:
    judged = judge(examine(submission(raw, door), policy()), OFFLINE, policy())
    assert judged.document["verdict"] == VERDICT_OF[judged.decision.leading.reason]


@given(st.sampled_from(MAILS), st.sampled_from(MAILS), st.integers(0, 20_000), st.sampled_from(Door))
@settings(max_examples=80, deadline=None)
def test_the_same_mail_gets_the_same_verdict_twice(first: Path, second: Path, at: int, door: Door) -> None:
    raw = spliced(first.read_bytes(), second.read_bytes(), at)
    once, again = (judge(examine(submission(raw, door), policy()), OFFLINE, policy()).document for _ in range(2))
    assert once == again


@given(st.sampled_from([path for path in MAILS if path.suffix == ".eml"]))
@settings(max_examples=40, deadline=None)
def test_more_own_networks_never_turn_an_accepted_mail_away(path: Path) -> None:
    wider = Policy(
        prefixes=PrefixTable([*policy().prefixes, Assignment(prefix="198.51.100.0/24")]),
        domains=policy().domains,
        routable=policy().routable,
        desk_addresses=policy().desk_addresses,
    )
    mail = submission(path.read_bytes())
    before = judge(examine(mail, policy()), OFFLINE, policy()).decision.verdict
    if before is Verdict.ACCEPTED:
        after = judge(examine(mail, wider), OFFLINE, wider).decision
        assert after.verdict is Verdict.ACCEPTED or after.leading.reason is Reason.CONFLICTING_EVIDENCE


def test_facts_that_say_nothing_are_not_a_no() -> None:
    raw = (
        b"From: a@reporter.example\nTo: abuse@example-host.jp\nSubject: phishing page\n\n"
        b"Phishing site: http://page.example/login poses as a bank\n"
    )
    examined = examine(submission(raw), policy())
    assert examined.questions.hosts == ("page.example",)
    silent = Facts(hosts={"page.example": HostAnswer(known=Known.UNKNOWN)})
    absent = Facts(hosts={"page.example": HostAnswer(known=Known.ABSENT)})
    assert judge(examined, silent, policy()).decision.verdict is Verdict.HELD
    assert judge(examined, absent, policy()).decision.leading.reason is Reason.OUT_OF_NETWORK


def test_what_could_not_be_read_is_held_with_its_bytes() -> None:
    entry = held(submission(b"\0" * 10), Reason.WORKER_DIED, policy())
    assert (entry.verdict, entry.reason) == (Verdict.HELD, Reason.WORKER_DIED)
    assert entry.answer.startswith("250 2.0.0 [received]")


def handed_in(name: str) -> Submission:
    return submission((FIXTURES / "eml/received" / name).read_bytes(), Door.FILE)


def test_what_is_not_refused_is_read_a_second_time_and_a_difference_is_kept() -> None:
    examined = examine(handed_in("border-with-two-by-clauses.eml"), policy())
    entry = conclude(examined, OFFLINE, policy())
    assert entry.verdict is Verdict.HELD
    assert "second-opinion" in entry.document
    assert "second-opinion" not in conclude(examined, OFFLINE, replace(policy(), has_second_opinion=False)).document


def test_what_is_refused_is_not_read_a_second_time_before_the_answer() -> None:
    examined = examine(handed_in("yahoo-ehlo-literal-names-us.eml"), policy())
    judged = judge(examined, OFFLINE, policy())
    add_second_opinion(judged.document, judged.decision, policy())
    entry = conclude(examined, OFFLINE, policy())
    assert entry.verdict is Verdict.REJECTED
    assert any(defect["kind"] == "second-opinion" for defect in judged.document["reports"][0]["defects"])
    assert "second-opinion" not in entry.document
