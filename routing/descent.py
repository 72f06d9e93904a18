"""The way down one party's lines: from its newest to the one that names a stranger (PROVENANCE 4A and 4B).

Nothing is stepped over. A line that cannot be read, or that names no address where one should be, ends the way.
"""

import re
import sys
from dataclasses import dataclass, field
from enum import StrEnum

from config.policy import Policy
from parsers.received import ReceivedHop
from parsers.report import Address
from routing.operators import matches
from routing.organisation import organisation_of, plain_host
from routing.peers import Peer, PeerKind, is_local, judge_peer
from routing.provenance import HopStatus, WalkedHop
from routing.sides import Side, is_ambiguous, is_trusted_name, names_of_peer, side_of

# "ESMTPA", "ESMTPSA", "LMTPSA", "UTF8SMTPSA": the A is for AUTH (RFC 3848, RFC 6531).
_AUTHENTICATED = re.compile(r"(?:E|UTF8)?[SL]MTPS?A\Z", re.IGNORECASE)
# sendmail: "(authenticated bits=0)", "(authenticated)"; Postfix: "(Authenticated sender: user)".
_SAYS_AUTHENTICATED = re.compile(r"\([Aa]uthenticated[ )]")
# A person's own program handed it in: HTTP, HTTPREST, MAPI.
_HANDED_IN = re.compile(r"(?:HTTP|MAPI)", re.IGNORECASE)


_BELOW_ALL = sys.maxsize


class End(StrEnum):
    """Why the way down ended."""

    STRANGER = "stranger"  # A line that names somebody else.
    SUBMITTED = "submitted"  # A line that says that a user handed it in; what is below came with it.
    UNREADABLE = "unreadable"  # A line that cannot be read.
    LEFT = "left"  # The next line is by somebody else, and nothing was named.
    BOTTOM = "bottom"  # There is no further line.


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """What one party's lines say.

    walked: its lines, newest first, the last one included.   below: the lines that were not looked at.
    last: the line at which it ended, None when there was none.   side: the party that wrote it, None where it does not say.
    sides: names of all parties that wrote one of the lines.
    gap: the sentence where one line does not lead to the next, "" when all do.
    gap_index: only fields above this one can close the gap; what stands below it may have come with the mail.
    """

    walked: tuple[WalkedHop, ...]
    below: tuple[ReceivedHop, ...]
    end: End
    last: ReceivedHop | None = None
    side: Side | None = None
    sides: frozenset[str] = frozenset()
    gap: str = ""
    gap_index: int = -1


@dataclass(slots=True)
class _Writers:
    """Parties and hosts that wrote the lines so far."""

    sides: set[str] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)

    def add(self, hop: ReceivedHop, writer: Side | None) -> None:
        if writer is not None:
            self.sides.add(writer.name)
        self.hosts.add(plain_host(hop.by))


def descend_receiving_side(hops: tuple[ReceivedHop, ...], policy: Policy) -> Descent:
    """Down from the newest line to the border; mail fetched from a mailbox elsewhere goes on at that one's side."""
    walked: list[WalkedHop] = []
    side: Side | None = None
    writers = _Writers()
    gap, gap_index, end, above = "", -1, End.BOTTOM, None
    for hop in hops[: policy.limits.walked_hops]:
        writer = None if is_ambiguous(hop) else side_of(hop.by)
        if above is not None and _leaves_open(above):
            writers = _Writers()
        elif above is not None and not gap and not _is_led_to(hop, writer, above, writers, policy):
            gap, gap_index = f"nothing in the line above leads to {hop.by}", above.field_index
        writers.add(hop, writer)
        side = writer or side
        peer = judge_peer(hop, side, policy)
        if peer.kind is PeerKind.NAMED and side and _stays_with(side, hop, hops[len(walked) + 1 :]):
            if not gap:
                gap, gap_index = f"{hop.by} names {hop.from_name or hop.from_helo} without an address", _BELOW_ALL
            peer = Peer(
                kind=PeerKind.OWN, because=f"{hop.from_name or hop.from_helo} bears a name of {side.title}, and wrote the next line"
            )
        walked.append(WalkedHop(hop=hop, status=_STATUS[peer.kind], because=_own_sentence(hop, peer)))
        above = hop
        if peer.kind not in (PeerKind.OWN, PeerKind.FETCHED):
            end = End.STRANGER if peer.kind is PeerKind.STRANGER else End.UNREADABLE
            break
    if end is End.BOTTOM and len(hops) > len(walked):
        end = End.UNREADABLE
    elif end is End.BOTTOM and above is not None and _began_there(above, policy):
        end = End.STRANGER
        because = f"{above.by} took it from {above.from_ip}, a host of its own, and there is no line before that: it began there"
        walked[-1] = WalkedHop(hop=above, status=HopStatus.BORDER, because=because)
    return Descent(
        walked=tuple(walked), below=hops[len(walked) :], end=end, last=above, side=side, sides=frozenset(writers.sides),
        gap=gap, gap_index=gap_index,
    )  # fmt: skip


