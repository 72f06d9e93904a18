"""Whose receiving side a reported mail shows, and what the submission says of the reporter's.

The newest line was written by the host that delivered the mail: that is the side from which trust starts. What the
reporter says of himself (domain, connection, his own headers) does not move it; whether it agrees is told.
"""

from dataclasses import dataclass

from config.policy import Policy
from parsers.fields import HeaderBlock
from parsers.received import ReceivedHop
from parsers.report import Address
from parsers.submission import Door
from routing.organisation import organisation_of, plain_host
from routing.sides import Side, is_ambiguous, is_trusted_name, side_of
from routing.signed import VerifiedSignature
from routing.statements import Statement


@dataclass(frozen=True, kw_only=True)
class ReportContext:
    """What is known of the reporter's side from the submission.   peer: None when it came in by file.

    header, peeled: the submission's own header, and its Received lines; never the reported mail's.
    """

    door: Door
    reporter_domain: str = ""
    peer: Address | None = None
    header: HeaderBlock | None = None
    peeled: tuple[ReceivedHop, ...] = ()
    signatures: tuple[VerifiedSignature, ...] = ()


def why_this_receiver(
    side: Side | None, hops: tuple[ReceivedHop, ...], *, statements: tuple[Statement, ...], context: ReportContext, policy: Policy
) -> str:
    """The sentence that says how the receiving side was told, and what else agrees with it."""
    if side is None:
        return "no line says whose host wrote it; trust starts at the newest one"
    by = next((hop.by for hop in hops if not is_ambiguous(hop) and (found := side_of(hop.by)) and found.name == side.name), "")
    start = f"{by} wrote the newest line that names a host ({side.title})"
    agreeing = _whose_it_is(side, hops, statements, context)
    if is_trusted_name(plain_host(by), policy.trusted_names):
        agreeing.insert(0, "receivers.trusted")
    if agreeing:
        return f"{start}; it agrees with {', '.join(agreeing)}"
    other = f"the reporter writes from {context.reporter_domain}, which says nothing of it" if context.reporter_domain else ""
    return f"{start}; {other or 'nothing else says whose it is'}"


def _whose_it_is(side: Side, hops: tuple[ReceivedHop, ...], statements: tuple[Statement, ...], context: ReportContext) -> list[str]:
    """What else names that side, in words that follow "it agrees with"."""
    found = []
    if any((author := side_of(one.authority)) and author.name == side.name for one in statements):
        found.append("the host that signs the authentication results")
    if context.reporter_domain and organisation_of(context.reporter_domain) in _recipient_domains(hops):
        found.append(f"the recipient of the mail ({context.reporter_domain} reports)")
    if (author := side_of(context.reporter_domain)) and author.name == side.name:
        found.append("the reporter's domain")
    if any((own := side_of(hop.by)) and own.name == side.name for hop in context.peeled):
        found.append("the submission's own headers")
    if context.peer is not None and side.operator and side.operator.sends_from(context.peer):
        found.append(f"the connection from {context.peer}")
    return found


def _recipient_domains(hops: tuple[ReceivedHop, ...]) -> frozenset[str]:
    return frozenset(organisation_of((hop.for_ or "").rpartition("@")[2].strip("<> ")) for hop in hops) - {""}
