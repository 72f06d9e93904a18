"""Which statements about the handover are to be believed: who wrote them, and where they stand (PROVENANCE 4C).

Above the border line only the receiving side writes. Below it the sender does, except for the unbroken block of trace
fields directly under the line, into which some operators stamp; and of that block only the first field of each kind,
because a sender's own copy can follow it there.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from parsers.fields import HeaderBlock
from parsers.report import Address
from routing.provenance import Evidence
from routing.sides import Side, side_of
from routing.statements import Kind, Statement

# Fields that servers stamp on receipt; any other field ends the block.   Of these, the ones that are stamped below.
_STAMPED_BELOW = (Kind.RECEIVED_SPF, Kind.AUTHENTICATION_RESULTS)
_TRACE_FIELDS = frozenset(
    {
        "received-spf", "authentication-results", "arc-seal", "arc-message-signature", "arc-authentication-results",
        "x-received", "x-google-smtp-source", "return-path", "delivered-to",
        "x-icl-score", "x-icl-info", "x-icl-repid", "x-ses-spam-verdict", "x-ses-virus-verdict",
    }
)  # fmt: skip


MARKER = "x-incomingtopheadermarker"


class Place(StrEnum):
    """Where a field stands, seen from the border line."""

    ABOVE = "above"  # Over it: only the receiving side writes there.
    STAMPED = "stamped"  # The first of its kind in the block directly under it.
    AFTER = "after"  # Appended at the end on delivery (X-Sender-IP).
    BELOW = "below"  # Under it: the sender writes there.
    LOST = "lost"  # The export wrote fields of one name together, and where this one stood cannot be told.
    REPEATED = "repeated"  # In such an export, a later one of its kind: it may have stood anywhere below.


@dataclass(frozen=True, slots=True, kw_only=True)
class Border:
    """The line from which places and authorities are told.

    side: the party that wrote it.   sides, hosts: every party, and every host, that wrote an own line, by name.
    """

    field_index: int
    ip: Address | None
    side: Side | None
    sides: frozenset[str]
    hosts: frozenset[str] = frozenset()


def weigh_statements(statements: tuple[Statement, ...], header: HeaderBlock, border: Border) -> tuple[Evidence, ...]:
    """Each statement that names an address as Evidence, believed or not, with the sentence why; topmost first."""
    naming = tuple(one for one in statements if one.ip is not None)
    firsts = _first_of_each_kind(naming, border) if _is_regrouped(header, border) else None
    stamped = _stamped(header, border.field_index)
    weighed = tuple(_weigh(one, _place(one, header, border, stamped, firsts), border) for one in naming)
    return tuple(_unless_outvoted(one, weighed, border) for one in weighed)


def weigh_marker(header: HeaderBlock, border: Border) -> tuple[Evidence, ...]:
    """Exchange Online's mark of where foreign fields begin: the first one belongs directly under its border line.

    It names no address, so it confirms none; elsewhere it warns.
    """
    field = header.first(MARKER)
    if field is None or border.side is None or border.side.name != "microsoft":
        return ()
    is_there = field.index == border.field_index + 1
    because = "stands directly under the border line" if is_there else "does not stand directly under the border line"
    return (Evidence(kind=MARKER, ip=None, field_index=field.index, authority="outlook.com", is_believed=is_there, because=because),)


def disagreeing(evidence: tuple[Evidence, ...], ip: Address | None) -> tuple[Address, ...]:
    """The other addresses that believed evidence names, each once."""
    return tuple(dict.fromkeys(one.ip for one in evidence if one.is_believed and one.ip is not None and one.ip != ip))


def _place(one: Statement, header: HeaderBlock, border: Border, stamped: frozenset[int], firsts: frozenset[int] | None) -> Place:
    """firsts: where the export has regrouped the fields, the first one of each kind; else None."""
    is_above = one.field_index < border.field_index
    if one.kind is Kind.SENDER_IP:
        return Place.AFTER if len(header.all(Kind.SENDER_IP.value)) == 1 and not is_above else Place.BELOW
    if firsts is not None and one.field_index not in firsts:
        return Place.REPEATED
    if is_above:
        return Place.ABOVE
    if firsts is not None:
        return Place.LOST
    return Place.STAMPED if one.field_index in stamped and one.kind in _STAMPED_BELOW else Place.BELOW


def _unless_outvoted(one: Evidence, weighed: tuple[Evidence, ...], border: Border) -> Evidence:
    """X-Sender-IP stands where the sender writes too: it supports the border line, and contradicts it only where no stamp speaks."""
    if one.kind != Kind.SENDER_IP.value or one.ip == border.ip or not any(each.is_believed and each is not one for each in weighed):
        return one
    return replace(one, is_believed=False, because="other stamps name another address, and the sender could have written it")


def _is_regrouped(header: HeaderBlock, border: Border) -> bool:
    """Whether the file was written anew, fields of one name together: by an operator that does, or all in lower case."""
    if border.side and border.side.operator and border.side.operator.regroups:
        return True
    received = header.all("received")
    is_one_run = len(received) > 1 and received[-1].index - received[0].index == len(received) - 1
    return is_one_run and all(field.name == field.name.lower() for field in header.fields)


def _first_of_each_kind(naming: tuple[Statement, ...], border: Border) -> frozenset[int]:
    seen: dict[Kind, int] = {}
    for one in naming:
        if _is_ours(one, border):
            seen.setdefault(one.kind, one.field_index)
    return frozenset(seen.values())


def _is_ours(one: Statement, border: Border) -> bool:
    author = side_of(one.authority)
    return one.authority in border.hosts or (author is not None and author.name in border.sides)


def _stamped(header: HeaderBlock, border_index: int) -> frozenset[int]:
    """The first field of each kind in the unbroken block of trace fields under the border line."""
    seen: dict[str, int] = {}
    for field in header.fields[border_index + 1 :]:
        name = field.name.lower()
        if name not in _TRACE_FIELDS:
            break
        seen.setdefault(name, field.index)
    return frozenset(seen.values())


def _weigh(one: Statement, place: Place, border: Border) -> Evidence:
    is_believed, because = _believe(one, place, border, _is_ours(one, border))
    return Evidence(
        kind=one.kind.value, ip=one.ip, field_index=one.field_index, authority=one.authority, is_believed=is_believed, because=because
    )


def _believe(one: Statement, place: Place, border: Border, is_ours: bool) -> tuple[bool, str]:
    """Whether it is believed, and why (not)."""
    writer = border.side.title if border.side else "the receiving side"
    if one.authority and not is_ours:
        return False, f"written by {one.authority}, not by {writer}"
    match place:
        case Place.ABOVE:
            return True, f"stands above the border line, where only {writer} writes"
        case Place.AFTER:
            return True, f"added once, on delivery, by {writer}"
        case Place.STAMPED:
            return _believe_stamped(one, border, writer, is_ours)
        case Place.LOST:
            return False, f"signed {one.authority}, but the export has lost where it stood"
        case Place.REPEATED:
            return False, "not the first of its kind, and the export has lost where it stood"
        case Place.BELOW:
            return False, "stands below the border line, where the sender writes"


def _believe_stamped(one: Statement, border: Border, writer: str, is_ours: bool) -> tuple[bool, str]:
    operator = border.side.operator if border.side else None
    if is_ours and operator and operator.stamps_below:
        return True, f"stamped directly under the border line by {writer}"
    if is_ours and (operator is None or not operator.borders) and one.ip == border.ip:
        return True, f"directly under the border line in the name of {writer}, and agrees with it"
    return False, "stands below the border line, where the sender writes"
