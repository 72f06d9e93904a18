"""Own prefixes and who holds them: longest-prefix match for IPv4, IPv6 and mapped forms, at a point in time.

One dictionary for each prefix length in use, and a file's lines kept as text until one is found: a million
prefixes load in seconds, a look-up costs a few dictionary probes, and forked workers share the whole table.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from itertools import chain
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
    """All own prefixes.   Built once, then only read.

    assignments, files: of two that hold at one time for one prefix, the later wins.
    Raises: ConfigError naming file, value and line for a file, ValueError for a prefix among the assignments.
    """

    __slots__ = ("_earlier", "_files", "_held", "_shelves", "size")

    def __init__(self, assignments: Iterable[Assignment] = (), *, files: Iterable[Path] = ()) -> None:
        self._held: list[Assignment | str] = []  # a line of a file becomes an Assignment when it is found
        self._files: list[tuple[int, str]] = []  # where in that list a file begins, and its name; last first
        self._shelves: dict[int, dict[int, dict[int, int]]] = {4: {}, 6: {}}  # by version, host bits, network number
        self._earlier: dict[int, int] = {}  # the one before it for the same prefix, at other times
        self.size = 0
        for assignment in assignments:
            self._held.append(assignment)
            self._put(len(self._held) - 1, _key(assignment.prefix))
        for path in files:
            self._put_file(path)
        self._shelves = {version: dict(sorted(shelves.items())) for version, shelves in self._shelves.items()}

    def find(self, address: IPv4Address | IPv6Address, moment: datetime | None = None) -> Assignment | None:
        """The longest own prefix that holds the address at that time, or None.

        An IPv4-mapped IPv6 address is looked up as IPv4. Longer prefixes that were not valid then are passed over.
        """
        address = unmapped(address)
        number = int(address)
        for host_bits, shelf in self._shelves[address.version].items():
            index = shelf.get(number >> host_bits)
            while index is not None:
                held = self._held[index]
                assignment = self._open(index, held) if isinstance(held, str) else held
                if assignment.is_valid_at(moment):
                    return assignment
                index = self._earlier.get(index)
        return None

    def __iter__(self) -> Iterator[Assignment]:
        on_top = (index for shelves in self._shelves.values() for shelf in shelves.values() for index in shelf.values())
        for index in chain(on_top, self._earlier.values()):
            held = self._held[index]
            yield self._open(index, held) if isinstance(held, str) else held

    def overlaps(self) -> Iterator[tuple[Assignment, Assignment]]:
        """Pairs that hold at one time, the first around the second; only the nearest around each."""
        around: list[tuple[Network, Assignment]] = []
        for network, assignment in sorted(((parse_network(each.prefix), each) for each in self), key=_by_place):
            while around and not _holds(around[-1][0], network):
                around.pop()
            outer = next((held for _, held in reversed(around) if _are_valid_together(held, assignment)), None)
            if outer is not None:
                yield outer, assignment
            around.append((network, assignment))

    def _open(self, index: int, line: str) -> Assignment:
        first, name = next((first, name) for first, name in self._files if first <= index)
        assignment = self._held[index] = _read(line, origin=f"{name}:{index - first + 1}")
        return assignment

    def _put(self, index: int, key: tuple[int, int, int]) -> None:
        version, host_bits, number = key
        shelf = self._shelves[version].get(host_bits)
        if shelf is None:
            shelf = self._shelves[version].setdefault(host_bits, {})
        if number in shelf:
            self._earlier[index] = shelf[number]
        shelf[number] = index
        self.size += 1

    def _put_file(self, path: Path) -> None:
        """Take prefix,contractor,service,valid_from,valid_to lines; a header line, blank lines and # comments are passed over."""
        try:
            lines = path.read_text("utf-8-sig").split("\n")
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path}: is not UTF-8 (byte {error.start})") from error
        first = len(self._held)
        self._files.insert(0, (first, path.name))
        self._held += lines
        for index, line in enumerate(lines, first):
            try:
                cells = _cells(line)
                key = _plain_ipv4(cells[0]) or _line_key(cells[0], is_first=index == first)
                if key:
                    self._put(index, key)
                    _moment(cells[3])
                    _moment(cells[4])
            except (ValueError, csv.Error) as error:
                raise ConfigError(f"{path}: {error} (line {index - first + 1})") from error


