"""Readings of the mails under fixtures/eml, at the door that each names, for tests of the parsers."""

import re
from datetime import UTC, datetime
from pathlib import Path

from config.limits import Limits
from parsers.reading import parse_submission
from parsers.report import Outcome, Reading
from parsers.submission import Door, Submission

MAILS = Path(__file__).parents[2] / "fixtures" / "eml"
ARRIVED_AT = datetime(2026, 8, 3, 1, tzinfo=UTC)
DESK = ("abuse@example-host.jp",)


def raw_of(name: str) -> bytes:
    """The bytes of a fixture."""
    return (MAILS / name).read_bytes()


def reading_of(name: str) -> Reading:
    """The reading of a fixture."""
    raw = raw_of(name)
    return reading(raw, door=Door.SMTP if re.search(rb"^X-Fixture-Door: smtp\r?$", raw, re.MULTILINE) else Door.FILE)


def reading(raw: bytes, *, door: Door = Door.FILE, limits: Limits | None = None) -> Reading:
    """The reading of some bytes, for a desk that knows its address."""
    submission = Submission(raw=raw, door=door, arrived_at=ARRIVED_AT)
    return parse_submission(submission, limits or Limits(), desk_addresses=DESK)


def hits(read: Reading) -> list[str]:
    """The detectors that found something, in the order in which they were tried."""
    return [step.rule for step in read.steps if step.outcome is Outcome.HIT]


def message_ids(read: Reading) -> list[str]:
    """The Message-ID of each report, "" where it has no mail."""
    return [report.message.message_id if report.message else "" for report in read.reports]


def chains(read: Reading) -> list[list[str]]:
    """The from addresses of each report's chain, newest first."""
    return [[str(hop.from_ip) for hop in report.hops] for report in read.reports]


def accused(read: Reading) -> list[str]:
    """The addresses that the reports accuse."""
    return [str(one.ip) for report in read.reports for one in report.addresses if one.role == "source"]
