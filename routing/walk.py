"""Whose mail was it: the walk over a reported mail's Received chain (PROVENANCE 4).

Down the receiving side's own lines to the border; the address there handed the mail over. Then what else says so, and
what the lines below are worth. Nothing here looks at whose address it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from config.policy import Policy
from parsers.fields import HeaderBlock
from parsers.received import ReceivedHop
from parsers.report import Address, Report
from routing.claims import Claims, claims_of, compare_claims
from routing.descent import Descent, End, descend_provider, descend_receiving_side
from routing.evidence import Border, disagreeing, weigh_marker, weigh_statements
from routing.ladder import Ground, Ladder, climb_down
from routing.organisation import plain_host
from routing.provenance import Evidence, Grade, HopStatus, Provenance, Rung, WalkedHop
from routing.receiver import ReportContext, why_this_receiver
from routing.sides import Side, is_ambiguous, names_of_peer, side_of
from routing.signed import SignatureResult, VerifiedSignature
from routing.statements import Kind, Statement, read_statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnesses:
    """What the header states, weighed against the border at which the way down ended."""

    descent: Descent
    statements: tuple[Statement, ...]
    evidence: tuple[Evidence, ...]
    through: str = ""  # the sentence on the gateway that was looked through, "" when none was

    @property
    def ip(self) -> Address | None:
        """The address at the border."""
        return self.descent.last.from_ip if self.descent.last and self.descent.end is End.STRANGER else None

    @property
    def agreeing(self) -> tuple[Evidence, ...]:
        """Believed evidence that names the border's address."""
        return tuple(one for one in self.evidence if one.is_believed and one.ip is not None and one.ip == self.ip)


def trace_provenance(report: Report, policy: Policy, *, context: ReportContext) -> Provenance:
    """Who handed the reported mail over, how sure that is, and why.   Raises: nothing."""
    header = report.header or HeaderBlock()
    if not report.hops:
        return _without_chain(report)
    statements = read_statements(header, policy.limits)
    descent = descend_receiving_side(report.hops, policy)
    witnesses = _weigh(descent, statements, header, context)
    witnesses = _look_through_gateway(witnesses, policy)
    descent = witnesses.descent
    is_closed = not descent.gap or any(one.field_index < descent.gap_index for one in witnesses.agreeing)
    is_told = descent.end is End.STRANGER and is_closed
    side = descent.side if is_told else _side_above(descent)
    because = why_this_receiver(side, report.hops, statements=statements, context=context, policy=policy)
    found = _with_border(report, witnesses, header, policy, context) if is_told else _without_border(report, witnesses, policy)
    return replace(found, receiver=side.name if side else "", receiver_because=because)


def _side_above(descent: Descent) -> Side | None:
    """The receiving side where the last line read is not believed to be its own."""
    lines = descent.walked[:-1] if descent.gap else descent.walked
    return next((side for one in lines if not is_ambiguous(one.hop) and (side := side_of(one.hop.by))), None)


def _weigh(descent: Descent, statements: tuple[Statement, ...], header: HeaderBlock, context: ReportContext) -> Witnesses:
    last = descent.last
    border = Border(
        field_index=last.field_index if last else -1,
        ip=last.from_ip if last else None,
        side=descent.side,
        sides=descent.sides,
        hosts=frozenset(plain_host(one.hop.by) for one in descent.walked) - {""},
    )
    evidence = weigh_statements(statements, header, border) + weigh_marker(header, border)
    signed = tuple(_signature_evidence(one, statements, border) for one in context.signatures)
    return Witnesses(descent=descent, statements=statements, evidence=evidence + signed)


