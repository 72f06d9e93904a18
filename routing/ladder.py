"""Below the border: what a recognised provider attests, what is only claimed, and what is proved wrong (PROVENANCE 4E).

A provider's own lines are genuine down to the first one in which it names a stranger. The address there is attested
where that line is a submission under a login; where the provider merely passed mail on, the address is named, with the
provider's word for it, but a person looks before anybody is accused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from config.policy import Policy
from parsers.fields import HeaderBlock
from parsers.peer import read_address
from parsers.received import ReceivedHop
from parsers.report import Address
from routing.descent import Descent, End, descend_provider, is_submission
from routing.evidence import MARKER
from routing.forgery import ForgeryTest, Line, is_contradicted, strike
from routing.operators import Operator, matches, operator_of, operator_sending_from, operators
from routing.organisation import plain_host
from routing.provenance import Evidence, HopStatus, Rung, WalkedHop
from routing.sides import Side, side_of, verified_name
from routing.statements import Statement

# "TenantId=…;Ip=[192.0.2.1];Helo=[host]"
_CONNECTING_IP = re.compile(r"\bIp=\[([0-9A-Fa-f:.]{2,45})\]")
_TENANT_FIELD = "x-ms-exchange-crosstenant-originalattributedtenantconnectingip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The lines below the border and the addresses in them, topmost first."""

    walked: tuple[WalkedHop, ...] = ()
    rungs: tuple[Rung, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the ladder stands on: the border line, the receiving side, and what the header states."""

    border: ReceivedHop
    below: tuple[ReceivedHop, ...]
    own_addresses: frozenset[Address]
    statements: tuple[Statement, ...]
    evidence: tuple[Evidence, ...]
    header: HeaderBlock
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The provider that handed the mail over, and how it was recognised."""

    side: Side
    because: str


def climb_down(ground: Ground) -> Ladder:
    """Follow recognised providers as far as their own lines go; judge what is left."""
    walked: list[WalkedHop] = []
    rungs: list[Rung] = []
    above, below = ground.border, ground.below
    provider = recognise_provider(above, ground.statements, ground.evidence)
    if provider:
        rungs += _named_by_tenant(ground, provider)
    while provider:
        descent = descend_provider(below, provider.side, ground.policy)
        walked += descent.walked
        rungs += _rung_of(descent, provider)
        above, below = descent.last or above, descent.below
        is_relayed = descent.end is End.STRANGER and not is_submission(above, provider.side)
        provider = recognise_provider(above) if is_relayed else None
    walked += _judge_rest(ground, above, below)
    rungs += _claimed_rungs(ground, tuple(walked))
    return Ladder(walked=tuple(walked), rungs=_each_once(rungs, ground))


def recognise_provider(hop: ReceivedHop, statements: tuple[Statement, ...] = (), evidence: tuple[Evidence, ...] = ()) -> Recognised | None:
    """The operator whose host a line names as its peer: by address, by verified reverse name, or by SPF of its own domain."""
    if hop.from_ip is None:
        return None
    if operator := operator_sending_from(hop.from_ip):
        return _recognised(operator, f"{hop.from_ip} is an address from which {operator.title} sends")
    name = verified_name(hop)
    if name and (operator := operator_of(name)) and matches(name, operator.outbound_names):
        return _recognised(operator, f"{name} is a host from which {operator.title} sends")
    believed = {one.field_index for one in evidence if one.is_believed and one.ip == hop.from_ip}
    helo = plain_host(hop.from_helo)
    for statement in statements:
        if statement.field_index in believed and statement.spf_domain:
            operator = _operator_for(statement.spf_domain)
            if operator and matches(helo, operator.outbound_names):
                return _recognised(operator, f"SPF of {statement.spf_domain} names {hop.from_ip}, which calls itself {helo}")
    return None


def _recognised(operator: Operator, because: str) -> Recognised:
    return Recognised(side=Side(name=operator.name, operator=operator), because=because)


def _operator_for(domain: str) -> Operator | None:
    return next((one for one in operators() if domain in one.mail_domains), None)


def _rung_of(descent: Descent, provider: Recognised) -> Iterator[Rung]:
    last = descent.last
    if last is None or last.from_ip is None or descent.end not in (End.STRANGER, End.SUBMITTED):
        return
    title = provider.side.title
    if descent.end is End.STRANGER and is_submission(last, provider.side):
        because = f"{title} took it from {last.from_ip} under a login; {provider.because}"
        yield Rung(ip=last.from_ip, status=HopStatus.ATTESTED, provider=title, field_index=last.field_index, because=because)
    elif descent.end is End.STRANGER:
        because = f"{title} took it from {last.from_ip} and passed it on without a login; {provider.because}"
        yield Rung(ip=last.from_ip, status=HopStatus.CLAIMED, provider=title, field_index=last.field_index, because=because)


def _named_by_tenant(ground: Ground, provider: Recognised) -> Iterator[Rung]:
    """Exchange Online's note of the host that fed the sending tenant: written once, by the operator that handed over."""
    fields = ground.header.all(_TENANT_FIELD)
    if provider.side.name != "microsoft" or len(fields) != 1:
        return
    written = _CONNECTING_IP.search(fields[0].value[: ground.policy.limits.analysed_field_bytes])
    if written and (ip := read_address(written[1])):
        because = f"{provider.side.title} names {ip} as the host that fed the sending tenant; no login is recorded"
        yield Rung(ip=ip, status=HopStatus.CLAIMED, provider=provider.side.title, field_index=fields[0].index, because=because)


def _judge_rest(ground: Ground, above: ReceivedHop, below: tuple[ReceivedHop, ...]) -> Iterator[WalkedHop]:
    """The lines that nobody vouches for; below a contradicted one, lines of the same party share its fate."""
    replayed = any(not one.is_believed and _is_in_receivers_name(one, ground) for one in ground.evidence)
    markers = len(ground.header.all(MARKER)) > 1
    forged: set[str] = set()
    for number, hop in enumerate(below):
        line = Line(
            hop=hop, above=above, policy=ground.policy, own_addresses=ground.own_addresses,
            has_replayed_evidence=replayed and number == 0, has_second_marker=markers and number == 0,
        )  # fmt: skip
        struck = strike(line)
        writer = side_of(hop.by)
        is_forged = is_contradicted(struck) or (writer is not None and writer.name in forged)
        if is_forged and writer is not None:
            forged.add(writer.name)
        status = HopStatus.CONTRADICTED if is_forged else HopStatus.CLAIMED
        yield WalkedHop(hop=hop, status=status, because=_why_not_believed(struck, is_forged), marks=tuple(one.name for one in struck))
        above = hop


def _is_in_receivers_name(one: Evidence, ground: Ground) -> bool:
    author, receiver = side_of(one.authority), side_of(ground.border.by)
    return one.field_index > ground.border.field_index and author is not None and receiver is not None and author.name == receiver.name


def _why_not_believed(struck: tuple[ForgeryTest, ...], is_forged: bool) -> str:
    found = ", ".join(one.sentence for one in struck)
    if is_forged:
        return f"proved wrong: it {found}" if found else "belongs to a block of lines that is proved wrong"
    return "the sender could have written it" + (f", and it {found}" if found else "")


def _claimed_rungs(ground: Ground, walked: tuple[WalkedHop, ...]) -> Iterator[Rung]:
    for one in walked:
        if one.status in (HopStatus.CLAIMED, HopStatus.CONTRADICTED) and one.hop.from_ip is not None:
            yield Rung(ip=one.hop.from_ip, status=one.status, field_index=one.hop.field_index, because=one.because)
    for field in ground.header.all("x-originating-ip"):
        if ip := read_address(field.value.strip("[] ")):
            because = "X-Originating-IP is written by whoever likes, and copied freely"
            yield Rung(ip=ip, status=HopStatus.CLAIMED, field_index=field.index, because=because)
    for evidence in ground.evidence:
        if not evidence.is_believed and evidence.ip is not None:
            because = f"{evidence.kind} names it, but {evidence.because}"
            yield Rung(ip=evidence.ip, status=HopStatus.CLAIMED, field_index=evidence.field_index, because=because)


def _each_once(rungs: list[Rung], ground: Ground) -> tuple[Rung, ...]:
    """The first rung for each public address that is not the receiving side's or the border's."""
    found: dict[Address, Rung] = {}
    for rung in rungs:
        if rung.ip != ground.border.from_ip and rung.ip not in ground.own_addresses and ground.policy.is_public(rung.ip):
            found.setdefault(rung.ip, rung)
    return tuple(found.values())
