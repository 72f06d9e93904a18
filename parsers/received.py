"""One Received field as a hop (RFC 5321 section 4.4), clauses in any order, as seen in the wild."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address


class HopDefect(StrEnum):
    """Why a hop, or a part of it, cannot be read."""

    TWO_CLAUSES = "two-clauses"  # A second top-level "from" or "by": who wrote what is ambiguous.
    UNCLOSED_GROUP = "unclosed-group"  # A comment, quote or literal does not end.
    NO_FROM = "no-from"  # There is no from clause.
    NO_DATE = "no-date"  # No date after the last top-level ";", nor at the end.
    BAD_DATE = "bad-date"  # Something stands where the date should be and is none.
    BAD_ADDRESS = "bad-address"  # What stands in the place of the address is none, or was masked.
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
        """Whether it is certain who wrote which part."""
        return HopDefect.TWO_CLAUSES not in self.defects and HopDefect.UNCLOSED_GROUP not in self.defects
