"""A desk that decides mails and writes letters, with everything real but the world."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import Engine

from config.policy import Policy
from config.prefixes import Assignment, PrefixTable
from config.sections import NoticeSettings
from intake.pipeline import conclude, examine
from notices.correspondent import Correspondent, open_office
from notices.post_room import PostRoom, Tally
from notices.registries import Registries
from parsers.submission import Door, Envelope, Submission
from routing.lookups import FixedLookups
from storage.engine import open_engine, reading
from storage.errands import NOTICE
from storage.notices import notices_of
from storage.record import record
from storage.recorded import Recorded
from tests.notices.smarthost_server import SmarthostServer

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)
POLICY = Policy(
    prefixes=PrefixTable([Assignment(prefix="203.0.113.0/24", contractor="Blue Hosting")]),
    domains=("example-host.jp",),
    routable=tuple(map(ip_network, ("198.51.100.0/24", "203.0.113.0/24", "192.0.2.0/24"))),
    desk_addresses=("abuse@example-host.jp",),
    trusted_names=("mx.reporter.example",),
    sends_notices=True,
)
SETTINGS = NoticeSettings(enabled=True, reporters=("@reporter.example",), contractors={"Blue Hosting": "abuse@blue.example"})


@dataclass
class Nobody:
    """Vouches for those senders only."""

    genuine: set[str] = field(default_factory=set)

    async def vouches(self, submission: Submission) -> bool:
        return submission.envelope.mail_from in self.genuine


@dataclass
class Desk:
    """A store, its post room and a clock that is moved by hand."""

    url: str
    engine: Engine
    room: PostRoom
    policy: Policy
    vouching: Nobody
    now: datetime = NOON

    def take(self, raw: bytes, *, sender: str = "you@reporter.example", door: Door = Door.FILE) -> Recorded:
        """A mail comes in and is decided."""
        envelope = Envelope(
            mail_from=sender, rcpt_to=("abuse@example-host.jp",), peer=ip_address("192.0.2.25") if door is Door.SMTP else None
        )
        submission = Submission(raw=raw, door=door, arrived_at=self.now, envelope=envelope)
        examined = examine(submission, self.policy)
        facts = asyncio.run(FixedLookups({}).gather(examined.questions))
        return record(self.url, conclude(examined, facts, self.policy))

    def work(self, *, after: timedelta = timedelta()) -> Tally:
        """The post room does what is due."""
        self.now += after
        return asyncio.run(self.room.round())

    def kept(self, submission_id: int = 1) -> list[dict[str, object]]:
        """The letters of a submission, as they are kept."""
        with reading(self.engine) as connection:
            return list(notices_of(connection, submission_id))


@contextmanager
def desk(
    url: str,
    smarthost: SmarthostServer,
    *,
    settings: NoticeSettings = SETTINGS,
    policy: Policy = POLICY,
    registries: Registries | None = None,
) -> Iterator[Desk]:
    engine, vouching = open_engine(url), Nobody()
    office = open_office(replace(settings, smarthost=smarthost.address), policy, vouching, registries, NOON)
    room = PostRoom(url, {NOTICE: Correspondent(engine, office)}, clock=lambda: running.now)
    running = Desk(url=url, engine=engine, room=room, policy=policy, vouching=vouching)
    try:
        yield running
    finally:
        room.close()
        engine.dispose()
