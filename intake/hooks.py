"""What aiosmtpd asks at each command: may this client, this sender, this recipient?"""

import re
from typing import Protocol

from aiosmtpd.proxy_protocol import ProxyData
from aiosmtpd.smtp import Envelope, Session

from intake.gate import Address, plain_address
from intake.house import House
from intake.replies import BUSY, FULL

# Domain / address-literal of HELO (RFC 5321 section 4.1.1.1): any visible characters, since real ones are often neither.
_HELO = re.compile(r"[!-~\u00a1-\ud7ff\ue000-\U0010ffff]{1,255}")


class Server(Protocol):
    """The session that asks."""

    def stand_for(self, client: Address) -> str | None:
        """Take a client for whom a balancer speaks as the peer; or what it is refused with."""
        ...

    async def push(self, status: str) -> None:
        """Send a reply."""
        ...


class Hooks:
    """One session's hooks."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def handle_PROXY(self, server: Server, session: Session, envelope: Envelope, proxy_data: ProxyData) -> bool:
        """Take the client that the balancer names as the peer.   A balancer's own check of our health names none."""
        client = plain_address(str(proxy_data.src_addr)) if proxy_data.src_addr is not None else None
        refusal = server.stand_for(client) if client is not None else None
        if refusal is not None:
            await server.push(refusal)
        return refusal is None

    async def handle_HELO(self, server: Server, session: Session, envelope: Envelope, hostname: str) -> str:
        """Note the client's name."""
        if not _HELO.fullmatch(hostname):
            return "501 5.5.4 That is no name of a host"
        session.host_name = hostname
        return f"250 {self._house.hostname}"

    async def handle_EHLO(self, server: Server, session: Session, envelope: Envelope, hostname: str, responses: list[str]) -> list[str]:
        """Note the client's name, and say what we can do."""
        if not _HELO.fullmatch(hostname):
            return ["501 5.5.4 That is no name of a host"]
        session.host_name = hostname
        offered = [response for response in responses[:-1] if not response.startswith("250-AUTH")]
        return [*offered, "250-PIPELINING", responses[-1]]

    async def handle_MAIL(self, server: Server, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        """Begin a mail, when there is room for one."""
        if self._house.space.is_short:
            return FULL
        if self._house.reception.is_full:
            return BUSY
        if not address.isascii() and not envelope.smtp_utf8:
            return _NEEDS_UTF8
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server: Server, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        """Add a recipient."""
        if address == "<>":
            return "501 5.1.3 A recipient has an address"
        if not address.isascii() and not envelope.smtp_utf8:
            return _NEEDS_UTF8
        if len(envelope.rcpt_tos) >= self._house.smtp.max_recipients:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"


_NEEDS_UTF8 = "553 5.6.7 That address needs SMTPUTF8"
