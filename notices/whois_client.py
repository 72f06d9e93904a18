"""EDGE: what a registry's whois server says (RFC 3912), however slow, large or misled that server is.

Only servers that are allowed are ever connected to, also where one leads on to another; a deadline holds for the whole of it, and
whoever sends more than MAX_BYTES is not listened to. Blocking: called in a thread.
"""

import socket
import time
from collections.abc import Collection
from dataclasses import dataclass, field

from config.errors import LookupFailed
from notices.breaker import Breakers
from notices.no_answer import why_no_answer
from notices.registry_answer import Address, RegistryAnswer
from notices.whois_answer import Record, led_to, read_records, read_whois

MAX_BYTES = 262_144  # several times what registries send; what is read beside the mails must be read in milliseconds
MAX_SERVERS = 4
_PORT = 43
_CHUNK_BYTES = 65_536

# How a server wants to be asked; one that is not named here takes the address alone.
QUERIES = {"whois.nic.ad.jp": "{}/e", "whois.arin.net": "n + {}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoisServers:
    """Whom to ask, each as host or host:port.   first: before anybody else.   others: to be led on to."""

    first: str
    others: Collection[str]
    breakers: Breakers = field(default_factory=Breakers)

    def named(self, host: str) -> str:
        """The allowed server of that host, "" for none."""
        return next((one for one in (self.first, *self.others) if host in (one, one.rpartition(":")[0])), "")


def ask_whois(servers: WhoisServers, address: Address, deadline_s: float) -> RegistryAnswer:
    """The network that holds an address, as the server says that knows most of it.   Raises LookupFailed."""
    ends_at = time.monotonic() + deadline_s
    asked: list[str] = []
    found: RegistryAnswer | None = None
    server = servers.first
    while server and server not in asked and len(asked) < MAX_SERVERS:
        asked.append(server)
        try:
            records = _records(servers.breakers, server, address, ends_at)
        except LookupFailed:
            if found is None:
                raise
            break
        found = read_whois(address, records) or found
        server = servers.named(led_to(records))
    if found is None:
        raise LookupFailed(f"{', '.join(asked)} knows no network")
    return found


def fetch_text(breakers: Breakers, server: str, query: str, ends_at: float) -> str:
    """What one server says to one line.   Raises LookupFailed."""
    if breakers.rests(server):
        raise LookupFailed(f"{server} is left alone for a while")
    try:
        text = _exchange(server, query, ends_at)
    except LookupFailed:
        breakers.failed(server)
        raise
    breakers.succeeded(server)
    return text


def _records(breakers: Breakers, server: str, address: Address, ends_at: float) -> tuple[Record, ...]:
    query = QUERIES.get(server.rpartition(":")[0] or server, "{}").format(address)
    return read_records(fetch_text(breakers, server, query, ends_at))


def _exchange(server: str, query: str, ends_at: float) -> str:
    host, _, port = server.partition(":")
    try:
        with socket.create_connection((host, int(port or _PORT)), timeout=_left(ends_at)) as connection:
            connection.sendall(query.encode("ascii") + b"\r\n")
            said = bytearray()
            while len(said) <= MAX_BYTES:
                connection.settimeout(_left(ends_at))
                chunk = connection.recv(_CHUNK_BYTES)
                if not chunk:
                    return said.decode("utf-8", "replace")
                said += chunk
    except (OSError, ValueError) as error:
        raise LookupFailed(why_no_answer(server, error)) from error
    raise LookupFailed(f"{server}: the answer is too large")


def _left(ends_at: float) -> float:
    """Seconds until the deadline.   Raises TimeoutError after it."""
    left = ends_at - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
