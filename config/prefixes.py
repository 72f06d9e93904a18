"""Own prefixes and who holds them: longest-prefix match for IPv4, IPv6 and mapped forms, at a point in time.

One dictionary for each prefix length in use: a million prefixes load in seconds and a look-up costs a few
dictionary probes, whatever their number.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from pathlib import Path

from config.errors import ConfigError

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Who holds a prefix, and when.

    valid_from, valid_to: aware; None is open-ended; valid_to is exclusive.   origin: "inline" or file:line.
    """

    prefix: str
    contractor: str = ""
    service: str = ""
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    origin: str = "inline"

    def is_valid_at(self, moment: datetime | None) -> bool:
        """Whether it held at that time; an unknown time (None) asks for assignments without an end."""
        if moment is None:
            return self.valid_to is None
        return (self.valid_from is None or self.valid_from <= moment) and (self.valid_to is None or moment < self.valid_to)


class PrefixTable:
    """All own prefixes.   Built once, then only read."""

    __slots__ = ("_lengths", "_by_length", "size")

    def __init__(self, assignments: Iterable[Assignment] = ()) -> None:
        self._by_length: dict[int, dict[tuple[int, int], list[Assignment]]] = {}
        self.size = 0
        for assignment in assignments:
            version, number, length = _key(assignment.prefix)
            shelf = self._by_length.setdefault(length if version == 4 else length + 100, {})
            shelf.setdefault((version, number), []).append(assignment)
            self.size += 1
        self._lengths: dict[int, list[int]] = {
            4: sorted((length for length in self._by_length if length <= 32), reverse=True),
            6: sorted((length - 100 for length in self._by_length if length >= 100), reverse=True),
        }

    def find(self, address: IPv4Address | IPv6Address, moment: datetime | None = None) -> Assignment | None:
        """The longest own prefix that holds the address at that time, or None.

        An IPv4-mapped IPv6 address is looked up as IPv4. Longer prefixes that were not valid then are passed over.
        """
        address = unmapped(address)
        number, version, width = int(address), address.version, address.max_prefixlen
        for length in self._lengths[version]:
            shelf = self._by_length[length if version == 4 else length + 100]
            held = shelf.get((version, number >> (width - length)))
            if held is not None:
                for assignment in held:
                    if assignment.is_valid_at(moment):
                        return assignment
        return None

    def __iter__(self) -> Iterator[Assignment]:
        for shelf in self._by_length.values():
            for held in shelf.values():
                yield from held


def unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside ::ffff:a.b.c.d, any other address as it is."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _key(prefix: str) -> tuple[int, int, int]:
    """Version, network number shifted down to its length, length.  Raises ValueError for host bits or nonsense."""
    network = ip_network(prefix)
    return network.version, int(network.network_address) >> (network.max_prefixlen - network.prefixlen), network.prefixlen


def load_prefix_file(path: Path) -> list[Assignment]:
    """Read prefix,contractor,service,valid_from,valid_to lines; a header line, blank lines and # comments are passed over.

    Raises ConfigError naming file, line and value.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    assignments = []
    for number, row in enumerate(csv.reader(lines), 1):
        if not row or row[0].lstrip().startswith("#") or (number == 1 and row[0].strip().lower() == "prefix"):
            continue
        cells = [cell.strip() for cell in row] + [""] * 5
        try:
            ip_network(cells[0])
            assignments.append(
                Assignment(
                    prefix=cells[0], contractor=cells[1], service=cells[2],
                    valid_from=_moment(cells[3]), valid_to=_moment(cells[4]), origin=f"{path.name}:{number}",
                )  # fmt: skip
            )
        except ValueError as error:
            raise ConfigError(f"{path}: line {number}: {error}") from error
    return assignments


def _moment(text: str) -> datetime | None:
    """An ISO 8601 date or time; without a zone it is UTC.  Raises ValueError."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
