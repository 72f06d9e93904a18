"""One SMTP session (RFC 5321), on aiosmtpd's: its own DATA, its own clocks, its own limits, and no exception on the wire.

What a client does wrong is answered and counted; what we do wrong is 451. A client that leaves, or a clock that runs out, ends
the session but not the commit of a mail that was wholly received.
"""

import asyncio
import logging
from collections import defaultdict
from datetime import UTC, datetime
from enum import Enum

from aiosmtpd.smtp import SMTP, TLSSetupException, syntax

from config.errors import StorageFull
from config.sections import BareLineEnds
from intake.arrival import Arrival
from intake.data import Data, read_data
from intake.gate import Address, address_of
from intake.hooks import Hooks
from intake.house import House
from intake.paths import parse_path
from intake.replies import FULL, TROUBLE, wire_reply
from intake.spool import Spool
from parsers.submission import Door, Envelope

log = logging.getLogger(__name__)

COMMAND_BYTES = 2_048  # 512 (RFC 5321 section 4.5.3.1.4) and room for long paths and parameters
_READ_AHEAD_BYTES = 65_536
_UNSENT_BYTES = 2_048
_HANDSHAKE_S = 30.0
_STRESSED_IDLE_S = 10.0
_LAST_WORD_S = 5.0

_AWAITED = ("220", "221", "354")  # replies that something other than a command follows
_TOO_LARGE = "552 5.3.4 The message is larger than we take"
_BARE = "550 5.5.2 The message has a carriage return or a line feed by itself (RFC 5321 section 2.3.8)"


class Phase(Enum):
    """What a session is doing."""

    COMMANDS = "commands"  # Reading commands: nothing is lost when it ends.
    DATA = "data"  # Reading a mail.
    ANSWER = "answer"  # A mail is there and its answer is awaited.


