"""Entries into rows: one group, one transaction, the same for every door and every database.

A submission is its digest. One that is not there yet is written whole; one that was only received gets its verdict; one that is
decided already is a repeat, which raises a counter and is told what was told before.

Two writers may do this at once on one PostgreSQL. Rows that both could touch are touched in one order (submissions by digest, cases
and campaigns by key, then by number, counts by their words), so that neither waits for the other in a circle; what both insert, one
does, and the other begins anew and finds it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from config.errors import StorageError
from routing.verdict import Reason, Verdict
from storage.campaigns import join_campaigns
from storage.completion import link_completions
from storage.counts import count
from storage.entry import Entry
from storage.errands import DECIDE
from storage.failures import Raced
from storage.grouping import Filing, file_into_cases, join_cases
from storage.lane import Ask, Lane, Numbered, Row, Write
from storage.leaning import document_of, mail_of
from storage.recorded import Recorded
from storage.reference import PLACEHOLDER, case_reference, reference_of
from storage.states import STATE_OF, State

_RACES = 8


class _Known(NamedTuple):
    """A submission that is stored."""

    id: int
    digest: str
    state: str
    verdict: str | None
    reason: str | None
    told_reference: str
    answer: str


@dataclass(frozen=True, slots=True)
class _Sorted:
    """A group's entries: filings to write or to settle, and what is there already, by digest."""

    filings: list[Filing]
    repeats: list[Entry]
    known: dict[str, _Known]


def record_group(lane: Lane, entries: Sequence[Entry]) -> list[Recorded]:
    """Make all entries durable in one transaction; what became of each, in their order.

    Raises StorageError and its kin; then nothing of the group is stored.
    """
    for _ in range(_RACES):
        try:
            with lane.transaction():
                return _record(lane, entries)
        except Raced:
            continue
    raise StorageError("the entry contradicts what is stored")  # nobody is first that often


def _record(lane: Lane, entries: Sequence[Entry]) -> list[Recorded]:
    group = _sort(lane, entries)
    told = {digest: _as_known(row) for digest, row in group.known.items()}
    file_into_cases(lane, group.filings)
    told |= {filing.entry.digest: _told(filing) for filing in group.filings}
    join_campaigns(lane, group.filings)
    _write_submissions(lane, group, told)
    _write_reports(lane, [filing for filing in group.filings if filing.entry.verdict])
    join_cases(lane, group.filings)
    link_completions(lane, group.filings, told)
    count(lane, [filing for filing in group.filings if filing.entry.verdict])
    return _in_order(entries, group, told)


def _sort(lane: Lane, entries: Sequence[Entry]) -> _Sorted:
    """Tell the new from the received from the repeated; within a group the first of a digest counts, a decided one before others."""
    known = {row[1]: _Known(*row) for row in lane.ask(Ask.KNOWN, sorted({entry.digest for entry in entries}))}
    chosen: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda one: one.verdict is None):
        before = known.get(entry.digest)
        if before is None or (before.state == State.RECEIVED and entry.verdict is not None):
            chosen.setdefault(entry.digest, entry)
    numbers = iter(lane.reserve(Numbered.SUBMISSION, sum(digest not in known for digest in chosen)))
    filings = []
    for entry in entries:
        if chosen.get(entry.digest) is entry:
            before = known.get(entry.digest)
            filings.append(Filing(entry=entry, id=before.id if before else next(numbers), is_new=before is None))
    repeats = [entry for entry in entries if chosen.get(entry.digest) is not entry]
    return _Sorted(filings=sorted(filings, key=lambda one: one.entry.digest), repeats=repeats, known=known)


def _as_known(row: _Known) -> Recorded:
    return Recorded(
        reference=row.told_reference,
        answer=row.answer,
        verdict=Verdict(row.verdict) if row.verdict else None,
        reason=Reason(row.reason) if row.reason else None,
        is_repeat=True,
    )


def _told(filing: Filing) -> Recorded:
    entry = filing.entry
    reference = case_reference(filing.case_letters) if filing.case_letters else reference_of(entry.digest, entry.verdict)
    return Recorded(reference=reference, answer=entry.answer.replace(PLACEHOLDER, reference), verdict=entry.verdict, reason=entry.reason)


def _in_order(entries: Sequence[Entry], group: _Sorted, told: dict[str, Recorded]) -> list[Recorded]:
    filed = {id(filing.entry) for filing in group.filings}
    return [told[entry.digest] if id(entry) in filed else _again(told[entry.digest]) for entry in entries]


def _again(recorded: Recorded) -> Recorded:
    return Recorded(
        reference=recorded.reference,
        answer=recorded.answer,
        verdict=recorded.verdict,
        reason=recorded.reason,
        is_repeat=True,
    )


def _write_submissions(lane: Lane, group: _Sorted, told: dict[str, Recorded]) -> None:
    fresh = [filing for filing in group.filings if filing.is_new]
    settled = [filing for filing in group.filings if not filing.is_new]
    lane.write(Write.SUBMISSION, [_submission_row(filing, told[filing.entry.digest]) for filing in fresh])
    lane.write(Write.SETTLE, [_settled_row(filing, told[filing.entry.digest]) for filing in settled])
    lane.write(Write.REPEAT, list(_repeat_rows(group)))
    lane.write(Write.EVIDENCE, [_evidence_row(filing) for filing in fresh])
    lane.write(Write.ERRAND, [_errand_row(filing, DECIDE) for filing in fresh if filing.entry.verdict is None])
    lane.write(Write.SETTLED, [{"key": filing.id, "moment": filing.entry.arrived_at} for filing in settled])
    lane.write(Write.ERRAND, [_errand_row(filing, kind) for filing in group.filings for kind in filing.entry.errands])


