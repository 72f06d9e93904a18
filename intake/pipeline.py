"""The straight line that every door takes: examine, gather, conclude, record.

examine() and conclude() are pure and run in a worker process; gathering and recording are the doors' business.
"""

from dataclasses import dataclass, replace

from config.policy import Policy
from parsers.reading import parse_submission
from parsers.report import Reading
from parsers.submission import Submission
from routing.answer import Answer, answer_for, held_answer
from routing.decide import decide
from routing.decision import Decision
from routing.document import Document, document
from routing.facts import Facts, Questions
from routing.questions import questions_of
from routing.second_opinion import add_second_opinion
from routing.verdict import Reason, Verdict
from storage.entry import Entry, entry_of, undecided_entry
from storage.errands import NETWORK, NOTICE, WEBHOOK
from storage.reference import reference_of


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A submission as read, and what a decision would like to know."""

    submission: Submission
    reading: Reading
    questions: Questions


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A submission's decision, the answer to it, and the document of both."""

    decision: Decision
    answer: Answer
    document: Document


def examine(submission: Submission, policy: Policy) -> Examined:
    """Read a submission.   Pure; any bytes give an answer."""
    reading = parse_submission(submission, policy.limits, desk_addresses=policy.desk_addresses)
    return Examined(submission=submission, reading=reading, questions=questions_of(reading, policy))


def judge(examined: Examined, facts: Facts, policy: Policy) -> Judged:
    """Decide a submission and word the answer.   Pure."""
    submission = examined.submission
    decision = decide(submission, examined.reading, facts, policy)
    answer = answer_for(decision, facts, policy, decision.language)
    plain = document(
        submission,
        decision,
        answer,
        reference=reference_of(submission.digest, decision.verdict),
        sha256=submission.sha256,
        policy_version=policy.version,
    )
    if submission.completes:
        plain["completes"] = [one.reference for one in submission.completes]
    return Judged(decision=decision, answer=answer, document=plain)


def conclude(examined: Examined, facts: Facts, policy: Policy) -> Entry:
    """Decide a submission and make it ready to be stored.   Pure."""
    judged = judge(examined, facts, policy)
    if judged.decision.verdict is not Verdict.REJECTED:
        add_second_opinion(judged.document, judged.decision, policy)
    entry = entry_of(
        examined.submission,
        examined.reading,
        judged.decision,
        document=judged.document,
        facts=facts,
        answer=judged.answer,
        policy_version=policy.version,
    )
    return replace(entry, errands=errands_after(judged.decision, facts, policy))


def errands_after(decision: Decision, facts: Facts, policy: Policy) -> tuple[str, ...]:
    """What is left to do once the verdict stands.   Pure."""
    reason = decision.leading.reason
    wanted = {
        NETWORK: policy.asks_registries and reason is Reason.OUT_OF_NETWORK and not _is_abuse_address_known(facts),
        NOTICE: policy.sends_notices and reason is not Reason.NOT_A_REPORT and not decision.is_automatic,
        WEBHOOK: policy.tells_systems,
    }
    return tuple(kind for kind, is_wanted in wanted.items() if is_wanted)


def _is_abuse_address_known(facts: Facts) -> bool:
    """Whether a registry need not be asked any more; a site's own file knows no abuse addresses."""
    return any(one.abuse_address for one in facts.networks.values())


def held(submission: Submission, reason: Reason, policy: Policy) -> Entry:
    """A submission that could not be read within the limits, ready to be stored for a person.   Pure."""
    return undecided_entry(submission, answer=held_answer(reason), reason=reason, policy_version=policy.version)
