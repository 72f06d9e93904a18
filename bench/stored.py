"""A store with very many rejections: what the list, a filter, a search and a count take."""

import hashlib
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bench.figures import Figure
from bench.mails import Mails
from bench.service import write_config
from config.settings import build_policy, load_settings
from intake.pipeline import conclude, examine
from parsers.submission import Door, Envelope, Submission
from routing.facts import Facts
from routing.verdict import Reason, Verdict
from storage.engine import open_engine, reading
from storage.entry import Entry
from storage.facets import count_submissions
from storage.filters import Filter
from storage.lanes import open_lane
from storage.migrations import upgrade
from storage.queries import list_submissions
from storage.recording import record_group
from storage.reference import letters_of
from storage.words import words_of

_NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
_GROUP = 2_000
_TRIES = 9
_TARGET_ROWS = 1_000_000  # a shorter run tells nothing of the target
_REPORTERS = 500


def stored(rows: int) -> list[Figure]:
    """Fill a store, then ask it what a desk asks."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/abusedesk.db"
        upgrade(url)
        fill(url, rows)
        engine = open_engine(url)
        with reading(engine) as connection:
            figures = [_figure(name, rows, ask, connection) for name, ask in _ASKED.items()]
        engine.dispose()
    return figures


def fill(url: str, rows: int) -> None:
    """Store that many rejections, each with a digest, reporter, address and words of its own, an hour's worth a thousand."""
    models = _models()
    lane = open_lane(url)
    for first in range(0, rows, _GROUP):
        record_group(lane, [_entry(models[number % len(models)], number) for number in range(first, min(rows, first + _GROUP))])
    lane.close()


def _models() -> list[Entry]:
    """Rejections as the pipeline makes them, with little evidence."""
    with tempfile.TemporaryDirectory() as folder:
        policy = build_policy(load_settings(write_config(Path(folder))))
    peer = ip_address("192.0.2.25")
    envelope = Envelope(mail_from="reader@reporter.example", rcpt_to=("abuse@example-host.jp",), peer=peer)
    entries = []
    for raw in Mails(2).take(60):
        submission = Submission(raw=raw, door=Door.SMTP, arrived_at=_NOON, envelope=envelope)
        entries.append(conclude(examine(submission, policy), Facts(is_offline=True), policy))
    return [replace(entry, frame=b"", document="{}", facts="{}") for entry in entries if entry.verdict is Verdict.REJECTED]


def _entry(model: Entry, number: int) -> Entry:
    digest = hashlib.sha256(b"%d" % number).hexdigest()
    reporter = f"reader{number % _REPORTERS}@reporter.example"
    return replace(
        model,
        digest=digest,
        sha256=digest,
        letters=letters_of(digest),
        arrived_at=_NOON + timedelta(seconds=3.6 * number),
        reporter=reporter,
        words=f"{model.words[:300]} {words_of(f'{reporter} campaign{number % 5_000} serial{number}')}",
    )


def _lines(**asked: Any) -> Callable[[Connection], int]:
    return lambda connection: len(list_submissions(connection, Filter(verdict=Verdict.REJECTED, **asked)).lines)


def _count(connection: Connection) -> int:
    return count_submissions(connection, Filter(verdict=Verdict.REJECTED, reason=Reason.OUT_OF_NETWORK)).number


_ASKED: dict[str, Callable[[Connection], int]] = {
    "first page of the list": _lines(),
    "filter by reason": _lines(reason=Reason.NO_HEADERS),
    "filter by reporter": _lines(reporter="reader7@reporter.example"),
    "search for a rare word": _lines(text="serial4711"),
    "search for words of one in 5,000": _lines(text="campaign77"),
    "search for a common word": _lines(text="payment"),
    "count of a reason": _count,
}


def _figure(name: str, rows: int, ask: Callable[[Connection], int], connection: Connection) -> Figure:
    took = sorted(_timed(ask, connection) for _ in range(_TRIES))
    median_ms = 1000 * took[len(took) // 2]
    is_met = median_ms <= 100 if rows >= _TARGET_ROWS else None
    return Figure(name=f"{name}, {rows:,} rejections", measured=f"{median_ms:.1f} ms CPU", target="≤ 100 ms at 1,000,000", is_met=is_met)


def _timed(ask: Callable[[Connection], int], connection: Connection) -> float:
    begun = time.process_time()
    assert ask(connection), "nothing was found"
    return time.process_time() - begun
