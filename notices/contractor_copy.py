"""What a contractor is told of a report: read and decided again, so that the forwardable boundary is the only way out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from config.events import Event
from config.policy import Policy
from notices.stationery import Stationery
from notices.wording import values_for
from parsers.reading import parse_submission
from parsers.submission import Submission
from routing.decide import decide
from routing.facts import Facts
from routing.forwardable import forwardable_copy, render_copy
from routing.sealed import is_sealed
from storage.notices import NoticeKind, Written


def contractor_copy(submission: Submission, facts: Facts, policy: Policy, reference: str, event: Event) -> str | None:
    """The event, the location, and the comments to forward; nothing else of the report, and None of one that is sealed.

    facts: those that it was decided upon.   event: the case's, which a person may have changed.
    """
    reading = parse_submission(submission, policy.limits, desk_addresses=policy.desk_addresses)
    decision = decide(submission, reading, facts, policy)
    if any(is_sealed(each, one.report) for one in decision.reports for each in (one.event, event)):
        return None
    copy = replace(forwardable_copy(decision.leading, reading, submission), event=event)
    return render_copy(copy, policy.languages[0], reference).partition("\n\n")[2]


def contractors_letter(stationery: Stationery, policy: Policy, row: Mapping[str, Any], copy: str, recipient: str) -> Written:
    """The copy as a letter.   row: of the submission, with the event of its case.

    In the desk's first language: which one the reporter writes is nothing that a contractor is told.
    """
    language = str(policy.languages[0])
    values = values_for({**row, "language": language}, (), (), {}, policy) | {"copy": copy}
    return stationery.written(NoticeKind.CONTRACTOR, recipient, values, event=row["event"], language=language)
