"""An answer that completes an earlier submission, written down: the link between the two, and what became of the earlier one.

Earlier submissions are touched by number, after all rows of the group itself. Two writers can still wait for each other in a circle,
where each has a repeat of what the other one's mail completes; the database ends that, and one of them begins anew (Raced).
"""

from collections.abc import Mapping, Sequence

from routing.verdict import Verdict
from storage.grouping import INTAKE, Filing
from storage.lane import Ask, Lane, Row, Write
from storage.recorded import Recorded
from storage.states import State, sources_of


def link_completions(lane: Lane, filings: Sequence[Filing], told: Mapping[str, Recorded]) -> None:
    """Link answers to what they answer; what is no longer refused completes it.   told: by digest."""
    answers = [filing for filing in filings if filing.entry.completes and filing.entry.verdict]
    if not answers:
        return
    known = {row[1]: (row[0], State(row[2])) for row in lane.ask(Ask.KNOWN, sorted({one.entry.completes for one in answers}))}
    linked = [one for one in answers if one.entry.completes in known]
    for filing in sorted(linked, key=lambda one: (known[one.entry.completes][0], one.id)):
        number, now = known[filing.entry.completes]
        is_complete = filing.entry.verdict is not Verdict.REJECTED and now in sources_of(State.COMPLETED)
        then = State.COMPLETED if is_complete else now
        lane.write(Write.COMPLETION, [{"submission_id": filing.id, "earlier_id": number}])
        lane.write(Write.COMPLETED, [{"key": number}] if is_complete else [])
        lane.write(Write.SUBMISSION_HISTORY, [_step(filing, number, (now, then), told[filing.entry.digest].reference)])
        known[filing.entry.completes] = number, then


def _step(filing: Filing, number: int, step: tuple[State, State], reference: str) -> Row:
    return {
        "submission_id": number,
        "at": filing.entry.arrived_at,
        "actor": INTAKE,
        "from_state": step[0].value,
        "to_state": step[1].value,
        "note": f"the reporter answered: {reference}",
    }
