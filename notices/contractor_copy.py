"""What a contractor is told of a report: read and decided again, so that the forwardable boundary is the only way out."""

from config.policy import Policy
from parsers.reading import parse_submission
from parsers.submission import Submission
from routing.decide import decide
from routing.facts import Facts
from routing.forwardable import forwardable_copy, render_copy


def contractor_copy(submission: Submission, facts: Facts, policy: Policy, reference: str) -> str:
    """The event, the location, and the comments to forward; nothing else of the report.   facts: those that it was decided upon."""
    reading = parse_submission(submission, policy.limits, desk_addresses=policy.desk_addresses)
    copy = forwardable_copy(decide(submission, reading, facts, policy).leading, reading, submission)
    return render_copy(copy, policy.languages[0], reference).partition("\n\n")[2]
