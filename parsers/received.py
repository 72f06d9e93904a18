"""One Received field as a hop (RFC 5321 section 4.4), clauses in any order, as seen in the wild."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address

from config.limits import Limits
from parsers.clauses import Clauses, read_clauses
from parsers.dates import parse_date
from parsers.fields import HeaderBlock
from parsers.peer import Peer, read_peer


class HopDefect(StrEnum):
    """Why a hop, or a part of it, cannot be read."""

    TWO_CLAUSES = "two-clauses"  # A second top-level "from" or "by": who wrote what is ambiguous.
    UNCLOSED_GROUP = "unclosed-group"  # A comment, quote or literal does not end.
    NO_FROM = "no-from"  # There is no from clause.
    NO_DATE = "no-date"  # No date after the last top-level ";", nor at the end.
    BAD_DATE = "bad-date"  # Something stands where the date should be and is none.
    BAD_ADDRESS = "bad-address"  # What stands in the place of the address is none, or was masked.
    TWO_ADDRESSES = "two-addresses"  # Two groups of the from clause name different addresses: one may be the sender's.
    TOO_LONG = "too-long"  # Longer than what is analysed; read up to there.


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedHop:
    """What one server wrote when it took the mail over.

    position: 0 is newest (topmost).   field_index: index of the field in its header block.
    from_ip: the address that the writing server saw, never a HELO word; None when it wrote none.
    from_rdns: only where the format really has one.   date: aware, None when it cannot be read.
    None means "the clause is not there" throughout.
    """

    position: int
    field_index: int
    raw: str = ""
    from_name: str | None = None
    from_helo: str | None = None
    from_rdns: str | None = None
    from_ip: IPv4Address | IPv6Address | None = None
    by: str | None = None
    with_: str | None = None
    tls: str | None = None
    id: str | None = None
    for_: str | None = None
    via: str | None = None
    date: datetime | None = None
    defects: tuple[HopDefect, ...] = ()

    @property
    def is_readable(self) -> bool:
        """Whether it is certain who wrote which part; when it is not, from_ip and from_rdns are None."""
        if HopDefect.TOO_LONG in self.defects and self.by is None:
            return False
        return not any(defect in _AMBIGUOUS for defect in self.defects)


_AMBIGUOUS = frozenset({HopDefect.TWO_CLAUSES, HopDefect.UNCLOSED_GROUP, HopDefect.TWO_ADDRESSES})
_ANALYSED = Limits().analysed_field_bytes

# "version=TLS1_2", "using TLSv1.3 with", "(TLS1.2)", "TLS-1.0:", "TLSv1:": the version, wherever the server put it.
_TLS = re.compile(r"TLS(?<![^\s(=:,]TLS)[v-]?(1)(?:[._]([0-3]))?(?![\w.])")


def parse_received(value: str, *, position: int, field_index: int, analysed: int = _ANALYSED) -> ReceivedHop:
    """Read one unfolded Received field body (RFC 5321 section 4.4); clauses in any order.   Raises: nothing.

    analysed: how many characters are looked at. Nothing of the client's own words becomes from_ip: see parsers/peer.py.
    """
    clauses = read_clauses(value[:analysed])
    is_cut = len(value) > analysed
    peer = read_peer(clauses)
    defects = _defects(clauses, peer, is_cut=is_cut)
    is_certain = not (clauses.is_doubled or clauses.is_unclosed or (is_cut and "by" not in clauses.places))
    date, date_defects = _date(clauses)
    return ReceivedHop(
        position=position,
        field_index=field_index,
        raw=value,
        from_name=peer.name,
        from_helo=peer.helo,
        from_rdns=peer.rdns if is_certain else None,
        from_ip=peer.ip if is_certain else None,
        by=clauses.word("by"),
        with_=clauses.phrase("with"),
        tls=_tls(value[:analysed]),
        id=clauses.word("id"),
        for_=clauses.word("for"),
        via=clauses.phrase("via"),
        date=date,
        defects=defects + date_defects,
    )


def parse_received_chain(header: HeaderBlock, limits: Limits) -> tuple[ReceivedHop, ...]:
    """The Received fields of a header as hops, newest (topmost) first, at most limits.received_fields.   Raises: nothing."""
    return tuple(
        parse_received(field.value, position=position, field_index=field.index, analysed=limits.analysed_field_bytes)
        for position, field in enumerate(header.all("received")[: limits.received_fields])
    )


def _defects(clauses: Clauses, peer: Peer, *, is_cut: bool) -> tuple[HopDefect, ...]:
    """What keeps the line from being read with certainty."""
    found: list[HopDefect] = []
    if clauses.is_doubled:
        found.append(HopDefect.TWO_CLAUSES)
    if clauses.is_unclosed:
        found.append(HopDefect.UNCLOSED_GROUP)
    if "from" not in clauses.places:
        found.append(HopDefect.NO_FROM)
    if peer.is_unreadable:
        found.append(HopDefect.BAD_ADDRESS)
    if peer.is_contested:
        found.append(HopDefect.TWO_ADDRESSES)
    if is_cut:
        found.append(HopDefect.TOO_LONG)
    return tuple(found)


def _date(clauses: Clauses) -> tuple[datetime | None, tuple[HopDefect, ...]]:
    """The date after the last top-level semicolon, or at the end of the last clause where there is no semicolon."""
    written = clauses.date.strip(" _") if clauses.date is not None else clauses.tail
    if date := parse_date(written):
        return date, ()
    return None, (HopDefect.BAD_DATE if clauses.date is not None and written else HopDefect.NO_DATE,)


def _tls(value: str) -> str | None:
    """The TLS version as "TLSv1.2"; None when none is written."""
    found = _TLS.search(value) if "TLS" in value else None
    return f"TLSv1.{found[2] or 0}" if found else None
