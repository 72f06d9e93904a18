"""The imaginary host of fixtures/eml, deciding: what the tests of the events share."""

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from config.events import Event, Item
from config.policy import Policy
from config.settings import build_policy, load_settings
from parsers.reading import parse_submission
from parsers.report import Reading
from parsers.submission import Door, Envelope, Submission
from routing.decide import decide
from routing.decision import Decision
from routing.facts import Facts
from routing.lookups import FixedLookups
from routing.questions import questions_of

FIXTURES = Path(__file__).parents[2] / "fixtures"
EVENTS = sorted((FIXTURES / "eml" / "events").glob("*.eml"))
ARRIVED_AT = datetime(2026, 8, 3, 12, tzinfo=UTC)


@cache
def house() -> tuple[Policy, FixedLookups]:
    settings = load_settings(FIXTURES / "abusedesk.toml")
    return build_policy(settings), FixedLookups(settings.lookups.hosts)


def submitted(raw: bytes, *, rcpt_to: tuple[str, ...] = ()) -> Submission:
    envelope = Envelope(mail_from="reporter@reporter.example", rcpt_to=rcpt_to)
    return Submission(raw=raw, door=Door.SMTP, arrived_at=ARRIVED_AT, envelope=envelope)


def read(raw: bytes) -> Reading:
    policy, _ = house()
    return parse_submission(submitted(raw), policy.limits, desk_addresses=policy.desk_addresses)


def decided(raw: bytes) -> Decision:
    policy, lookups = house()
    reading = read(raw)
    return decide(submitted(raw), reading, lookups.answer(questions_of(reading, policy)), policy)


def facts_of(raw: bytes) -> Facts:
    policy, lookups = house()
    return lookups.answer(questions_of(read(raw), policy))


def expected_event(path: Path) -> Event:
    return Event(_header(path, "X-Fixture-Event"))


def expected_missing(path: Path) -> tuple[Item, ...]:
    written = _header(path, "X-Fixture-Missing")
    return () if written == "-" else (Item(written),)


def letter(body: str, *, subject: str = "Report", from_: str = "reporter@reporter.example", to: str = "abuse@example-host.jp") -> bytes:
    """A reporter's own mail."""
    head = f"From: {from_}\nTo: {to}\nSubject: {subject}\nDate: Mon, 03 Aug 2026 10:29:58 +0000\nMessage-ID: <1@reporter.example>"
    return f"{head}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}\n".encode()


def _header(path: Path, name: str) -> str:
    match = re.search(rf"^{name}: (.*)$".encode(), path.read_bytes(), re.MULTILINE)
    assert match, f"{path.name} does not say its {name}"
    return match[1].decode().strip()
