"""What our autonomous systems announce, as a routing registry tells it: proposals, which nothing else of the store believes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network

from sqlalchemy import Connection, delete, insert, select

from config.prefixes import Network
from storage.tables import ANNOUNCEMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A prefix, who announces it, and when that was last seen."""

    asn: int
    prefix: Network
    seen_at: datetime


def keep_announced(connection: Connection, asn: int, prefixes: Iterable[Network], at: datetime) -> None:
    """Put what an autonomous system announces now in the place of what it did."""
    connection.execute(delete(ANNOUNCEMENT).where(ANNOUNCEMENT.c.asn == asn))
    rows = [{"asn": asn, "prefix": str(prefix), "seen_at": at} for prefix in dict.fromkeys(prefixes)]
    if rows:
        connection.execute(insert(ANNOUNCEMENT), rows)


def list_announced(connection: Connection, asns: Iterable[int]) -> Sequence[Announced]:
    """What these autonomous systems announce, by number and by address."""
    a = ANNOUNCEMENT.c
    rows = connection.execute(select(ANNOUNCEMENT).where(a.asn.in_([*asns]))).all()
    found = [Announced(asn=row.asn, prefix=ip_network(row.prefix), seen_at=row.seen_at) for row in rows]
    return sorted(found, key=lambda one: (one.asn, one.prefix.version, one.prefix.network_address.packed, one.prefix.prefixlen))
