"""A listener on loopback for tests: real sockets and sessions, mails decided by the stub pipeline in this process."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from config.policy import Policy
from config.sections import Smtp
from config.values import Endpoint
from intake.arrival import Arrival
from intake.gate import Gate, Space
from intake.house import House
from intake.listener import Listener
from intake.reception import Reception
from intake.tls import tls_context
from parsers.submission import Submission
from routing.facts import Lookups
from routing.lookups import FixedLookups
from storage.entry import Entry
from storage.recorded import Recorded
from storage.reference import PLACEHOLDER, reference_of
from tests.intake import stub_pipeline

T = TypeVar("T")

LOOPBACK = (Endpoint("127.0.0.1", 0),)
REPORT = b"From: reporter@example.com\r\nSubject: spam\r\n\r\nPlease look.\r\n"


@dataclass
class HereDecider:
    """Decides in this process, once it may."""

    may_decide: threading.Event = field(default_factory=threading.Event)
    waiting: int = 0
    taken: list[Submission] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.may_decide.set()

    async def decide(self, arrival: Arrival, lookups: Lookups) -> Entry:
        submission = arrival.submission
        self.taken.append(submission)
        while not self.may_decide.is_set():
            await asyncio.sleep(0.005)
        examined = stub_pipeline.examine(submission, Policy())
        return stub_pipeline.conclude(examined, await lookups.gather(examined.questions), Policy())


@dataclass
class MemoryWriter:
    """Keeps entries in a list, or fails with an error."""

    entries: list[Entry] = field(default_factory=list)
    failure: Exception | None = None

    def submit(self, entry: Entry) -> "Future[Recorded]":
        future: Future[Recorded] = Future()
        if self.failure is not None:
            future.set_exception(self.failure)
            return future
        self.entries.append(entry)
        reference = reference_of(entry.digest, entry.verdict)
        answer = entry.answer.replace(PLACEHOLDER, reference)
        future.set_result(Recorded(reference=reference, answer=answer, verdict=entry.verdict, reason=entry.reason))
        return future


@dataclass
class Running:
    """A listener that runs in a thread."""

    loop: asyncio.AbstractEventLoop
    house: House
    listener: Listener
    decider: HereDecider
    writer: MemoryWriter

    @property
    def address(self) -> Endpoint:
        return self.listener.addresses[0]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the listener's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)


@contextmanager
def listening(
    smtp: Smtp | None = None, *, free_bytes: int = 1, spool: Path | None = None, verdict_timeout_s: float = 5.0
) -> Iterator[Running]:
    """A listener.   free_bytes: what must be free on the disk."""
    smtp = smtp or Smtp(listen=LOOPBACK)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    decider, writer = HereDecider(), MemoryWriter()
    try:
        running = asyncio.run_coroutine_threadsafe(
            _start(smtp, decider, writer, Space(Path("/"), needed_bytes=free_bytes), spool, verdict_timeout_s), loop
        ).result(20)
        yield running
        decider.may_decide.set()
        running.run(running.listener.close(within_s=2))
        running.run(running.house.reception.finish())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


async def _start(
    smtp: Smtp, decider: HereDecider, writer: MemoryWriter, space: Space, spool: Path | None, verdict_timeout_s: float
) -> Running:
    reception = Reception(decider, FixedLookups({}), writer, verdict_timeout_s=verdict_timeout_s, max_waiting=smtp.max_waiting)
    house = House(
        smtp=smtp,
        hostname="mx.example-host.jp",
        gate=Gate(smtp),
        space=space,
        reception=reception,
        spool_folder=spool,
        tls=tls_context(smtp),
    )
    listener = Listener(house)
    await listener.start()
    return Running(loop=asyncio.get_running_loop(), house=house, listener=listener, decider=decider, writer=writer)


class Talk:
    """A client that says exactly what it is told to."""

    def __init__(self, address: tuple[str, int] | str) -> None:
        if isinstance(address, str):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(10)
            self.socket.connect(address)
        else:
            self.socket = socket.create_connection(address, timeout=10)
        self._stream = self.socket.makefile("rb")

    def __enter__(self) -> "Talk":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self.socket.close()

    def send(self, raw: bytes) -> None:
        self.socket.sendall(raw)

    def reply(self) -> str:
        """One reply, its lines joined by "|"; "" when the server has hung up."""
        lines = []
        while True:
            try:
                line = self._stream.readline()
            except ConnectionError:
                line = b""
            lines.append(line.decode("utf-8", "surrogateescape").rstrip("\r\n"))
            if len(line) < 4 or line[3:4] != b"-":
                return "|".join(lines)

    def say(self, command: bytes) -> str:
        """Send a line; its reply."""
        self.send(command + b"\r\n")
        return self.reply()

    def greet(self, word: bytes = b"EHLO") -> "Talk":
        """Come in."""
        self.reply()
        assert self.say(word + b" client.example.com").startswith("250")
        return self

    def begin(self, sender: bytes = b"reporter@example.com", recipients: int = 1) -> "Talk":
        """Begin a mail, up to the 354."""
        assert self.say(b"MAIL FROM:<" + sender + b">").startswith("250")
        for number in range(recipients):
            assert self.say(b"RCPT TO:<abuse%d@example-host.jp>" % number).startswith("250")
        assert self.say(b"DATA").startswith("354")
        return self

    def mail(self, content: bytes = REPORT) -> str:
        """Send a whole mail, dots as they are; the answer."""
        self.begin()
        self.send(content + b".\r\n")
        return self.reply()


def wait_until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait until something holds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never came to be"
        time.sleep(0.005)
