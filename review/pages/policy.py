"""The published policy, printed from the table of events."""

from starlette.responses import Response

from config.events import EVENTS
from review.asked import Asked
from routing.decision_table import TABLE
from routing.verdict import VERDICT_OF


def show(asked: Asked) -> Response:
    """What may be reported, what to prepare, and which rule decides."""
    return asked.page("policy.html", events=EVENTS, policy=asked.words.policy, table=TABLE, verdict_of=VERDICT_OF)
