"""The sockets that mail comes in at, and the sessions on them."""

import asyncio
import socket

from config.values import Endpoint
from intake.house import House
from intake.lmtp import LmtpSession
from intake.session import Session
from intake.sockets import BACKLOG, bind, bind_unix, handed_sockets


class Listener:
    """The open sockets and their sessions."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._servers: list[asyncio.Server] = []
        self._sessions: set[Session] = set()

    @property
    def addresses(self) -> tuple[Endpoint, ...]:
        """Where SMTP is listened for, with the ports that were really taken."""
        return tuple(Endpoint(*one.getsockname()[:2]) for server in self._servers for one in server.sockets if one.family != socket.AF_UNIX)

    async def start(self) -> None:
        """Listen where the settings say, or on what systemd hands over.   Raises ConfigError when a socket cannot be had."""
        handed = handed_sockets("smtp", "lmtp")
        smtp = [one for one in handed if one.family != socket.AF_UNIX]
        lmtp = [one for one in handed if one.family == socket.AF_UNIX]
        for one in smtp or [bind(endpoint) for endpoint in self._house.smtp.listen]:
            await self._serve(one, Session)
        if not lmtp and self._house.smtp.lmtp_socket:
            lmtp = [bind_unix(self._house.smtp.lmtp_socket)]
        for one in lmtp:
            await self._serve(one, LmtpSession)

    async def close(self, *, within_s: float) -> None:
        """Stop listening, let the mails under way finish, end all sessions.   within_s: after this they are cut."""
        self._house.gate.is_closing = True
        for server in self._servers:
            server.close()
        for session in tuple(self._sessions):
            session.retire()
        deadline = asyncio.get_running_loop().time() + within_s
        while self._sessions and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.02)
        for session in tuple(self._sessions):
            session.end("421 4.3.2 The service is being stopped; try again later")

    async def _serve(self, one: socket.socket, kind: type[Session]) -> None:
        one.setblocking(False)
        loop = asyncio.get_running_loop()
        create = loop.create_unix_server if one.family == socket.AF_UNIX else loop.create_server
        self._servers.append(await create(lambda: kind(self._house, self._sessions), sock=one, backlog=BACKLOG))
