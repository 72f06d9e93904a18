"""Running counts, kept in the transaction that they count: a million rows are not counted again for every page."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from storage.entry import Entry
from storage.grouping import Filing
from storage.lane import Lane, Row, Write
from storage.moments import day_of, hour_of


class Counted(StrEnum):
    """Whose submissions are counted by name."""

    REPORTER = "reporter"
    NETWORK = "network"  # that the accused address lies in
    CONTRACTOR = "contractor"  # that holds what is accused


def count(lane: Lane, filings: Sequence[Filing]) -> None:
    """Count decided filings."""
    lane.write(Write.DAY_COUNT, _day_rows(filings))
    lane.write(Write.HOUR_COUNT, _hour_rows(filings))
    lane.write(Write.NAME_COUNT, _name_rows(filings))


def _day_rows(filings: Iterable[Filing]) -> list[Row]:
    numbers = Counter(
        (day_of(entry.arrived_at), str(entry.verdict), str(entry.reason), str(entry.event or ""))
        for entry in (filing.entry for filing in filings)
    )
    return [
        {"day": day, "verdict": verdict, "reason": reason, "event": event, "number": numbers[day, verdict, reason, event]}
        for day, verdict, reason, event in sorted(numbers)
    ]


def _hour_rows(filings: Iterable[Filing]) -> list[Row]:
    ids: dict[tuple[datetime, str], list[int]] = {}
    for filing in filings:
        ids.setdefault((hour_of(filing.entry.arrived_at), str(filing.entry.verdict)), []).append(filing.id)
    return [
        {
            "hour": hour,
            "verdict": verdict,
            "number": len(ids[hour, verdict]),
            "first_id": min(ids[hour, verdict]),
            "last_id": max(ids[hour, verdict]),
        }
        for hour, verdict in sorted(ids)
    ]


def _name_rows(filings: Iterable[Filing]) -> list[Row]:
    times: dict[tuple[str, str, str], list[datetime]] = {}
    for filing in filings:
        for kind, name in _names_in(filing.entry):
            times.setdefault((kind.value, name, str(filing.entry.verdict)), []).append(filing.entry.arrived_at)
    return [
        {"kind": key[0], "name": key[1], "verdict": key[2], "number": len(times[key]), "last_at": max(times[key])} for key in sorted(times)
    ]


def _names_in(entry: Entry) -> Iterable[tuple[Counted, str]]:
    """Every name that the entry counts for, each once."""
    if entry.reporter:
        yield Counted.REPORTER, entry.reporter
    if entry.network:
        yield Counted.NETWORK, entry.network
    for contractor in dict.fromkeys(report.contractor for report in entry.reports):
        if contractor:
            yield Counted.CONTRACTOR, contractor