def descend_provider(hops: tuple[ReceivedHop, ...], provider: Side, policy: Policy) -> Descent:
    """Down the lines of a provider that handed the mail over; only lines by its own hosts are followed."""
    walked: list[WalkedHop] = []
    end = End.BOTTOM
    for hop in hops[: policy.limits.walked_hops]:
        if not _is_by(hop, provider):
            end = End.LEFT
            break
        peer = judge_peer(hop, provider, policy, as_provider=True)
        if peer.kind not in (PeerKind.OWN, PeerKind.STRANGER):
            walked.append(WalkedHop(hop=hop, status=HopStatus.UNREADABLE, because=f"by {provider.title}, but {peer.because}"))
            end = End.UNREADABLE
            break
        walked.append(WalkedHop(hop=hop, status=HopStatus.ATTESTED, because=f"{provider.title} wrote it: {peer.because}"))
        if peer.kind is PeerKind.STRANGER:
            end = End.STRANGER
            break
        if is_submission(hop, provider):
            end = End.SUBMITTED
            break
    last = walked[-1].hop if walked else None
    return Descent(walked=tuple(walked), below=hops[len(walked) :], end=end, last=last, side=provider, sides=frozenset({provider.name}))


def is_submission(hop: ReceivedHop, provider: Side) -> bool:
    """Whether the line says that a user handed the mail in, under a login or by a program of the provider's."""
    if _AUTHENTICATED.match(hop.with_ or "") or _HANDED_IN.match(hop.with_ or "") or _SAYS_AUTHENTICATED.search(hop.raw):
        return True
    operator = provider.operator
    return operator is not None and hop.from_ip is not None and matches(plain_host(hop.by), operator.submission_hosts)


_STATUS = {
    PeerKind.OWN: HopStatus.OWN,
    PeerKind.FETCHED: HopStatus.OWN,
    PeerKind.STRANGER: HopStatus.BORDER,
    PeerKind.NAMED: HopStatus.UNREADABLE,
    PeerKind.UNREADABLE: HopStatus.UNREADABLE,
}


def _own_sentence(hop: ReceivedHop, peer: Peer) -> str:
    if peer.kind is PeerKind.STRANGER:
        return f"{hop.by or 'the receiving side'} took it from {hop.from_ip}: {peer.because}"
    if peer.kind in (PeerKind.NAMED, PeerKind.UNREADABLE):
        return f"{peer.because}; nothing below it is believed"
    return peer.because


def _began_there(last: ReceivedHop, policy: Policy) -> bool:
    """Whether the oldest line of all names a public address: then the receiving side's own host sent the mail."""
    return last.from_ip is not None and policy.is_public(last.from_ip) and not is_local(last) and not _is_fetch(last)


def _stays_with(side: Side, hop: ReceivedHop, below: tuple[ReceivedHop, ...]) -> bool:
    """Whether a line without an address names a host of its writer's own party, and that party wrote the next line too.

    Only for operators that we know: they write an address at their border, so that a line without one is not it.
    """
    if side.operator is None:
        return False
    named = side_of(hop.from_name or hop.from_helo)
    writer = side_of(below[0].by) if below else None
    return named is not None and writer is not None and named.name == writer.name == side.name


def _leaves_open(above: ReceivedHop) -> bool:
    """Whether a line names no peer at all, so that any party may have written the next one."""
    return not (above.from_ip or above.from_name or above.from_helo or above.from_rdns) or _is_fetch(above)


def _is_fetch(hop: ReceivedHop) -> bool:
    return (hop.with_ or "").upper().startswith(("POP", "IMAP", "APOP"))


def _is_led_to(hop: ReceivedHop, writer: Side | None, above: ReceivedHop, writers: _Writers, policy: Policy) -> bool:
    """Whether a line is by a party, or a host, that wrote one before, or that the line above names.

    A hand-over inside the system (LMTP) leads to any host of it: nobody outside is spoken to so.
    """
    by = plain_host(hop.by)
    if not by or is_local(above) or by in writers.hosts or (writer and writer.name in writers.sides):
        return True
    if is_trusted_name(by, policy.trusted_names) or is_trusted_name(by, policy.gateways) or _is_same_exchange(hop, above):
        return True
    leading = names_of_peer(above)
    if writer and writers.sides and above.from_ip and _is_routers(above.from_ip):
        leading = (plain_host(above.from_rdns),)
    return any(_is_same_host(name, by) or (writer and (named := side_of(name)) and named.name == writer.name) for name in leading)


def _is_routers(ip: Address) -> bool:
    """Whether an inner address is where routers are: the first or last of a /24.

    Port forwardings show every sender at it, so that he chooses both the HELO word and the party that wrote the next line.
    """
    return not ip.is_loopback and int(ip) & 0xFF in (1, 254)


def _is_same_host(name: str, by: str) -> bool:
    """Whether two names are one host's; one that is used inside networks only may be the other's without its domain."""
    if name == by:
        return True
    label = name.partition(".")[0]
    is_short = not (organisation_of(name) and organisation_of(by))
    return is_short and label == by.partition(".")[0] and not label.isdigit()


def _is_same_exchange(hop: ReceivedHop, above: ReceivedHop) -> bool:
    """Whether two lines are by Exchange servers of one build, which call themselves one thing inside and another outside."""
    is_exchange = all((one.with_ or "").startswith("Microsoft SMTP Server") for one in (hop, above))
    return is_exchange and hop.id is not None and hop.id == above.id


def _is_by(hop: ReceivedHop, provider: Side) -> bool:
    writer = side_of(hop.by)
    if writer is not None:
        return writer.name == provider.name
    operator = provider.operator
    return operator is not None and matches(plain_host(hop.by), operator.inner_hosts + operator.submission_hosts)
