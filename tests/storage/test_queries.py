"""What the desk asks: the list is what a plain reading of all rows would give, and one submission is shown whole."""

import itertools
import random
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address, ip_network

import pytest
from sqlalchemy import Engine, delete, text

from config.errors import StorageError
from config.events import Event
from routing.verdict import VERDICT_OF, Reason, Verdict
from storage.blocks import block_of, sort_key
from storage.engine import reading, writing
from storage.entry import AddressEntry, Entry
from storage.facets import count_submissions, facets, received_per_hour
from storage.filters import Filter
from storage.lanes import open_lane
from storage.queries import every_submission, list_submissions, neighbours, show_submission
from storage.record import record
from storage.recording import record_group
from storage.search import unindex
from storage.tables import SUBMISSION
from storage.words import words_of
from tests.storage.entries import NOON, entry, report_entry

REASONS = (Reason.OUT_OF_NETWORK, Reason.NO_HEADERS, Reason.OUT_OF_NETWORK, Reason.SENDER_IN_NETWORK, Reason.CLAIMED_ONLY)
EVENTS = (Event.SPAM, Event.SPAM, Event.PHISHING_SITE)
IPS = ("198.51.100.7", "198.51.100.200", "192.0.2.77", "2001:db8:20::7")
NUMBER = 60


def made(number: int) -> Entry:
    """One of a mixed lot: every combination of reason, event, address and reporter comes up."""
    reason, ip = REASONS[number % len(REASONS)], IPS[number % len(IPS)]
    address = AddressEntry(ip=ip, sort_key=sort_key(ip_address(ip)), network=block_of(ip_address(ip)), role="source")
    report = report_entry(reason, event=EVENTS[number % len(EVENTS)], source_ip=ip, addresses=(address,))
    return entry(
        number,
        reason,
        report=report,
        reporter=f"r{number % 7}@reporter.example",
        arrived_at=NOON + timedelta(minutes=10 * (number if number != 30 else 1)),  # a clock that jumped back
        words=words_of(f"報告 number{number} {ip} www{number % 2}.shop.example"),
        network=address.network,
    )


LOT = [made(number) for number in range(NUMBER)]


@pytest.fixture
def lot(engine: Engine, url: str) -> Engine:
    """A store with the whole lot in it, and one that is only received."""
    lane = open_lane(url)
    for start in range(0, NUMBER, 20):
        record_group(lane, LOT[start : start + 20])
    record_group(lane, [entry(1000, None)])
    lane.close()
    return engine


def expected(asked: Filter) -> list[int]:
    """The numbers of the lot that a filter asks for, newest first, found the long way."""
    return [number for number in reversed(range(NUMBER)) if _fits(LOT[number], asked)]


def _fits(one: Entry, asked: Filter) -> bool:
    words = f" {one.words} "
    return (
        asked.verdict in (None, one.verdict)
        and asked.reason in (None, one.reason)
        and asked.event in (None, one.event)
        and asked.reporter in ("", one.reporter)
        and (asked.network is None or ip_address(one.source_ip) in asked.network)
        and (asked.since is None or one.arrived_at >= asked.since)
        and (asked.until is None or one.arrived_at < asked.until)
        and f" {words_of(asked.text)} " in (words if asked.text else "  ")
    )


_COMBINATIONS = [
    Filter(verdict=verdict, reason=reason, event=event, reporter=reporter, network=network, since=since, until=until, text=text)
    for verdict, reason, event, reporter, network, (since, until), text in itertools.product(
        (None, Verdict.REJECTED),
        (None, Reason.OUT_OF_NETWORK),
        (None, Event.SPAM),
        ("", "r3@reporter.example"),
        (None, ip_network("198.51.100.0/24"), ip_network("198.51.100.128/25"), ip_network("198.51.0.0/16"), ip_network("2001:db8::/32")),
        ((None, None), (NOON + timedelta(hours=2), NOON + timedelta(hours=7, minutes=15))),
        ("", "www1.shop.example"),
    )
]


FILTERS = [Filter(), *random.Random(20260803).sample(_COMBINATIONS, 90)]


