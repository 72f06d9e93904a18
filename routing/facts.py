"""What the outside world answered, as values: the only input of a decision that is neither mail nor configuration.

The store keeps the facts with the verdict, so that it can be replayed. "Unknown" is never "no".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from parsers.report import Address


class Known(StrEnum):
    """Whether a question was answered."""

    FOUND = "found"  # There is an answer.
    ABSENT = "absent"  # It was said with authority that there is none (NXDOMAIN, NODATA).
    UNKNOWN = "unknown"  # No answer was to be had: time-out or failure.
    OFF = "off"  # Look-ups are switched off: own tables alone decide.


@dataclass(frozen=True, slots=True, kw_only=True)
class HostAnswer:
    """The addresses of a link's host."""

    known: Known
    addresses: tuple[Address, ...] = ()
    origin: str = ""  # "fixed", "dns", "literal", "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAnswer:
    """A DKIM key record (RFC 6376 section 3.6.2.2), by its absolute query name."""

    known: Known
    record: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkAnswer:
    """The network that is responsible for an address elsewhere, as a registry or a site's own file says."""

    known: Known
    network: str = ""
    organisation: str = ""
    abuse_address: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Answers by question; a question without an entry was never asked.

    is_offline: look-ups were switched off, so that what has no entry is OFF rather than UNKNOWN.
    """

    hosts: Mapping[str, HostAnswer] = field(default_factory=dict)
    keys: Mapping[str, KeyAnswer] = field(default_factory=dict)
    networks: Mapping[str, NetworkAnswer] = field(default_factory=dict)
    is_offline: bool = False

    def host(self, name: str) -> HostAnswer:
        """The answer for a host."""
        return self.hosts.get(name) or HostAnswer(known=Known.OFF if self.is_offline else Known.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What a decision would like to know.   addresses: whose network they are; never waited for, told when it is known already."""

    hosts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing needs asking."""
        return not self.hosts and not self.keys and not self.addresses


class Lookups(Protocol):
    """The outside world, as far as a decision may ask it."""

    async def gather(self, questions: Questions) -> Facts:
        """Answer within the time budget; what is not answered by then is unknown. Raises: nothing."""
        ...
