"""What a door is told of a submission that has become durable."""

from dataclasses import dataclass

from routing.verdict import Reason, Verdict
from storage.reference import CASE


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A stored submission.

    reference: as the answer gives it: C- of the case it opened or joined, R- or S- of itself.
    verdict, reason: as stored; None while it is not decided.   is_repeat: the same submission had been stored before.
    answer: what the reporter is told, word for word; a repeat is told what was told the first time.
    """

    reference: str
    answer: str
    verdict: Verdict | None
    reason: Reason | None
    is_repeat: bool = False

    @property
    def case_reference(self) -> str:
        """The case's reference, "" when there is none."""
        return self.reference if self.reference.startswith(CASE) else ""
