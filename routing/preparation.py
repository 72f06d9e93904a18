"""Which items of an event's contract are not there (thin first version)."""

from config.events import Event, Item
from parsers.report import Reading, Report
from parsers.submission import Submission


def missing_items(event: Event, report: Report, reading: Reading, submission: Submission) -> tuple[Item, ...]:
    """Items of the event's contract that were not found."""
    return ()
