"""A smarthost on loopback that takes letters, or refuses them as it is told to."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP

from config.values import Endpoint


@dataclass(frozen=True)
class Taken:
    """A letter as it arrived."""

    mail_from: str
    rcpt_to: list[str]
    raw: bytes


@dataclass
class SmarthostServer:
    """taken: letters, in order.   answers: what is said to the next ones instead of 250; "" for 250."""

    taken: list[Taken] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    address: Endpoint = Endpoint("127.0.0.1", 0)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        answer = self.answers.pop(0) if self.answers else ""
        if answer:
            return answer
        self.taken.append(Taken(envelope.mail_from, list(envelope.rcpt_tos), bytes(envelope.content)))
        return "250 2.0.0 taken"


@contextmanager
def smarthost_server() -> Iterator[SmarthostServer]:
    handler, loop = SmarthostServer(), asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: SMTP(handler, hostname="smarthost.example", loop=loop), "127.0.0.1", 0))
    handler.address = Endpoint("127.0.0.1", server.sockets[0].getsockname()[1])
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield handler
    finally:
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0.05), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
