"""A desk with mail in it: fixtures read by the real pipeline, as if they had come in over the last days; addresses made various."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from config.policy import Policy
from config.sections import Settings
from config.settings import load_settings
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


def settings_for(url: str, *, prefixes: Path | None = None) -> Settings:
    """The fixtures' settings, on a store of the test's own."""
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
    """Fixtures over and over, each time about another address, from some twenty reporters, oldest first."""
    now = now or datetime.now(UTC)
    folders = [sorted((FIXTURES / "eml" / name).glob("*.eml")) for name in _FOLDERS.split()]
    made = (_report(number, folders, now - timedelta(days=days * (1 - number / count))) for number in range(count))
    yield from sorted(made, key=lambda one: one.arrived_at)


def _report(number: int, folders: list[list[Path]], at: datetime) -> Submission:
    """One of them, chosen by dice that always fall the same way; more by day than by night, as people read their mail."""
    dice = hashlib.sha256(str(number).encode()).digest()
    folder = folders[dice[0] % len(folders)]
    raw = folder[int.from_bytes(dice[1:3], "big") % len(folder)].read_bytes()
    block = b"203.0.113." if dice[3] % 5 < 3 else b"198.51.100."
    raw = _OWN.sub(block + str(_HOSTS[dice[4] % len(_HOSTS)]).encode(), raw).replace(b"@reporter.example", _NAMES[dice[5] % len(_NAMES)])
    at -= timedelta(hours=dice[6] / 255 + (5 if at.hour < 6 and dice[7] % 3 else 0))
    # A body that differs makes another submission of it.
    return mail(raw + b"\r\n%d\r\n" % number, arrived_at=at, door=Door.SMTP if b"example-host.jp" in raw else Door.FILE)


# As often as each stands here.
_FOLDERS = "spam spam attached attached attached header-less header-less arf arf xarf logs redirected received events events vendor acns"
_OWN = re.compile(rb"203\.0\.113\.\d{1,3}")
_HOSTS = (9, 17, 18, 25, 33, 34, 35, 66, 80, 97, 98, 99, 99, 99, 98, 130, 131, 33, 200, 201, 220, 240, 66, 67, 68, 69, 70, 71, 150, 151)
_NAMES = tuple(
    f"@{name}".encode()
    for name in (
        "reporter.example",
        "isp.example",
        "mail.example.net",
        "security.example.org",
        "reporter.example",
        "users.example.com",
        "cert.example",
    )
)

CONTRACTORS = """\
prefix,contractor,service,valid_from,valid_to
203.0.113.0/27,Aozora Hosting,shared,,
203.0.113.32/27,Blue Pine Servers,vps,,
203.0.113.64/26,Minato Cloud,vps,,
203.0.113.128/26,Kawa Rental Server,dedicated,,
203.0.113.192/26,Hoshi Web,shared,,
"""
