"""Who may be connected: so many in all, so many from one address; and whether the house has room for another mail."""

import shutil
import time
from collections import Counter
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from config.prefixes import Network
from config.sections import Smtp

Address = IPv4Address | IPv6Address

_STRESSED = 0.8  # of all connections
_SPACE_SECONDS = 1.0


class Gate:
    """Counts connections.   What it refuses is said in SMTP."""

    def __init__(self, smtp: Smtp) -> None:
        self._smtp = smtp
        self._count = 0
        self._by_address: Counter[Address] = Counter()
        self.is_closing = False

    @property
    def is_stressed(self) -> bool:
        """Whether most of the connections are taken, so that idle ones should not be waited for long."""
        return self._count > _STRESSED * self._smtp.max_connections

    def enter(self, address: Address | None) -> str | None:
        """Count a connection in; or what it is refused with, and then it is not counted.   None as address: not over a network."""
        if self.is_closing:
            return "421 4.3.2 The service is being stopped; try again later"
        if self._count >= self._smtp.max_connections:
            return "421 4.3.2 Too many connections; try again later"
        refusal = self._count_address(address)
        if refusal is None:
            self._count += 1
        return refusal

    def exchange(self, balancer: Address | None, client: Address) -> str | None:
        """Count a balancer's connection as its client's; or what the client is refused with."""
        refusal = self._count_address(client)
        if refusal is None:
            self._forget_address(balancer)
        return refusal

    def leave(self, address: Address | None) -> None:
        """Count a connection out."""
        self._count -= 1
        self._forget_address(address)

    def speaks_proxy(self, address: Address | None) -> bool:
        """Whether connections from there begin with a PROXY line."""
        return address is not None and _is_in(address, self._smtp.proxy_from)

    def _count_address(self, address: Address | None) -> str | None:
        if address is None or _is_in(address, self._smtp.relays) or _is_in(address, self._smtp.proxy_from):
            return None
        if self._by_address[address] >= self._smtp.max_connections_per_address:
            return "421 4.7.0 Too many connections from your address; try again later"
        self._by_address[address] += 1
        return None

    def _forget_address(self, address: Address | None) -> None:
        if address is not None and address in self._by_address:
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]


class Space:
    """Room on the disk that everything is kept on.   folder: a folder on it, perhaps not there yet."""

    def __init__(self, folder: Path, *, needed_bytes: int) -> None:
        self._folder = folder
        self._needed_bytes = needed_bytes
        self._is_short = False
        self._until = 0.0

    @property
    def is_short(self) -> bool:
        """Whether less is free than is needed; asked of the system once a second."""
        now = time.monotonic()
        if now >= self._until:
            self._until = now + _SPACE_SECONDS
            self._is_short = self._free_bytes() < self._needed_bytes
        return self._is_short

    def _free_bytes(self) -> int:
        folder = next((one for one in (self._folder, *self._folder.parents) if one.is_dir()), Path())
        try:
            return shutil.disk_usage(folder).free
        except OSError:
            return 0


def address_of(peername: object) -> Address | None:
    """The address in what a socket says of its peer; None for a unix socket. IPv4 inside IPv6 is IPv4."""
    if not isinstance(peername, tuple):
        return None
    return plain_address(str(peername[0]))


def plain_address(text: str) -> Address | None:
    """An address without its zone, IPv4 inside IPv6 as IPv4; None when it is none."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
