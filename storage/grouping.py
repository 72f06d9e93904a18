"""Cases found or opened: one for each event and accused address or host."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from config.events import Event
from routing.verdict import Verdict
from routing.workflow import reopened
from storage.entry import Entry, ReportEntry, case_key
from storage.lane import Ask, Lane, Numbered, Row, Write
from storage.reference import letters_of
from storage.workflow import CaseState, due_after

REOPENING_DAYS = 30  # new evidence opens a case that was closed no longer ago; after that a new case is opened
INTAKE = "intake"  # the actor when no person acts


@dataclass(slots=True, kw_only=True)
class Filing:
    """An entry on its way into the tables.   case_ids: the cases that hold it, the leading report's first.   case_letters: of that one.

    campaign_ids: the campaign of each report that has one, by position.   dictionary: of the campaign that it joins, by that one's
    number, b"" when it stands alone.
    """

    entry: Entry
    id: int
    is_new: bool
    case_ids: list[int] = field(default_factory=list)
    case_letters: str = ""
    campaign_ids: dict[int, int] = field(default_factory=dict)
    dictionary: bytes = b""

    @property
    def campaign_id(self) -> int | None:
        """The leading report's campaign."""
        return self.campaign_ids.get(self.entry.leading)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    id: int
    letters: str
    event: Event


def file_into_cases(lane: Lane, filings: Sequence[Filing]) -> None:
    """Find or open the cases of all accepted filings, and note in each filing which they are.   Writes cases, not yet what they hold."""
    accusations = [(filing, report) for filing in filings for report in _accusing(filing.entry)]
    if not accusations:
        return
    cases = _find(lane, accusations)
    cases |= _open(lane, [one for one in accusations if key_of(*one) not in cases])
    for filing, report in accusations:
        case = cases[key_of(filing, report)]
        if case.id not in filing.case_ids:
            filing.case_ids.append(case.id)
        if not filing.case_letters:
            filing.case_letters = case.letters


def join_cases(lane: Lane, filings: Sequence[Filing]) -> None:
    """Write that the cases hold the filings."""
    held = [(case_id, filing) for filing in filings for case_id in filing.case_ids]
    lane.write(Write.CASE_SUBMISSION, [{"case_id": case_id, "submission_id": filing.id} for case_id, filing in held])
    more = Counter(case_id for case_id, _ in held)
    latest: dict[int, datetime] = {}
    for case_id, filing in held:
        latest[case_id] = max(filing.entry.arrived_at, latest.get(case_id, filing.entry.arrived_at))
    lane.write(Write.CASE_JOINED, [{"key": case_id, "more": more[case_id], "moment": latest[case_id]} for case_id in sorted(more)])


def key_of(filing: Filing, report: ReportEntry) -> str:
    """What the case is grouped by; an accepted report that accuses nothing stays by itself."""
    return report.case_key or case_key(report.event, "", filing.entry.digest)


def _accusing(entry: Entry) -> Iterable[ReportEntry]:
    """The accepted reports, the leading one first: its case is the one that the answer names."""
    if entry.verdict is not Verdict.ACCEPTED:
        return ()
    accepted = [report for report in entry.reports if report.verdict is Verdict.ACCEPTED]
    return sorted(accepted, key=lambda report: report.position != entry.leading)


def _find(lane: Lane, accusations: Sequence[tuple[Filing, ReportEntry]]) -> dict[str, _Case]:
    """The cases that are open; those closed lately are opened again."""
    now = min(filing.entry.arrived_at for filing, _ in accusations)
    keys = sorted({key_of(*one) for one in accusations})
    found: dict[str, _Case] = {}
    closed: dict[str, _Case] = {}
    for number, key, letters, event, is_open in lane.ask(Ask.CASES, keys, since=now - timedelta(days=REOPENING_DAYS)):
        (found if is_open else closed)[key] = _Case(id=number, letters=letters, event=Event(event))
    again = {key: case for key, case in closed.items() if key not in found}
    ordered = sorted(again.values(), key=lambda case: case.id)
    lane.write(Write.CASE_AGAIN, [_again_row(case, now) for case in ordered])
    lane.write(Write.CASE_HISTORY, [_step(case.id, now, reopened(case.event, CaseState.CLOSED), is_new=False) for case in ordered])
    return found | again


def _open(lane: Lane, accusations: Sequence[tuple[Filing, ReportEntry]]) -> dict[str, _Case]:
    """New cases, one for each key; the first that accuses gives it its reference."""
    first: dict[str, tuple[Filing, ReportEntry]] = {}
    for filing, report in accusations:
        first.setdefault(key_of(filing, report), (filing, report))
    numbers = lane.reserve(Numbered.CASE, len(first))
    rows = [_case_row(number, key, *first[key]) for number, key in zip(numbers, sorted(first), strict=True)]
    lane.write(Write.CASE, rows)
    lane.write(
        Write.CASE_HISTORY,
        [_step(number, row["opened_at"], CaseState.RECEIVED, is_new=True) for number, row in zip(numbers, rows, strict=True)],
    )
    return {
        key: _Case(id=number, letters=str(row["letters"]), event=first[key][1].event)
        for number, key, row in zip(numbers, sorted(first), rows, strict=True)
    }


def _case_row(number: int, key: str, filing: Filing, report: ReportEntry) -> Row:
    entry = filing.entry
    return {
        "id": number,
        "letters": letters_of(entry.digest, 0 if report.position == entry.leading else report.position + 1),
        "case_key": key,
        "event": report.event.value,
        "accused_kind": report.accused_kind,
        "accused_value": report.accused_value,
        "contractor": report.contractor,
        "service": report.service,
        "state": CaseState.RECEIVED.value,
        "assignee": "",
        "opened_at": entry.arrived_at,
        "last_report_at": entry.arrived_at,
        "first_action_at": None,
        "closed_at": None,
        "due_at": due_after(report.event, CaseState.RECEIVED, entry.arrived_at),
        "submissions": 0,
    }


def _again_row(case: _Case, now: datetime) -> Row:
    state = reopened(case.event, CaseState.CLOSED)
    return {"key": case.id, "new_state": state.value, "new_due": due_after(case.event, state, now)}


def _step(case_id: int, at: object, after: CaseState, *, is_new: bool) -> Row:
    return {
        "case_id": case_id,
        "at": at,
        "actor": INTAKE,
        "action": "opened" if is_new else "reopened",
        "from_state": "" if is_new else CaseState.CLOSED.value,
        "to_state": after.value,
        "note": "" if is_new else "new evidence came in",
    }