def _by_place(held: tuple[Network, Assignment]) -> tuple[int, int, int]:
    network = held[0]
    return network.version, int(network.network_address), network.prefixlen


def _holds(outer: Network, inner: Network) -> bool:
    if outer.version != inner.version or outer.prefixlen > inner.prefixlen:
        return False
    host_bits = outer.max_prefixlen - outer.prefixlen
    return int(outer.network_address) >> host_bits == int(inner.network_address) >> host_bits


def _are_valid_together(a: Assignment, b: Assignment) -> bool:
    starts = [held.valid_from for held in (a, b) if held.valid_from is not None]
    ends = [held.valid_to for held in (a, b) if held.valid_to is not None]
    return not starts or not ends or max(starts) < min(ends)


def unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside ::ffff:a.b.c.d, any other address as it is."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def parse_network(text: str) -> Network:
    """An address or a prefix as a network, a mapped IPv4 prefix as IPv4.  Raises ValueError that says what is wrong with it."""
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        raise ValueError(f"{text!r} is not an IPv4 or IPv6 prefix") from None
    address = network.network_address
    if type(address)(text.strip().partition("/")[0]) != address:
        raise ValueError(f"{text} has host bits set; the prefix is {network}")
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None and network.prefixlen >= 96:
        return IPv4Network((address.ipv4_mapped, network.prefixlen - 96))
    return network


_OCTETS = {str(octet): octet for octet in range(256)}
_HOST_BITS = {str(length): (32 - length, 0xFFFFFFFF >> length) for length in range(33)}  # how many, and their mask


def _plain_ipv4(prefix: str) -> tuple[int, int, int] | None:
    """The key of "a.b.c.d/length" five times as fast as by ipaddress; None for anything out of the ordinary."""
    try:
        a, b, c, rest = prefix.split(".")
        d, length = rest.split("/")
        number = _OCTETS[a] << 24 | _OCTETS[b] << 16 | _OCTETS[c] << 8 | _OCTETS[d]
        host_bits, mask = _HOST_BITS[length]
    except (ValueError, KeyError):
        return None
    return None if number & mask else (4, host_bits, number >> host_bits)


def _key(prefix: str) -> tuple[int, int, int]:
    """Version, host bits, and the network number shifted down past them.  Raises ValueError."""
    network = parse_network(prefix)
    host_bits = network.max_prefixlen - network.prefixlen
    return network.version, host_bits, int(network.network_address) >> host_bits


def _line_key(cell: str, *, is_first: bool) -> tuple[int, int, int] | None:
    """The key of any other line of a file, None for one that holds no prefix.  Raises ValueError."""
    text = cell.strip()
    if not text or text.startswith("#") or (is_first and text.lower() == "prefix"):
        return None
    return _key(text)


def _cells(line: str) -> list[str]:
    """The five cells of a line.  Raises csv.Error."""
    cells = line.split(",") if '"' not in line else next(csv.reader([line], strict=True, skipinitialspace=True))
    return cells if len(cells) >= 5 else cells + [""] * (5 - len(cells))


def _read(line: str, *, origin: str) -> Assignment:
    cells = _cells(line)
    return Assignment(
        prefix=cells[0].strip(),
        contractor=cells[1].strip(),
        service=cells[2].strip(),
        valid_from=_moment(cells[3]),
        valid_to=_moment(cells[4]),
        origin=origin,
    )


@lru_cache(maxsize=65_536)
def _moment(text: str) -> datetime | None:
    """An ISO 8601 date or time; without a zone it is UTC.  Raises ValueError."""
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text.strip()!r} is not an ISO 8601 date or time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
