"""Who is on the other side of one line: a host of the writer's own, or a stranger (PROVENANCE: own side and border)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from config.policy import Policy
from parsers.received import HopDefect, ReceivedHop
from parsers.report import Address
from routing.networks import is_inside
from routing.operators import matches, operator_of
from routing.organisation import plain_host
from routing.sides import Side, is_ambiguous, is_trusted_name, verified_name

# Protocol = "LMTP" / "LMTPS" … (RFC 3848) / "local" …: hand-over between programs of one system.
_LOCAL_PROTOCOL = re.compile(r"(?:LMTP|UTF8LMTP|LOCAL|MAPI|BSMTP|STORE|Novell_GroupWise|SpamAssassin|DSPAM)", re.IGNORECASE)
# "from mail by host with spam-scanned (Exim 4.97)": Exim names a local user so, and the protocol is what he says it is.
# "from spooler by host (Mercury/32 v4.80)": a module of the server itself. Both write an address for everybody else.
_LOCAL_USER = re.compile(
    r"from\s++(?:[\w.-]{1,64}\s++by\s++[^\s()]{1,255}\s++with\s++(?![A-Za-z]{0,6}smtp)[\w.-]{1,40}\s++\(Exim "
    r"|spooler\s++by\s++[^\s()]{1,255}\s++\(Mercury/32 )"
)
# "(localhost [local])", "([unix socket])": what OpenSMTPD and Cyrus write in the place of the address.
_LOCAL_PEER = re.compile(r"\[(?:local|unix socket)\]\)")
# Mail fetched from a mailbox elsewhere (fetchmail, Gmail and others write "with POP3" or "with IMAP").
_FETCH_PROTOCOL = re.compile(r"(?:POP|IMAP|APOP|KPOP|ETRN|ODMR)", re.IGNORECASE)


class PeerKind(StrEnum):
    """What the other side of a line is to its writer."""

    OWN = "own"  # A host of the writer's own, or a program on the same host: the next line is the writer's side too.
    FETCHED = "fetched"  # A mailbox from which the mail was fetched: another receiving side begins below.
    NAMED = "named"  # Named without an address: the name alone proves nothing.
    STRANGER = "stranger"  # Somebody else: here the mail was handed over.
    UNREADABLE = "unreadable"  # Cannot be told.


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """The verdict on one line's other side, and the sentence why."""

    kind: PeerKind
    because: str


def judge_peer(hop: ReceivedHop, side: Side | None, policy: Policy, *, as_provider: bool = False) -> Peer:
    """What the peer of a line is to its writer.

    side: the party that wrote it, None where its hosts give no party away.
    as_provider: the writer handed the mail over to others; hosts from which it sends count as its own.
    """
    if is_ambiguous(hop):
        return Peer(kind=PeerKind.UNREADABLE, because="the line can be read in two ways, and one of them is the sender's")
    if _FETCH_PROTOCOL.match(hop.with_ or ""):
        return Peer(kind=PeerKind.FETCHED, because=f"fetched from a mailbox ({hop.with_})")
    if hop.from_ip is None:
        return _judge_without_address(hop, side)
    return _judge_address(hop, hop.from_ip, side, policy, as_provider)


def is_local(hop: ReceivedHop) -> bool:
    """Whether it is a hand-over between programs of one system; none of these protocols is spoken to others."""
    return bool(_LOCAL_PROTOCOL.match(hop.with_ or "") or _LOCAL_USER.match(hop.raw))


def _judge_without_address(hop: ReceivedHop, side: Side | None) -> Peer:
    if HopDefect.BAD_ADDRESS in hop.defects:
        return Peer(kind=PeerKind.UNREADABLE, because="what stands in the place of the address is none")
    if not (hop.from_name or hop.from_helo or hop.from_rdns):
        return Peer(kind=PeerKind.OWN, because="it names no peer: the host wrote it about itself")
    if side and side.operator and matches(plain_host(hop.by), side.operator.inner_hosts):
        return Peer(kind=PeerKind.OWN, because=f"{hop.by} takes mail only from hosts of {side.title}")
    if is_local(hop) or _LOCAL_PEER.search(hop.raw):
        return Peer(kind=PeerKind.OWN, because=f"a hand-over inside the system ({hop.with_ or 'local'})")
    return Peer(kind=PeerKind.NAMED, because="it names a host and no address")


def _judge_address(hop: ReceivedHop, ip: Address, side: Side | None, policy: Policy, as_provider: bool) -> Peer:
    if is_inside(ip) and not policy.is_public(ip):
        return Peer(kind=PeerKind.OWN, because=f"{ip} is an address inside a network")
    if is_local(hop):
        return Peer(kind=PeerKind.OWN, because=f"a hand-over inside the system ({hop.with_})")
    if configured := _configured(hop, ip, policy):
        return Peer(kind=PeerKind.OWN, because=configured)
    name, by = verified_name(hop), plain_host(hop.by)
    if name and name == by:
        return Peer(kind=PeerKind.OWN, because=f"{ip} is {hop.by} itself")
    if side and (known := _known_host(ip, name, by, side, as_provider)):
        return Peer(kind=PeerKind.OWN, because=known)
    if not policy.is_public(ip):
        return Peer(kind=PeerKind.UNREADABLE, because=f"{ip} cannot be anybody's address on the internet")
    return Peer(kind=PeerKind.STRANGER, because=f"{ip} is no host of {side.title if side else hop.by or 'the receiving side'}")


def _configured(hop: ReceivedHop, ip: Address, policy: Policy) -> str:
    """The sentence why configuration makes it a host of the receiving side's own, or ""."""
    if any(ip.version == network.version and ip in network for network in policy.trusted_networks):
        return f"{ip} is in receivers.trusted"
    name = verified_name(hop)
    if name and is_trusted_name(name, policy.trusted_names):
        return f"{name} is in receivers.trusted"
    if name and is_trusted_name(name, policy.gateways):
        return f"{name} is a gateway of the receiving side by configuration"
    # Exchange writes no reverse names: there the HELO name counts only from the operator's published addresses.
    helo = plain_host(hop.from_helo)
    operator = operator_of(helo)
    if operator and operator.sends_from(ip) and is_trusted_name(helo, policy.gateways):
        return f"{helo} at an address of {operator.title} is a gateway of the receiving side by configuration"
    return ""


def _known_host(ip: Address, name: str, by: str, side: Side, as_provider: bool) -> str:
    """The sentence why the writer's profile makes it one of the writer's own hosts, or ""."""
    operator = side.operator
    if operator is None:
        return ""
    if as_provider and (operator.sends_from(ip) or (name and matches(name, operator.outbound_names))):
        return f"{name or ip} is one of the hosts from which {side.title} sends"
    if operator.is_border(by):
        return ""
    if matches(by, operator.inner_hosts):
        return f"{by} takes mail only from hosts of {side.title}"
    if ip in operator.inner_networks or (name and matches(name, operator.inner_names)):
        return f"{name or ip} is a host of {side.title}"
    return ""
