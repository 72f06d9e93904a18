"""Which of the thirteen events a report is (thin first version)."""

from dataclasses import dataclass

from config.events import Event
from config.policy import Policy
from parsers.report import Reading, Report, Step
from parsers.submission import Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """The event, which of the four steps told it, and why."""

    event: Event
    because: str
    step: str
    steps: tuple[Step, ...] = ()


def classify(report: Report, reading: Reading, submission: Submission, policy: Policy) -> Classified:
    """Tell the event."""
    return Classified(event=Event.SPAM, because="a mail is reported", step="content")
