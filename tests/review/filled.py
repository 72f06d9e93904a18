"""A desk with mail in it: fixtures read by the real pipeline, as if they had come in over the last days; addresses made various."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from config.policy import Policy
from config.sections import Settings
from config.settings import build_policy, load_settings
from intake.pipeline import conclude, examine
from parsers.submission import Door, Envelope, Submission
from routing.facts import Facts, HostAnswer, Known
from storage.audit import Act
from storage.engine import open_engine, writing
from storage.migrations import upgrade
from storage.staff import Role, add_user
from storage.writer import Writer

FIXTURES = Path(__file__).parents[2] / "fixtures"
PASSWORD = "correct horse battery"
PEOPLE = {"vera": Role.VIEWER, "hana": Role.HANDLER, "ada": Role.ADMIN}
SHOP = {"www.shop.example": HostAnswer(known=Known.FOUND, addresses=(ip_address("203.0.113.9"),), origin="fixed")}
_ORDINARY = ("acns", "arf", "attached", "events", "logs", "redirected", "spam", "vendor", "xarf")


def settings_for(url: str, *, prefixes: Path | None = None) -> Settings:
    """The fixtures' settings, on a store of the test's own."""
    from dataclasses import replace

    settings = load_settings(FIXTURES / "abusedesk.toml")
    network = settings.network if prefixes is None else replace(settings.network, prefix_files=(str(prefixes),))
    return replace(settings, storage=replace(settings.storage, url=url), network=network)


def make_store(url: str) -> None:
    """Tables, and somebody of each role."""
    upgrade(url)
    engine = open_engine(url)
    with writing(engine) as connection:
        for name, role in PEOPLE.items():
            add_user(connection, name, PASSWORD, role, Act(actor="test"))
    engine.dispose()


def store_mails(url: str, policy: Policy, submissions: Iterable[Submission], hosts: dict[str, HostAnswer] | None = None) -> int:
    """Decide and record, as a door would."""
    facts = Facts(hosts=hosts or SHOP, is_offline=True)
    entries = [conclude(examine(submission, policy), facts, policy) for submission in submissions]
    writer = Writer(url)
    writer.start()
    try:
        for recorded in [writer.submit(entry) for entry in entries]:
            recorded.result()
    finally:
        writer.close()
    return len(entries)


def mail(raw: bytes, *, arrived_at: datetime | None = None, sender: str = "reader@reporter.example", door: Door = Door.SMTP) -> Submission:
    """A submission."""
    envelope = Envelope(mail_from=sender, rcpt_to=("abuse@example-host.jp",), peer=ip_address("192.0.2.25"), helo="mx.reporter.example")
    return Submission(raw=raw, door=door, arrived_at=arrived_at or datetime.now(UTC), envelope=envelope)


def last_days(count: int = 400, *, days: float = 2.0, now: datetime | None = None) -> Iterator[Submission]:
    """Fixtures over and over, each time about another address of ours, from some twenty reporters, oldest first."""
    now = now or datetime.now(UTC)
    paths = [path for folder in _ORDINARY for path in sorted((FIXTURES / "eml" / folder).glob("*.eml"))]
    for number in range(count):
        dice = hashlib.sha256(str(number).encode()).digest()
        path = paths[int.from_bytes(dice[:2], "big") % len(paths)]
        host = (9, 17, 18, 25, 33, 34, 35, 66, 80, 97, 98, 99, 130, 131, 200, 201, 220, 240)[dice[2] % 18 if dice[3] % 3 else 4]
        raw = path.read_bytes().replace(b"203.0.113.9", b"203.0.113.%d" % host).replace(b"@reporter.example", _NAMES[dice[4] % len(_NAMES)])
        # More by day than by night, as people read their mail.
        ago = days * 24 * (1 - number / count) + (dice[5] / 255 - 0.5) * 3
        at = now - timedelta(hours=max(0.02, ago))
        yield mail(raw + b"\r\n" * (number % 7) + str(number).encode(), arrived_at=at, door=Door.FILE if b"example-host.jp" not in raw else Door.SMTP)


_NAMES = tuple(
    f"@{name}".encode()
    for name in ("reporter.example", "isp.example", "mail.example.net", "security.example.org", "reporter.example", "users.example.com", "cert.example")
)

CONTRACTORS = """\
prefix,contractor,service,valid_from,valid_to
203.0.113.0/27,Aozora Hosting,shared,,
203.0.113.32/27,Blue Pine Servers,vps,,
203.0.113.64/26,Minato Cloud,vps,,
203.0.113.128/26,Kawa Rental Server,dedicated,,
203.0.113.192/26,Hoshi Web,shared,,
"""