def _signature_evidence(one: VerifiedSignature, statements: tuple[Statement, ...], border: Border) -> Evidence:
    """A seal proves what it sealed: the results of its own set; a signature over the chain proves the chain."""
    signer = side_of(one.domain)
    is_receivers = signer is not None and signer.name in border.sides
    ip: Address | None = None
    if one.result is SignatureResult.PASS and is_receivers:
        sealed = (said.ip for said in statements if said.kind is Kind.ARC_RESULTS and said.instance == one.instance and one.instance)
        ip = next(sealed, None) or (border.ip if one.covers_received else None)
    because = one.because or str(one.result)
    if ip is not None:
        because = f"the signature of {one.domain}, which received the mail, verifies over it"
    elif one.result is SignatureResult.PASS:
        because = f"verifies, but does not cover the handover ({one.domain})"
    return Evidence(
        kind="arc-seal" if one.kind == "arc" else "dkim-signature", ip=ip, field_index=one.field_index,
        authority=one.domain, is_believed=ip is not None, because=because,
    )  # fmt: skip


def _look_through_gateway(witnesses: Witnesses, policy: Policy) -> Witnesses:
    """Go on below a gateway that the receiving side itself looked through: its checks name the gateway's own peer.

    Both must say so: the receiving side's stamps, and the gateway's line.
    """
    last, named = witnesses.descent.last, disagreeing(witnesses.evidence, witnesses.ip)
    if last is None or witnesses.ip is None or len(named) != 1 or witnesses.agreeing:
        return witnesses
    for gateway in filter(None, (side_of(name) for name in names_of_peer(last))):
        inner = descend_provider(witnesses.descent.below, gateway, policy)
        if inner.last is not None and inner.end is End.STRANGER and inner.last.from_ip == named[0]:
            return _below_gateway(witnesses, inner, last, gateway.title)
    return witnesses


def _below_gateway(witnesses: Witnesses, inner: Descent, gateway: ReceivedHop, title: str) -> Witnesses:
    because = f"{title} at {gateway.from_ip} is the receiving side's gateway: its checks name the gateway's own peer"
    outer = (*witnesses.descent.walked[:-1], WalkedHop(hop=gateway, status=HopStatus.OWN, because=because))
    own = tuple(replace(one, status=HopStatus.OWN) for one in inner.walked[:-1])
    border = replace(inner.walked[-1], status=HopStatus.BORDER)
    descent = replace(
        witnesses.descent, walked=(*outer, *own, border), below=inner.below, last=inner.last, sides=witnesses.descent.sides | inner.sides
    )
    return replace(witnesses, descent=descent, through=because)


def _with_border(report: Report, witnesses: Witnesses, header: HeaderBlock, policy: Policy, context: ReportContext) -> Provenance:
    descent, border = witnesses.descent, witnesses.descent.last
    assert border is not None
    ground = Ground(
        border=border, below=descent.below, own_addresses=_own_addresses(descent), statements=witnesses.statements,
        evidence=witnesses.evidence, header=header, policy=policy,
    )  # fmt: skip
    ladder = climb_down(ground)
    claims = compare_claims(report, border.from_ip, descent.sides, context)
    others = disagreeing(witnesses.evidence, border.from_ip)
    return Provenance(
        hops=descent.walked + ladder.walked,
        ip=border.from_ip,
        grade=_grade(witnesses, others, claims),
        evidence=witnesses.evidence + claims.evidence,
        rungs=_with_claimed(ladder, claims, border.from_ip),
        conflicting=tuple(dict.fromkeys((*others, *claims.contradicting))),
        handed_over_at=border.date,
        because=_sentence(witnesses, border, others, claims),
    )


def _grade(witnesses: Witnesses, others: tuple[Address, ...], claims: Claims) -> Grade:
    if others:
        return Grade.CONFLICT
    is_supported = witnesses.agreeing or any(one.is_believed for one in claims.evidence)
    return Grade.CONFIRMED if is_supported else Grade.ASSERTED


