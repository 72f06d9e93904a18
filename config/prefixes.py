"""Own prefixes and who holds them: longest-prefix match for IPv4, IPv6 and mapped forms, at a point in time.

One dictionary for each prefix length in use: a million prefixes load in seconds and a look-up costs a few
dictionary probes, whatever their number.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from pathlib import Path
from typing import NamedTuple, Self

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
        return _was_valid(self.valid_from, self.valid_to, moment)


class _Holding(NamedTuple):
    """An assignment as a million of them are kept; the prefix is where it lies."""

    contractor: str
    service: str
    valid_from: datetime | None
    valid_to: datetime | None
    file: str  # "inline" or the file's name
    line: int  # 0 where there is no file
    other: "_Holding | None"  # the next one for the same prefix, at other times


_Shelf = dict[int, _Holding]  # network number, shifted down to its length


class PrefixTable:
    """All own prefixes.   Built once, then only read."""

    __slots__ = ("_shelves", "size")

    def __init__(self, assignments: Iterable[Assignment] = ()) -> None:
        self._shelves: dict[int, dict[int, _Shelf]] = {4: {}, 6: {}}
        self.size = 0
        for held in assignments:
            shelf, number = self._place(held.prefix)
            file, _, line = held.origin.rpartition(":")
            origin = (file, int(line)) if file and line.isdigit() else (held.origin, 0)
            shelf[number] = _Holding(held.contractor, held.service, held.valid_from, held.valid_to, *origin, shelf.get(number))
            self.size += 1
        self._sort()

    def with_file(self, path: Path) -> Self:
        """Add the assignments of a file: prefix,contractor,service,valid_from,valid_to; a header, blank lines and # are passed over.

        Raises ConfigError naming file, line and value.
        """
        line = 0
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = csv.reader(file)
                for row in rows:
                    line = rows.line_num
                    if row and not row[0].lstrip().startswith("#") and not (line == 1 and row[0].strip().lower() == "prefix"):
                        self._hold(row, path.name, line)
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
        except (ValueError, csv.Error) as error:
            raise ConfigError(f"{path}: {error} (line {line})") from error
        self._sort()
        return self

    def find(self, address: IPv4Address | IPv6Address, moment: datetime | None = None) -> Assignment | None:
        """The longest own prefix that holds the address at that time, or None.

        An IPv4-mapped IPv6 address is looked up as IPv4. Longer prefixes that were not valid then are passed over.
        """
        address = unmapped(address)
        number, width = int(address), address.max_prefixlen
        for length, shelf in self._shelves[address.version].items():
            held = shelf.get(number >> (width - length))
            while held is not None:
                if _was_valid(held.valid_from, held.valid_to, moment):
                    return _assignment(address.version, number >> (width - length), length, held)
                held = held.other
        return None

    def __iter__(self) -> Iterator[Assignment]:
        for version, shelves in self._shelves.items():
            for length, shelf in shelves.items():
                for number, first in shelf.items():
                    held: _Holding | None = first
                    while held is not None:
                        yield _assignment(version, number, length, held)
                        held = held.other
