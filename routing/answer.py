"""What the reporter is told (thin first version)."""

from dataclasses import dataclass

from config.policy import Policy
from routing.decision import Decision
from routing.facts import Facts
from routing.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An SMTP answer: code, enhanced code, exit code of a bouncing pipe, and its lines with `{reference}`."""

    code: int
    enhanced: str
    exit: int
    lines: tuple[str, ...]

    def smtp(self, reference: str) -> str:
        """The reply as it goes on the wire."""
        last = len(self.lines) - 1
        return "\r\n".join(
            f"{self.code}{' ' if number == last else '-'}{self.enhanced} {line.replace('{reference}', reference)}"
            for number, line in enumerate(self.lines)
        )


def answer_for(decision: Decision, facts: Facts, policy: Policy, language: str) -> Answer:
    """The answer to a submission."""
    if decision.verdict is Verdict.REJECTED:
        return Answer(code=550, enhanced="5.7.1", exit=77, lines=(f"[{decision.leading.reason}] refused ({{reference}})",))
    return Answer(code=250, enhanced="2.0.0", exit=0, lines=(f"[{decision.leading.reason}] recorded as {{reference}}",))