def _without_border(report: Report, witnesses: Witnesses, policy: Policy) -> Provenance:
    """The way down ended before anybody was named, or at a line that nothing leads to."""
    descent = witnesses.descent
    named = tuple(dict.fromkeys(one.ip for one in witnesses.evidence if one.is_believed and one.ip is not None))
    kinds = {one.kind for one in witnesses.evidence if one.is_believed and one.ip is not None}
    is_agreed = descent.end is End.UNREADABLE and len(named) == 1 and len(kinds) > 1
    grade = Grade.ASSERTED if is_agreed else Grade.UNREADABLE if descent.end is not End.BOTTOM else Grade.NONE
    below = tuple(WalkedHop(hop=hop, status=HopStatus.CLAIMED, because="below a line that is not believed") for hop in descent.below)
    walked = descent.walked
    because = walked[-1].because if walked else "no line was read"
    if descent.end is End.STRANGER:
        because = f"{descent.gap}, and no stamp of the receiving side names {witnesses.ip}"
        walked = (*walked[:-1], replace(walked[-1], status=HopStatus.UNREADABLE, because=because))
    if is_agreed:
        because = f"the border line cannot be read, but {_listing(sorted(kinds))} name {named[0]}"
    if descent.end is End.BOTTOM:
        because = "every line names a host of the receiving side's own, and none a stranger"
    return Provenance(
        hops=walked + below,
        ip=named[0] if is_agreed else None,
        grade=grade,
        evidence=witnesses.evidence,
        rungs=_rungs_of_claims(report) + _rungs_below((*walked, *below), policy),
        handed_over_at=descent.last.date if descent.last else None,
        because=because,
    )


def _without_chain(report: Report) -> Provenance:
    rungs = _rungs_of_claims(report)
    if not rungs:
        return Provenance(because="there is no Received chain")
    return Provenance(grade=Grade.CLAIMED, rungs=rungs, because=f"there is no Received chain; the report names {rungs[0].ip}")


def _rungs_of_claims(report: Report) -> tuple[Rung, ...]:
    return tuple(Rung(ip=one.ip, status=HopStatus.CLAIMED, because=f"named by the report ({one.origin})") for one in claims_of(report))


def _rungs_below(walked: tuple[WalkedHop, ...], policy: Policy) -> tuple[Rung, ...]:
    unbelieved = (one for one in walked if one.status in (HopStatus.UNREADABLE, HopStatus.CLAIMED))
    return tuple(
        Rung(ip=one.hop.from_ip, status=HopStatus.CLAIMED, field_index=one.hop.field_index, because=one.because)
        for one in unbelieved
        if one.hop.from_ip is not None and policy.is_public(one.hop.from_ip)
    )


def _with_claimed(ladder: Ladder, claims: Claims, border: Address | None) -> tuple[Rung, ...]:
    known = {rung.ip for rung in ladder.rungs} | {border}
    claimed = {one.ip: one.because for one in claims.evidence if one.ip is not None and one.ip not in known}
    return ladder.rungs + tuple(Rung(ip=ip, status=HopStatus.CLAIMED, because=because) for ip, because in claimed.items())


def _own_addresses(descent: Descent) -> frozenset[Address]:
    return frozenset(one.hop.from_ip for one in descent.walked[:-1] if one.hop.from_ip is not None)


def _sentence(witnesses: Witnesses, border: ReceivedHop, others: tuple[Address, ...], claims: Claims) -> str:
    start = f"{border.by or 'the receiving side'} took it from {border.from_ip}"
    if others:
        return f"{start}, but the receiving side's own stamps name {', '.join(map(str, others))}"
    agreeing = dict.fromkeys(one.kind for one in (*witnesses.agreeing, *claims.evidence) if one.is_believed)
    verb = "agrees" if len(agreeing) == 1 else "agree"
    end = f"; {_listing(agreeing)} {verb}" if agreeing else "; nothing else names it"
    return start + end + (f"; {witnesses.through}" if witnesses.through else "")


def _listing(words: Iterable[str]) -> str:
    """One, one and two, or one, two and three."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