def _write_reports(lane: Lane, decided: Sequence[Filing]) -> None:
    """Why, and what is complained of."""
    lane.write(Write.EXPLANATION, [_explanation_row(filing) for filing in decided])
    lane.write(Write.WORDS, [{"submission_id": one.id, "words": one.entry.words} for one in decided])
    lane.write(Write.SEARCH, [{"rowid": one.id, "words": one.entry.words} for one in decided])
    lane.write(Write.REPORT, [row for one in decided for row in _report_rows(one)])
    lane.write(Write.LINK, [row for one in decided for row in _link_rows(one)])
    lane.write(Write.ADDRESS, [row for one in decided for row in _address_rows(one)])


def _decided_columns(filing: Filing, told: Recorded) -> dict[str, object]:
    """What a verdict brings with it."""
    entry = filing.entry
    return {
        "state": STATE_OF[entry.verdict].value,
        "verdict": entry.verdict.value if entry.verdict else None,
        "reason": entry.reason.value if entry.reason else None,
        "event": entry.event.value if entry.event else "",
        "told_reference": told.reference,
        "answer": told.answer,
        "reporter": entry.reporter,
        "subject": entry.subject,
        "message_id": entry.message_id,
        "source_ip": entry.source_ip,
        "network": entry.network,
        "language": entry.language,
        "missing": entry.missing,
        "policy_version": entry.policy_version,
        "campaign_id": filing.campaign_id,
        "is_automatic": entry.is_automatic,
        "is_sealed": entry.is_sealed,
    }


def _submission_row(filing: Filing, told: Recorded) -> Row:
    entry = filing.entry
    return _decided_columns(filing, told) | {
        "id": filing.id,
        "digest": entry.digest,
        "door": entry.door.value,
        "arrived_at": entry.arrived_at,
        "mail_from": entry.mail_from,
        "rcpt_to": entry.rcpt_to,
        "peer": entry.peer,
        "raw_bytes": entry.raw_bytes,
        "repeats": 0,
        "last_arrived_at": entry.arrived_at,
    }


def _settled_row(filing: Filing, told: Recorded) -> Row:
    return {f"new_{name}": value for name, value in _decided_columns(filing, told).items()} | {"key": filing.id}


def _repeat_rows(group: _Sorted) -> Iterable[Row]:
    """One for each submission that came again, by digest."""
    ids = {digest: row.id for digest, row in group.known.items()} | {one.entry.digest: one.id for one in group.filings}
    times: dict[str, list[Entry]] = {}
    for entry in group.repeats:
        times.setdefault(entry.digest, []).append(entry)
    for digest in sorted(times):
        yield {"key": ids[digest], "times": len(times[digest]), "moment": max(entry.arrived_at for entry in times[digest])}


def _evidence_row(filing: Filing) -> Row:
    entry = filing.entry
    frame, dictionary_id = mail_of(filing)
    return {
        "submission_id": filing.id,
        "sha256": entry.sha256,
        "raw_bytes": entry.raw_bytes,
        "location": "",
        "dictionary_id": dictionary_id,
        "frame": frame,
    }


def _explanation_row(filing: Filing) -> Row:
    document, words, dictionary_id = document_of(filing)
    return {
        "submission_id": filing.id,
        "dictionary_id": dictionary_id,
        "document": document,
        "words": words,
        "facts": filing.entry.facts,
    }


def _errand_row(filing: Filing, kind: str) -> Row:
    """Somebody must still do that, should this process not come to it."""
    return {
        "kind": kind,
        "submission_id": filing.id,
        "due_at": filing.entry.arrived_at,
        "lease_until": None,
        "holder": "",
        "attempts": 0,
        "last_error": "",
        "done_at": None,
    }


def _report_rows(filing: Filing) -> Iterable[Row]:
    for report in filing.entry.reports:
        yield {
            "submission_id": filing.id,
            "position": report.position,
            "verdict": report.verdict.value,
            "reason": report.reason.value,
            "event": report.event.value,
            "found_as": report.found_as,
            "source_ip": report.source_ip,
            "grade": report.grade,
            "accused_kind": report.accused_kind,
            "accused_value": report.accused_value,
            "contractor": report.contractor,
            "service": report.service,
            "message_id": report.message_id,
            "subject": report.subject,
            "campaign_id": filing.campaign_ids.get(report.position),
        }


def _link_rows(filing: Filing) -> Iterable[Row]:
    for report in filing.entry.reports:
        for number, link in enumerate(report.links):
            yield {
                "submission_id": filing.id,
                "position": report.position,
                "number": number,
                "host": link.host,
                "url": link.url,
                "in_network": link.in_network,
            }


def _address_rows(filing: Filing) -> Iterable[Row]:
    for report in filing.entry.reports:
        for number, address in enumerate(report.addresses):
            yield {
                "submission_id": filing.id,
                "position": report.position,
                "number": number,
                "ip": address.ip,
                "sort_key": address.sort_key,
                "network": address.network,
                "role": address.role,
                "at": address.at,
            }
