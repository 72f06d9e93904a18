"""A second opinion on a Received chain, by mail-parser: the only place that imports it.

It is shown nothing but the Received fields, each shortened to what we analyse ourselves. Its expression for
"envelope-from" takes quadratic time on runs of "<" (mail-parser 4.8.0), so a field with many of them is kept from it.
An opinion decides nothing: a difference becomes a defect that a person sees.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from config.limits import Limits
from parsers.defects import Defect, DefectKind
from parsers.fields import parse_header_block
from parsers.peer import read_address
from parsers.received import ReceivedHop

_ANGLES = 40  # "<" in one field; ordinary ones hold four at most


@dataclass(frozen=True, slots=True, kw_only=True)
class HopOpinion:
    """What mail-parser makes of one Received field.

    position: 0 is newest, as in ReceivedHop.   by, ip: None when it found none.
    note: why there is no opinion; by and ip then say nothing.
    """

    position: int
    by: str | None = None
    ip: IPv4Address | IPv6Address | None = None
    note: str = ""


def second_opinion(header_bytes: bytes, limits: Limits) -> tuple[HopOpinion, ...]:
    """Let mail-parser read the Received fields of a header; one opinion each, newest first.

    Fields beyond limits.walked_hops, and those that would take too long, have a note instead, and all of them when
    mail-parser fails. Raises: nothing.
    """
    block = parse_header_block(header_bytes[: limits.header_block_bytes], limits)
    values = [field.value[: limits.analysed_field_bytes] for field in block.all("received")[: limits.received_fields]]
    notes = [_reason_not_to_show(position, value, limits) for position, value in enumerate(values)]
    shown = [value for value, note in zip(values, notes, strict=True) if not note]
    try:
        readings = iter(_read(shown))
    except Exception as failure:  # its own, and whatever the standard library's email package raises
        notes = [note or f"mail-parser raised {type(failure).__name__}" for note in notes]
        readings = iter(())
    return tuple(
        HopOpinion(position=position, note=note) if note else _opinion(position, *next(readings)) for position, note in enumerate(notes)
    )


def compare(hops: tuple[ReceivedHop, ...], opinions: tuple[HopOpinion, ...]) -> tuple[Defect, ...]:
    """Where the opinions differ from our own reading: in the count, and by hop, newest first, in server and address.

    The detail says which known habit of mail-parser explains a difference, if one does (docs/received.md).
    """
    found: list[str] = []
    if len(hops) != len(opinions):
        found.append(f"{len(hops)} hops, mail-parser {len(opinions)}")
    for hop, opinion in zip(hops, opinions, strict=False):
        if opinion.note:
            continue
        if (hop.by or "").lower() != (opinion.by or "").lower():
            found.append(f"hop {hop.position}: by {hop.by}, mail-parser {opinion.by}")
        if hop.from_ip != opinion.ip:
            found.append(f"hop {hop.position}: address {hop.from_ip}, mail-parser {opinion.ip}{_explanation(hop, opinion)}")
    return tuple(Defect(kind=DefectKind.SECOND_OPINION, where="Received", detail=detail) for detail in found)


def _reason_not_to_show(position: int, value: str, limits: Limits) -> str:
    if position >= limits.walked_hops:
        return "beyond the hops that are shown to mail-parser"
    return "too many angle brackets for mail-parser" if value.count("<") > _ANGLES else ""


def _read(values: list[str]) -> list[tuple[dict[str, Any], list[str]]]:
    """For each field its clauses and the addresses that mail-parser finds in the from clause; newest first."""
    import mailparser  # slow to import, and needed only where somebody asks for it

    message = "".join(f"Received: {value}\r\n" for value in values)
    mail = mailparser.parse_from_bytes(f"{message}\r\n".encode("utf-8", "surrogateescape"))
    clauses = list(reversed(mail.received))  # it has them oldest first
    return [(hop, mail._sender_ip_candidates(value)) for hop, value in zip(clauses, values, strict=True)]


def _opinion(position: int, clauses: dict[str, Any], candidates: list[str]) -> HopOpinion:
    """The last candidate is the one that mail-parser would report."""
    if "raw" in clauses:
        return HopOpinion(position=position, note="mail-parser could not read it")
    by = str(clauses.get("by", "")).partition("(")[0].split()
    ip = read_address(candidates[-1]) if candidates else None
    return HopOpinion(position=position, by=by[0].strip("[]<>,;") if by else None, ip=ip)


def _explanation(hop: ReceivedHop, opinion: HopOpinion) -> str:
    """The known habit behind a different address; "" when there is none."""
    if not hop.is_readable:
        return " (we refuse an ambiguous line)"
    if opinion.ip is None and hop.from_name and read_address(hop.from_name.partition("]")[0]) == hop.from_ip:
        return " (it takes no address from the first word)"
    if opinion.ip is not None and hop.from_helo and read_address(hop.from_helo) == opinion.ip:
        return " (it takes the HELO argument)"
    if hop.from_ip is not None and opinion.ip is not None:
        return " (it takes the last of several)"
    return ""
