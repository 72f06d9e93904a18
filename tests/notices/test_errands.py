"""After the answer registries are asked and other systems told, until they have answered."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from sqlalchemy import Engine, select

from config.errors import ConfigError
from config.sections import LookupSettings
from faults.rdap_server import rdap_server, says
from notices.enquiry import Enquiry
from notices.post_room import PostRoom, pause_after
from notices.registries import Registries
from notices.webhook import Webhooks
from storage.engine import open_engine, reading
from storage.errands import NETWORK, WEBHOOK
from storage.queries import show_submission
from storage.record import record
from storage.tables import OUTBOX
from tests.notices import registry_answers
from tests.notices.desks import NOON, POLICY, SETTINGS
from tests.storage.entries import entry

LATER = timedelta(days=30)
SECRET = replace(SETTINGS, webhook_secret="a secret")


@dataclass
class System:
    """Another system.   posted: header fields and bodies.   answers: status of the next ones, 204 when there are no more."""

    url: str = ""
    posted: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@contextmanager
def system() -> Iterator[System]:
    running = System()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            running.posted.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(running.answers.pop(0) if running.answers else 204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.url = f"http://127.0.0.1:{server.server_address[1]}/hook?x=1"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def left(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return list(connection.execute(select(OUTBOX.c.last_error).where(OUTBOX.c.done_at.is_(None))).scalars())


def test_what_a_registry_says_is_kept_with_the_verdict(url: str, engine: Engine) -> None:
    reference = record(url, replace(entry(1), errands=(NETWORK,))).reference

    async def work(server: str) -> None:
        registries = Registries(LookupSettings(whois=False, rdap_server=server), POLICY)
        room = PostRoom(url, {NETWORK: Enquiry(engine, registries)}, clock=lambda: NOON + LATER)
        assert (await room.round()).done == 1
        room.close()
        registries.close()

    with rdap_server(says(registry_answers.arin())) as server:
        asyncio.run(work(server.url))
    with reading(engine) as connection:
        whole = show_submission(connection, reference)
    assert whole is not None
    assert [one["abuse_address"] for one in whole.facts["networks"].values()] == ["abuse@other-host.example"]
    assert whole.submission["verdict"] == "rejected"


def test_a_registry_that_does_not_answer_is_asked_again_later(url: str, engine: Engine) -> None:
    record(url, replace(entry(1), errands=(NETWORK,)))

    async def work(server: str) -> None:
        registries = Registries(LookupSettings(whois=False, rdap_server=server), POLICY)
        room = PostRoom(url, {NETWORK: Enquiry(engine, registries)}, clock=lambda: NOON + LATER)
        assert (await room.round()).put_off == 1
        assert (await room.round()).put_off == 0
        room.close()
        registries.close()

    with rdap_server(says(b"", 500)) as server:
        asyncio.run(work(server.url))
    assert left(engine) == ["a registry did not answer"]


def test_a_verdict_is_posted_signed_and_again_until_it_is_taken(url: str, engine: Engine) -> None:
    recorded = record(url, replace(entry(1), errands=(WEBHOOK,)))
    now = [NOON + LATER]
    with system() as other:
        other.answers = [500, 302]
        room = PostRoom(url, {WEBHOOK: Webhooks(engine, replace(SECRET, webhooks=(other.url,)))}, clock=lambda: now[0])
        for _ in range(6):
            asyncio.run(room.round())
            now[0] += timedelta(minutes=5)
        room.close()
    assert len(other.posted) == 3
    assert len({fields["X-Abusedesk-Delivery"] for fields, _ in other.posted}) == 1
    assert left(engine) == []
    fields, body = other.posted[-1]
    seconds, _, proof = fields["X-Abusedesk-Signature"].removeprefix("t=").partition(",v1=")
    assert proof == hmac.new(b"a secret", f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    told = json.loads(body)
    assert (told["reference"], told["verdict"], told["reason"]) == (recorded.reference, "rejected", "out-of-network")


@pytest.mark.parametrize(
    "webhooks, secret, key",
    [(("http://127.0.0.1/",), "", "webhook_secret"), (("ftp://127.0.0.1/",), "x", "webhooks"), (("x",), "x", "webhooks")],
)
def test_webhooks_that_cannot_be_are_errors_of_the_configuration(engine: Engine, webhooks: tuple[str, ...], secret: str, key: str) -> None:
    with pytest.raises(ConfigError, match=rf"notices\.{key}:"):
        Webhooks(engine, replace(SETTINGS, webhooks=webhooks, webhook_secret=secret))


def test_the_pause_grows_to_four_hours() -> None:
    assert [pause_after(attempts) / timedelta(minutes=1) for attempts in (1, 2, 3, 8, 9, 10, 1_000)] == [1, 2, 4, 128, 240, 240, 240]
