"""The obvious build, as the baseline: stock aiosmtpd, mail-parser, one row by the ORM and one commit for each message.

`python -m bench.naive store` serves on a free port and says which.
"""

import asyncio
import hashlib
import re
import sys
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network, ip_address

import mailparser
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import event
from sqlmodel import Field, SQLModel, create_engine
from sqlmodel import Session as Transaction

_OWN = IPv4Network("203.0.113.0/24")
_QUAD = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
_LINK = re.compile(r"https?://[^\s\"'<>]+")


class Report(SQLModel, table=True):
    """One message."""

    id: int | None = Field(default=None, primary_key=True)
    sha256: str
    arrived_at: datetime
    mail_from: str
    subject: str
    verdict: str
    addresses: str
    links: str
    raw: bytes


class Handler:
    """Parse, decide by the addresses that the headers name, store, answer."""

    def __init__(self, store: str) -> None:
        self._engine = create_engine(f"sqlite:///{store}")

        @event.listens_for(self._engine, "connect")
        def prepare(connection, _record):  # type: ignore[no-untyped-def]
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")

        SQLModel.metadata.create_all(self._engine)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """aiosmtpd's hook."""
        raw = envelope.original_content or b""
        mail = mailparser.parse_from_bytes(raw)
        addresses = [quad for hop in mail.received for quad in _QUAD.findall(str(hop))]
        is_own = any(_is_own(quad) for quad in addresses)
        report = Report(
            sha256=hashlib.sha256(raw).hexdigest(),
            arrived_at=datetime.now(UTC),
            mail_from=envelope.mail_from or "",
            subject=str(mail.subject),
            verdict="accepted" if is_own else "rejected",
            addresses=" ".join(addresses),
            links=" ".join(_LINK.findall(mail.body)),
            raw=raw,
        )
        with Transaction(self._engine) as transaction:
            transaction.add(report)
            transaction.commit()
        return "250 2.0.0 accepted" if is_own else "550 5.7.1 not ours"


def _is_own(quad: str) -> bool:
    try:
        address = ip_address(quad)
    except ValueError:
        return False
    return isinstance(address, IPv4Address) and address in _OWN


async def _serve(store: str) -> None:
    handler = Handler(store)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler, data_size_limit=33_554_432), "127.0.0.1", 0)
    print(f"SMTP on 127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