class Session(SMTP):
    """A session.   sessions: where it is listed as long as it lasts."""

    line_length_limit = _READ_AHEAD_BYTES  # what aiosmtpd's reader is made with; our DATA knows no lines
    command_size_limit = COMMAND_BYTES

    def __init__(self, house: House, sessions: "set[Session]") -> None:
        self.house = house
        self._sessions = sessions
        self.address: Address | None = None
        self.phase = Phase.COMMANDS
        self._errors = 0
        self._unsent = b""
        self._is_refused = False
        self._is_counted = False
        self._is_last = False
        self._deadline = 0.0
        self._lifetime: asyncio.TimerHandle | None = None
        self.command_size_limits = defaultdict(lambda: COMMAND_BYTES)
        super().__init__(
            Hooks(house),
            data_size_limit=house.smtp.max_message_bytes,
            enable_SMTPUTF8=True,
            hostname=house.hostname,
            ident="abusedesk",
            tls_context=house.tls,
            require_starttls=house.smtp.tls_required,
            timeout=house.smtp.idle_timeout_s,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            loop=asyncio.get_running_loop(),
        )

    # The connection.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the client in, or tell it to come back; called again after STARTTLS."""
        if self._original_transport is not None:
            super().connection_made(transport)
            return
        self.address = address_of(transport.get_extra_info("peername"))
        refusal = self.house.gate.enter(self.address)
        if refusal is not None:
            self._is_refused = True
            assert isinstance(transport, asyncio.Transport)
            transport.write(refusal.encode() + b"\r\n")
            transport.close()
            return
        self._is_counted = True
        self._sessions.add(self)
        if hasattr(transport, "max_size"):  # bytes that asyncio takes from a socket at once; four times as many else
            transport.max_size = _READ_AHEAD_BYTES  # pyright: ignore[reportAttributeAccessIssue]
        self._lifetime = self.loop.call_later(self.house.smtp.session_timeout_s, self._end_of_life)
        self._proxy_timeout = _HANDSHAKE_S if self.house.gate.speaks_proxy(self.address) else None
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """The client is gone."""
        if self._is_counted:
            self._is_counted = False
            self.house.gate.leave(self.address)
            self._sessions.discard(self)
        if self._lifetime is not None:
            self._lifetime.cancel()
        if not self._is_refused:
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """The client has said all it will say; the answer to a mail that it has sent is still sent."""
        if self._is_refused:
            return False
        if self.phase is Phase.COMMANDS:
            return super().eof_received()
        asyncio.StreamReaderProtocol.eof_received(self)
        return self.session is not None and self.session.ssl is None

    def retire(self) -> None:
        """End the session as soon as no mail is under way."""
        self._is_last = True
        if self.phase is Phase.COMMANDS:
            self.end("421 4.3.2 The service is being stopped; try again later")

    def end(self, last_word: str) -> None:
        """Say a last word and hang up, whatever the client does."""
        transport = self.transport
        if not isinstance(transport, asyncio.Transport) or transport.is_closing():
            return
        transport.write(self._unsent + wire_reply(last_word, is_utf8=False) + b"\r\n")
        self._unsent = b""
        transport.close()
        self.loop.call_later(_LAST_WORD_S, transport.abort)  # a client that does not read would keep it open

    def stand_for(self, client: Address) -> str | None:
        """Take a client for whom a balancer speaks as the peer; or what it is refused with."""
        refusal = self.house.gate.exchange(self.address, client)
        if refusal is None:
            self.address = client
        return refusal

    # Clocks.

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Put the end off.   The timer is left to run: it looks at the deadline when it fires."""
        if duration is None:
            duration = min(_STRESSED_IDLE_S, self._timeout_duration) if self.house.gate.is_stressed else self._timeout_duration
        self._deadline = self.loop.time() + duration
        if self._timeout_handle is None:
            self._timeout_handle = self.loop.call_at(self._deadline, self._timeout_cb)
        elif self._timeout_handle.when() > self._deadline:
            self._timeout_handle.cancel()
            self._timeout_handle = self.loop.call_at(self._deadline, self._timeout_cb)

    def _timeout_cb(self) -> None:
        if self.loop.time() < self._deadline:
            self._timeout_handle = self.loop.call_at(self._deadline, self._timeout_cb)
        elif self.phase is Phase.ANSWER:
            self.end(TROUBLE)
        else:
            self.end("421 4.4.2 You took too long; try again")

    def _end_of_life(self) -> None:
        self._is_last = True
        if self.phase is Phase.COMMANDS:
            self.end("421 4.4.2 The session took too long; connect again")

    # Replies.

    async def push(self, status: str | bytes) -> None:
        """Send a reply.   Errors of the client are counted, and too many end the session."""
        text = status if isinstance(status, str) else status.decode("utf-8", "replace")
        if not text:
            await asyncio.sleep(0)  # the session is over: give it the time to end
            return
        if self.phase is Phase.COMMANDS and text[0] == "5":
            self._errors += 1
            if self._errors >= self.house.smtp.max_errors:
                self.end(f"421 4.7.0 Too many errors; the last was: {text}")
                return
        self._unsent += wire_reply(text, is_utf8=self.envelope is not None and self.envelope.smtp_utf8) + b"\r\n"
        is_pipelined = self._is_pipelined()
        if is_pipelined and not text.startswith(_AWAITED) and len(self._unsent) < _UNSENT_BYTES:
            return
        unsent, self._unsent = self._unsent, b""
        self._writer.write(unsent)
        await self._writer.drain()
        if is_pipelined:
            await asyncio.sleep(0)  # others have their turn

    def _is_pipelined(self) -> bool:
        """Whether the next command is here already, so that its reply can go out with this one (RFC 2920 section 3.2)."""
        return self.phase is Phase.COMMANDS and b"\n" in self._reader._buffer  # type: ignore[attr-defined]

    async def handle_exception(self, error: Exception) -> str:
        """What is said when something of ours failed: never what it was."""
        if isinstance(error, EOFError | ConnectionError):
            self._hang_up()
            return ""
        if not isinstance(error, TLSSetupException):
            log.error("session with %s failed", self.address, exc_info=error)
        return TROUBLE

    def _hang_up(self) -> None:
        self._writer.close()
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()

    async def _handle_client(self) -> None:
        try:
            await super()._handle_client()
        except (EOFError, ConnectionError):
            self._writer.close()
        except Exception:
            log.exception("session with %s failed", self.address)
            self.end(TROUBLE)

    # Commands.

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        path = parse_path(arg)
        return (path.address or "<>", path.rest) if path else (None, None)

    @syntax("STARTTLS", when="tls_context")
    async def smtp_STARTTLS(self, arg: str) -> None:
        """Begin TLS (RFC 3207)."""
        if self._tls_protocol is not None:
            await self.push("503 5.5.1 TLS is active already")
            return
        self._reset_timeout(_HANDSHAKE_S)
        await super().smtp_STARTTLS(arg)

    @syntax("VRFY <address>")
    async def smtp_VRFY(self, arg: str) -> None:
        """Say nothing about addresses (RFC 5321 section 7.3)."""
        await self.push("252 2.5.2 Send the mail, and see" if arg else "501 5.5.4 VRFY needs an address")

    async def smtp_AUTH(self, arg: str) -> None:
        """Nobody needs to log in to report abuse."""
        await self.push("502 5.5.1 There is nothing to log in to")

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        """Take a mail (RFC 5321 section 4.1.1.4)."""
        if await self.check_helo_needed():
            return
        assert self.envelope is not None
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 RCPT comes first")
        elif arg:
            await self.push("501 5.5.4 DATA takes no argument")
        else:
            await self._take_mail(len(self.envelope.rcpt_tos))

    async def _take_mail(self, recipients: int) -> None:
        try:
            reply = await self._receive()
            for _ in range(self._reply_count(recipients)):
                await self.push(reply)
        finally:
            self.phase = Phase.COMMANDS
            self.envelope = self._create_envelope()
        self._reset_timeout()
        if self._is_last:
            self.end("421 4.3.2 The session ends here; connect again")

    def _reply_count(self, recipients: int) -> int:
        """How many replies follow a mail (LMTP: one for each recipient)."""
        return 1 if recipients else 0

    async def _receive(self) -> str:
        """Read a mail and have it answered; "" when the client was cut off."""
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        self.phase = Phase.DATA
        self._reset_timeout(self.house.smtp.data_timeout_s)
        spool = Spool(self.house.spool_folder)
        is_taken = False
        try:
            data = await read_data(self._reader, spool, at_most=self.house.smtp.max_message_bytes)
            self.phase = Phase.ANSWER
            self._reset_timeout(self.house.smtp.reply_timeout_s)
            self._reader._buffer[:0] = data.rest  # type: ignore[attr-defined] # the commands that came with it
            refusal = self._refusal(data)
            is_taken = refusal is None
        finally:
            if not is_taken:
                spool.drop()
        return await self._answer(spool) if refusal is None else refusal

    def _refusal(self, data: Data) -> str | None:
        """Why a mail is not even looked at."""
        if data.is_cut:
            self.end(_TOO_LARGE)
            return ""
        if data.is_too_large:
            return _TOO_LARGE
        if data.failure is not None:
            log.error("a mail could not be spooled: %s", data.failure)
            return FULL
        if data.has_bare and self.house.smtp.bare_line_ends is BareLineEnds.REFUSE:
            return _BARE
        return None

    async def _answer(self, spool: Spool) -> str:
        try:
            recorded = await self.house.reception.process(self._arrival(spool))
        except StorageFull:
            return FULL
        except Exception:
            log.exception("a mail from %s was not taken", self.address)
            return TROUBLE
        return recorded.answer

    def _arrival(self, spool: Spool) -> Arrival:
        assert self.envelope is not None
        assert self.session is not None
        envelope = Envelope(
            mail_from="" if self.envelope.mail_from in (None, "<>") else self.envelope.mail_from,
            rcpt_to=tuple(self.envelope.rcpt_tos),
            peer=self.address,
            helo=self.session.host_name or "",
        )
        return Arrival(spool=spool, door=Door.SMTP, arrived_at=datetime.now(UTC), envelope=envelope)
