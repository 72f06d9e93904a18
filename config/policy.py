"""What decisions rest on: the operator's networks, receivers and rules as one frozen value.

Built once from the settings; parsers and routing see this, never the settings file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from config.events import Event
from config.limits import Limits
from config.prefixes import PrefixTable


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Everything a decision may know of the operator.

    prefixes: own address space.   domains: own names, each with everything below it, lower case, no dots at the ends.
    routable: reserved ranges to treat as routable (documentation addresses in demos and tests).
    trusted_names, trusted_networks: hosts whose Received lines we wrote ourselves.
    gateways: host names of a reporter's own inbound gateways (Proofpoint, Mimecast, own MX), below which the walk goes on.
    events_by_recipient: local part or whole recipient address (lower case) to event.
    desk_addresses: addresses of the desk itself.   version: short hash of all this, kept with each verdict.
    """

    prefixes: PrefixTable = field(default_factory=PrefixTable)
    domains: tuple[str, ...] = ()
    routable: tuple[IPv4Network | IPv6Network, ...] = ()
    trusted_names: tuple[str, ...] = ()
    trusted_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    gateways: tuple[str, ...] = ()
    events_by_recipient: Mapping[str, Event] = field(default_factory=dict)
    desk_addresses: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en", "ja")
    contact: str = ""  # where a person can be reached, printed in refusals
    help_url: str = ""  # the published page that says how to report
    limits: Limits = field(default_factory=Limits)
    asks_for_keys: bool = True  # DKIM and ARC of the reported mail are verified
    has_second_opinion: bool = True  # mail-parser reads every Received chain too
    asks_registries: bool = False  # refusals name the responsible network where it is known
    sends_notices: bool = False  # reporters are written to after the verdict
    tells_systems: bool = False  # other systems hear of each verdict
    version: str = ""

    def is_own_domain(self, host: str) -> bool:
        """Whether host is an own domain or below one; on label boundaries."""
        name = host.rstrip(".").lower()
        return any(name == domain or name.endswith("." + domain) for domain in self.domains)

    def is_public(self, address: IPv4Address | IPv6Address) -> bool:
        """Whether the address can belong to someone on the internet; `routable` overrides the registries' reservations."""
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        plain = mapped or address
        if any(plain.version == network.version and plain in network for network in self.routable):
            return True
        if isinstance(plain, IPv6Address) and plain.sixtofour is not None:
            return self.is_public(plain.sixtofour)
        return _is_global(plain)


@lru_cache(maxsize=8192)
def _is_global(address: IPv4Address | IPv6Address) -> bool:
    """What the registries say; asked for the same few addresses many times in one report."""
    return address.is_global and not address.is_multicast
