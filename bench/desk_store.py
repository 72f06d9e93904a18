"""A store as a large house would have it after weeks: rejections by the million, cases, campaigns of every size."""

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import islice
from pathlib import Path

from sqlalchemy import text

from bench.mails import Mails
from bench.service import write_config
from config.events import Event
from config.settings import build_policy, load_settings
from intake.pipeline import conclude, examine
from parsers.submission import Door, Envelope, Submission
from routing.facts import Facts
from routing.verdict import VERDICT_OF, Reason, Verdict
from storage.audit import Act
from storage.blocks import block_of, sort_key
from storage.engine import open_engine, writing
from storage.entry import AddressEntry, Entry, ReportEntry
from storage.lanes import open_lane
from storage.migrations import upgrade
from storage.recording import record_group
from storage.reference import letters_of
from storage.staff import Role, add_user
from storage.words import words_of

_GROUP = 2_000
_WHOLE = 2_000  # the newest keep their mail and their document: those are what pages of one submission are asked for
_DAYS = 40
_REPORTERS = 500
_CASES = 20_000
_REASONS = (
    (Reason.OUT_OF_NETWORK,) * 6 + (Reason.NO_HEADERS,) * 3 + (Reason.MISSING_INFORMATION, Reason.UNTRUSTED_TRACE, Reason.NO_EVIDENCE)
)
_EVENTS = (Event.SPAM,) * 7 + (Event.UNAUTHORIZED_ACCESS, Event.PHISHING_SITE, Event.MALWARE_SITE, Event.COPYRIGHT)


def fill_desk(url: str, rows: int) -> None:
    """So many rejections, a tenth as many accepted ones in cases, a few held."""
    upgrade(url)
    lane = open_lane(url)
    entries = _entries(rows)
    while group := list(islice(entries, _GROUP)):
        record_group(lane, group)
    lane.close()
    engine = open_engine(url)
    with writing(engine) as connection:
        add_user(connection, "ada", "correct horse battery", Role.ADMIN, Act(actor="bench"))
        closed = "UPDATE abuse_case SET state = 'closed', closed_at = last_report_at, first_action_at = last_report_at WHERE id % 4 <> 0"
        connection.execute(text(closed))
    engine.dispose()


def _entries(rows: int) -> Iterator[Entry]:
    models = _models()
    begun = datetime.now(UTC) - timedelta(days=_DAYS)
    for number in range(rows):
        at = begun + timedelta(days=_DAYS) * (number / rows)
        yield _rejected(models[number % len(models)], number, at, is_whole=number >= rows - _WHOLE)
        if number % 10 == 0:
            yield _accepted(models[number % len(models)], number, at, is_whole=number >= rows - _WHOLE)
        if number % 200 == 0:
            yield replace(_rejected(models[0], -1 - number, at, is_whole=False), verdict=Verdict.HELD, reason=Reason.CLAIMED_ONLY)


def _models() -> list[Entry]:
    """Mails as the pipeline decides them."""
    with tempfile.TemporaryDirectory() as folder:
        policy = build_policy(load_settings(write_config(Path(folder))))
    envelope = Envelope(mail_from="reader@reporter.example", rcpt_to=("abuse@example-host.jp",), peer=ip_address("192.0.2.25"))
    read = (
        examine(Submission(raw=raw, door=Door.SMTP, arrived_at=datetime.now(UTC), envelope=envelope), policy) for raw in Mails(2).take(60)
    )
    return [entry for entry in (conclude(one, Facts(is_offline=True), policy) for one in read) if entry.reports]


def _rejected(model: Entry, number: int, at: datetime, *, is_whole: bool) -> Entry:
    dice = hashlib.sha256(b"%d" % number).digest()
    reason, event = _REASONS[dice[0] % len(_REASONS)], _EVENTS[dice[1] % len(_EVENTS)]
    # a quarter from one block, the others from anywhere
    ip = IPv4Address(f"198.51.100.{dice[3]}") if dice[2] % 4 == 0 else IPv4Address(0x0B000000 + int.from_bytes(dice[4:7], "big"))
    report = replace(
        model.reports[0], position=0, verdict=Verdict.REJECTED, reason=reason, event=event, source_ip=str(ip), accused_kind="",
        accused_value="", keys=_keys(model.reports[0], number, dice[7]), addresses=(_address(ip),),
    )  # fmt: skip
    return _entry(model, f"{number}", at, report, is_whole=is_whole)


def _accepted(model: Entry, number: int, at: datetime, *, is_whole: bool) -> Entry:
    ip = IPv6Address("2001:db8:10::") + number // 10 % _CASES
    report = replace(
        model.reports[0], position=0, verdict=Verdict.ACCEPTED, reason=Reason.SENDER_IN_NETWORK,
        event=_EVENTS[number // 10 % len(_EVENTS)], source_ip=str(ip), accused_kind="address", accused_value=str(ip),
        contractor=f"Contractor {number // 10 % 50}", service="vps", keys=_keys(model.reports[0], number, number % 256),
        addresses=(_address(ip),),
    )  # fmt: skip
    return _entry(model, f"ours {number}", at, report, is_whole=is_whole)


def _address(ip: IPv4Address | IPv6Address) -> AddressEntry:
    return AddressEntry(ip=str(ip), sort_key=sort_key(ip), network=block_of(ip), role="source")


def _keys(report: ReportEntry, number: int, die: int) -> tuple[int, ...]:
    """Of a mailing of thousands, of twenty, or of one."""
    mailing = 0 if die < 64 else 1 + number // 20 if die < 160 else 10**9 + number
    return tuple((key ^ (mailing * 0x9E3779B97F4A7C15)) & (2**62 - 1) for key in report.keys)


def _entry(model: Entry, name: str, at: datetime, report: ReportEntry, *, is_whole: bool) -> Entry:
    digest = hashlib.sha256(name.encode()).hexdigest()
    number = int(digest[:8], 16)
    reporter = f"reader{number % _REPORTERS}@reporter.example"
    words = f"{model.words[:300]} {words_of(f'{reporter} campaign{number % 5_000} serial{name}')}"
    ip = ip_address(report.source_ip)
    entry = replace(
        model, digest=digest, letters=letters_of(digest), arrived_at=at, reporter=reporter, words=words,
        verdict=VERDICT_OF[report.reason], reason=report.reason, event=report.event, reports=(report,), leading=0,
        source_ip=report.source_ip, network=block_of(ip), errands=(),
    )  # fmt: skip
    return entry if is_whole else replace(entry, frame=b"", document="{}", facts="{}")
