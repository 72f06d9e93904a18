"""The hatch: a unix socket at which `submit` hands mails to the running service, which decides and stores them as any other.

A mail is a line of JSON and its bytes; the answer is a line of JSON, and an empty object where the mail was not taken. Whoever may
write to the socket may hand in mail: the file's mode sees to that.
"""

import asyncio
import contextlib
import json
import logging
from datetime import UTC, datetime
from typing import Any

from config.errors import AbuseDeskError, ConfigError
from config.whereabouts import submit_socket_of
from intake.arrival import Arrival
from intake.house import House
from intake.sockets import BACKLOG, bind_unix
from intake.spool import Spool
from parsers.submission import Door, Envelope
from storage.recorded import Recorded

log = logging.getLogger(__name__)

HEAD_BYTES = 65_536
_CHUNK_BYTES = 262_144
_NOT_TAKEN = b"{}\n"


class Refused(Exception):
    """A mail that is not taken here; whoever brought it decides it alone."""


class Hatch:
    """The open socket and whoever stands at it."""

    def __init__(self, house: House, store: str) -> None:
        self._house = house
        self._place = submit_socket_of(store, house.smtp.submit_socket)
        self._server: asyncio.Server | None = None
        self._busy: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen.   A place of our own choosing that cannot be had is done without.   Raises ConfigError for a place that was named."""
        if self._place is None:
            return
        try:
            one = bind_unix(str(self._place), key="smtp.submit_socket")
        except ConfigError as error:
            if self._house.smtp.submit_socket:
                raise
            log.warning("submit decides by itself: %s", error)
            return
        one.setblocking(False)
        self._server = await asyncio.start_unix_server(self._serve, sock=one, backlog=BACKLOG, limit=HEAD_BYTES)

    async def close(self) -> None:
        """Stop listening, and let the mails under way finish."""
        if self._server is not None:
            self._server.close()
        if self._busy:
            await asyncio.wait(self._busy, timeout=self._house.smtp.reply_timeout_s)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
        try:
            with contextlib.suppress(OSError):
                writer.write(await self._answer(reader))
                await writer.drain()
        finally:
            self._busy.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> bytes:
        """One line."""
        spool = Spool(self._house.spool_folder)
        try:
            async with asyncio.timeout(self._house.smtp.data_timeout_s):
                arrival = await self._arrival(reader, spool)
            return _line(await self._house.reception.process(arrival))
        except (Refused, EOFError, LookupError, TypeError, ValueError, TimeoutError, OSError, asyncio.LimitOverrunError) as error:
            log.info("a mail at the hatch was not taken: %s", type(error).__name__)
        except AbuseDeskError:
            log.exception("a mail at the hatch was not stored")
        spool.drop()
        return _NOT_TAKEN

    async def _arrival(self, reader: asyncio.StreamReader, spool: Spool) -> Arrival:
        """The mail, its bytes in the spool.   Raises Refused, and EOFError, ValueError for what keeps to no rule."""
        head: dict[str, Any] = json.loads(await reader.readuntil(b"\n"))
        left = int(head["bytes"])
        if not 0 <= left <= self._house.smtp.max_message_bytes or self._house.gate.is_closing or self._house.reception.is_full:
            raise Refused
        arrival = _arrival_of(head, spool)
        while left:
            chunk = await reader.read(min(left, _CHUNK_BYTES))
            if not chunk:
                raise EOFError
            left -= len(chunk)
            await spool.write(chunk)
        return arrival


def _arrival_of(head: dict[str, Any], spool: Spool) -> Arrival:
    """Raises KeyError, TypeError, ValueError."""
    return Arrival(
        spool=spool,
        door=Door(head["door"]),
        arrived_at=datetime.fromisoformat(head["arrived_at"]).astimezone(UTC),
        envelope=Envelope(mail_from=str(head["mail_from"]), rcpt_to=tuple(str(one) for one in head["rcpt_to"])),
        name=str(head["name"]),
    )


def _line(recorded: Recorded) -> bytes:
    said = {
        "reference": recorded.reference,
        "verdict": recorded.verdict.value if recorded.verdict else "",
        "reason": recorded.reason.value if recorded.reason else "",
        "answer": recorded.answer,
    }
    return json.dumps(said).encode() + b"\n"
