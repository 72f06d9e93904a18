"""Whose hosts wrote a line: an operator that we know, or the organisation that a host name belongs to."""

import re
from dataclasses import dataclass
from functools import lru_cache

from parsers.peer import read_address
from parsers.received import ReceivedHop
from routing.networks import is_inside
from routing.operators import Operator, operator_of
from routing.organisation import organisation_of, plain_host

# "(HELO name)" after the first word is qmail's form, and a name with its closing dot Gmail's: neither is known to look
# a reverse name up again. Haraka does not: its core writes what the reverse look-up says (connection.js).
_MARKED_HELO = re.compile(r"\((?:HELO|EHLO|LHLO)[ )]")
_UNCHECKED = re.compile(r"\([^\s()\[\]]{1,255}\. \[|\(Haraka")
# With = CFWS "WITH" FWS Protocol follows by (RFC 5321 section 4.4); before it, outside of comments, it is part of a name.
_INNERMOST_COMMENT = re.compile(r"\([^()]{0,1000}\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One party of a chain.

    name: the operator's word, or the registered domain, lower case.
    """

    name: str
    operator: Operator | None = None

    @property
    def title(self) -> str:
        """What a person calls it."""
        return self.operator.title if self.operator else self.name

    def is_border(self, host: str) -> bool:
        """Whether the host is known to take mail from outside; false where nothing is known of the party."""
        return self.operator is not None and self.operator.is_border(host)


@lru_cache(maxsize=8192)
def side_of(host: str | None) -> Side | None:
    """The party that a host name belongs to; None for an address, an unqualified name, or nothing."""
    operator = operator_of(host)
    if operator is not None:
        return Side(name=operator.name, operator=operator)
    organisation = organisation_of(host)
    return Side(name=organisation) if organisation else None


def verified_name(hop: ReceivedHop) -> str:
    """The peer's reverse name where its server looked it up and back again, plain; "" where it did not, or wrote none."""
    if not hop.from_rdns or "may be forged" in hop.raw or _MARKED_HELO.search(hop.raw) or _UNCHECKED.search(hop.raw):
        return ""
    return plain_host(hop.from_rdns)


def is_ambiguous(hop: ReceivedHop) -> bool:
    """Whether the peer's own words may pass for the server's: two "from" or "by", two addresses, or a protocol before "by".

    A HELO argument may hold blanks, and servers that write it down as it came write "from x with LMTP (…) by host".
    """
    return not hop.is_readable or _names_two_addresses(hop) or _has_protocol_before_by(hop)


def _has_protocol_before_by(hop: ReceivedHop) -> bool:
    line = hop.raw.lower()
    if not hop.by or not line.startswith("from "):
        return False
    by = hop.by.lower()
    before = line.partition(f" by [{by}]" if f" by [{by}]" in line else f" by {by}")[0]
    if " with " not in before:
        return False
    for _ in range(3):
        before = _INNERMOST_COMMENT.sub("", before)
    return " with " in before


def _names_two_addresses(hop: ReceivedHop) -> bool:
    """Whether an address in front, which is no HELO word because that one is marked, differs from the one behind.

    One from inside a network may stand there: Yahoo's proxy, "from 127.0.0.1 (EHLO name) (address)".
    """
    if not hop.from_name or hop.from_ip is None or not _MARKED_HELO.search(hop.raw):
        return False
    front = read_address(hop.from_name.strip("[]"))
    return front is not None and front != hop.from_ip and not is_inside(front)


def names_of_peer(hop: ReceivedHop) -> tuple[str, ...]:
    """What the peer is called in that line, HELO name included; plain, each once. Never proof of anything by itself."""
    names = (plain_host(name) for name in (hop.from_rdns, hop.from_helo, hop.from_name))
    return tuple(dict.fromkeys(name for name in names if name))


def is_trusted_name(host: str, trusted: tuple[str, ...]) -> bool:
    """Whether a plain host name is one of the configured ones or below it."""
    return any(host == name or host.endswith("." + name) for name in trusted)