def test_every_filter_gives_what_reading_all_rows_would(lot: Engine) -> None:
    plain = Filter()
    with reading(lot) as connection:
        for asked in FILTERS:
            found = [line.id - 1 for line in every_submission(connection, asked) if asked != plain or line.verdict]
            assert found == expected(asked), asked
            count = count_submissions(connection, asked)
            assert (count.number, count.is_exact) == (len(found) + (asked == plain), True), asked


def test_pages_neither_skip_nor_repeat(lot: Engine) -> None:
    for asked in (Filter(verdict=Verdict.REJECTED), Filter(text="www1.shop.example"), Filter(network=ip_network("198.51.100.0/24"))):
        with reading(lot) as connection:
            assert [line.id - 1 for line in every_submission(connection, asked, page=4)] == expected(asked)


def test_a_list_that_looked_at_enough_rows_goes_on(lot: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.queries.SCANNED", 2)
    monkeypatch.setattr("storage.facets.TESTED", 2)
    asked = Filter(reporter="r3@reporter.example", network=ip_network("198.51.0.0/16"))
    with reading(lot) as connection:
        page = list_submissions(connection, asked, limit=2)
        assert (len(page.lines) < 2, page.next_before is not None) == (True, True)
        assert [line.id - 1 for line in every_submission(connection, asked, page=2)] == expected(asked)
        assert not count_submissions(connection, asked).is_exact


def test_a_line_tells_what_the_contract_asks_for(lot: Engine) -> None:
    with reading(lot) as connection:
        line = list_submissions(connection, Filter(verdict=Verdict.REJECTED), limit=1).lines[0]
    newest = LOT[expected(Filter(verdict=Verdict.REJECTED))[0]]
    assert (line.subject, line.message_id, line.reporter) == (newest.subject, newest.message_id, newest.reporter)
    assert (line.verdict, line.reason, line.event, line.state) == ("rejected", newest.reason, newest.event, "rejected")
    assert (line.accused, line.arrived_at, line.reference[:2]) == ((newest.source_ip,), newest.arrived_at, "R-")


def test_a_reason_of_another_verdict_gives_nothing(lot: Engine) -> None:
    asked = Filter(verdict=Verdict.HELD, reason=Reason.NO_HEADERS)
    with reading(lot) as connection:
        assert list_submissions(connection, asked).lines == ()
        assert count_submissions(connection, asked).number == 0


HOSTILE = ("'", '"', '" OR "', "a AND", "NEAR(", "*", "(", ")", "\0", "\ud800", "x:y", "-", "^a", "; DROP TABLE", "&|!<->", "ー")


def test_no_search_is_an_error(lot: Engine) -> None:
    with reading(lot) as connection:
        for text in HOSTILE:
            list_submissions(connection, Filter(text=text))
            count_submissions(connection, Filter(text=text))


FOUND = {
    "number7": 1,
    "number7 shop": 1,
    "number5*": 11,
    "報告": 60,
    "報": 60,
    "告": 60,
    "shop.example": 60,
    "shop www1": 30,
    "nowhere": 0,
}


def test_words_are_found(lot: Engine) -> None:
    with reading(lot) as connection:
        assert {text: count_submissions(connection, Filter(text=text)).number for text in FOUND} == FOUND


def test_what_is_taken_out_of_the_index_is_not_found_any_more(lot: Engine) -> None:
    with writing(lot) as connection:
        unindex(connection, 8)
        connection.execute(delete(SUBMISSION).where(SUBMISSION.c.id == 8))
    with reading(lot) as connection:
        assert count_submissions(connection, Filter(text="number7")).number == 0
        assert count_submissions(connection, Filter(text="number8")).number == 1
        if lot.dialect.name == "sqlite":
            connection.execute(text("INSERT INTO submission_search(submission_search) VALUES ('integrity-check')"))


def test_neighbours_are_the_next_lines_of_the_same_list(lot: Engine) -> None:
    for asked in (Filter(verdict=Verdict.REJECTED), Filter(text="www1.shop.example"), Filter(since=NOON + timedelta(hours=2))):
        numbers = expected(asked)
        with reading(lot) as connection:
            for at in (0, 5, len(numbers) - 1):
                found = neighbours(connection, asked, numbers[at] + 1)
                assert (found.newer.id - 1 if found.newer else None) == (numbers[at - 1] if at else None)
                assert (found.older.id - 1 if found.older else None) == (numbers[at + 1] if at + 1 < len(numbers) else None)


def test_facets_count_the_list(lot: Engine) -> None:
    asked = Filter(verdict=Verdict.REJECTED)
    rows = [LOT[number] for number in expected(asked)]
    with reading(lot) as connection:
        found = facets(connection, asked)
    assert all(one.is_exact for one in (found.reasons, found.events, found.networks, found.reporters, found.days))
    assert dict(found.reasons.values) == {str(r): sum(one.reason is r for one in rows) for r in {one.reason for one in rows}}
    assert dict(found.networks.values)["198.51.100.0/24"] == sum(one.network == "198.51.100.0/24" for one in rows)
    assert sum(number for _, number in found.days.values) == len(rows)
    assert found.reasons.values[0][1] >= found.reasons.values[-1][1]


def test_a_long_list_is_counted_from_the_running_counts(lot: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Filter(verdict=Verdict.REJECTED)
    with reading(lot) as connection:
        counted = facets(connection, asked)
        monkeypatch.setattr("storage.facets.SAMPLED", 5)
        running = facets(connection, asked)
        sampled = facets(connection, replace(asked, reporter="r3@reporter.example"))
    assert (running.reasons, running.events, running.days) == (counted.reasons, counted.events, counted.days)
    assert dict(running.networks.values) == {name: number for name, number in counted.networks.values if number >= 10}
    assert not sampled.reasons.is_exact


def test_the_curve_counts_every_hour(lot: Engine) -> None:
    with reading(lot) as connection:
        hours = received_per_hour(connection, NOON, NOON + timedelta(days=1))
    assert sum(hour.number for hour in hours) == NUMBER
    first = sum(one.arrived_at < NOON + timedelta(hours=1) and one.verdict is Verdict.REJECTED for one in LOT)
    assert next(hour.number for hour in hours if hour.verdict == "rejected") == first


def test_one_submission_is_shown_whole(engine: Engine, url: str) -> None:
    one = entry(1, document='{"schema": 1, "reference": "C-draft", "answer": {"smtp": "draft", "exit": 0}}')
    recorded = record(url, one)
    with reading(engine) as connection:
        for name in (recorded.reference, recorded.reference.lower().replace("-", ""), one.digest, one.digest[:20]):
            whole = show_submission(connection, name)
            assert whole is not None
            assert whole.submission["digest"] == one.digest
        assert whole is not None
        for name in ("R-0000-0000-0000", "", "zzz", one.digest[:14]):
            assert show_submission(connection, name) is None
    told = {"schema": 1, "reference": recorded.reference, "answer": {"smtp": recorded.answer, "exit": 0}}
    assert whole.document == told | {"reports": [], "trace": []}
    assert whole.evidence == {"sha256": one.sha256, "raw_bytes": one.raw_bytes, "location": "", "is_here": True}
    assert (len(whole.reports), len(whole.links), len(whole.addresses), whole.cases, whole.history) == (1, 1, 2, (), [])
    assert whole.facts == {"hosts": {}}


def test_what_is_only_received_is_shown_too(engine: Engine, url: str) -> None:
    reference = record(url, entry(1, None)).reference
    with reading(engine) as connection:
        whole = show_submission(connection, reference)
    assert whole is not None
    assert (whole.submission["state"], whole.reports) == ("received", [])


def test_a_database_that_is_away_says_so_in_our_words() -> None:
    from storage.engine import open_engine

    engine = open_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(StorageError, match="the database is away"), reading(engine) as connection:
        list_submissions(connection, Filter())


def test_the_lot_holds_every_kind() -> None:
    assert {VERDICT_OF[reason] for reason in REASONS} == set(Verdict)
    assert all(expected(asked) for asked in FILTERS if not asked.reporter)
