"""Running counts, kept in the transaction that they count: a million rows are not counted again for every page."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from storage.entry import Entry
from storage.grouping import Filing
from storage.lane import Lane, Row, Write
from storage.moments import hour_of


class Counted(StrEnum):
    """Whose submissions are counted by name."""

    REPORTER = "reporter"
    NETWORK = "network"  # that the accused address lies in
    CONTRACTOR = "contractor"  # that holds what is accused


def count(lane: Lane, filings: Sequence[Filing]) -> None:
    """Count decided filings."""
    lane.write(Write.HOUR_COUNT, _hour_rows(filings))
    lane.write(Write.NAME_COUNT, _name_rows(filings))


def _hour_rows(filings: Iterable[Filing]) -> list[Row]:
    ids: dict[tuple[datetime, str, str, str], list[int]] = {}
    for filing in filings:
        entry = filing.entry
        key = (hour_of(entry.arrived_at), str(entry.verdict), str(entry.reason), str(entry.event or ""))
        ids.setdefault(key, []).append(filing.id)
    return [
        {
            "hour": key[0],
            "verdict": key[1],
            "reason": key[2],
            "event": key[3],
            "number": len(ids[key]),
            "first_id": min(ids[key]),
            "last_id": max(ids[key]),
        }
        for key in sorted(ids)
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
