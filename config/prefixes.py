"""Own prefixes and who holds them: longest-prefix match for IPv4, IPv6 and mapped forms, at a point in time.

Sorted by where they begin, each knowing the nearest that holds it, and a file's lines kept as text until one is found: a million
prefixes load in seconds, a look-up is a short bisection and a short climb, and forked workers share the whole table.
"""

import csv
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
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


class _Nesting:
    """The prefixes of one IP version in the order of where they begin, an outer one before those in it; built once.

    starts, ends: first and last address of each, as numbers.   around: the place of the nearest that holds it, -1 for none; of two
    with the same addresses, the earlier one counts as holding the later.   indexes: where each stands in the table's list.
    """

    __slots__ = ("_ends", "_shift", "_slots", "_starts", "around", "indexes")

    def __init__(self, keys: list[int], *, bits: int) -> None:
        """keys: see _key(), each shifted by _INDEX_BITS to make room for its index."""
        keys.sort()
        masks = [(1 << bits - length) - 1 for length in range(bits + 1)]
        starts = [key >> _LENGTH_BITS + _INDEX_BITS for key in keys]
        ends = [start | masks[key >> _INDEX_BITS & _LENGTH_MASK] for start, key in zip(starts, keys, strict=True)]
        self._starts: Sequence[int] = array("I", starts) if bits == 32 else starts
        self._ends: Sequence[int] = array("I", ends) if bits == 32 else ends
        self.around = array("i", _around(starts, ends))
        self.indexes = array("I", [key & _INDEX_MASK for key in keys])
        slot_bits = max(0, min(_MOST_SLOT_BITS, len(keys).bit_length() - 2))
        self._shift = bits - slot_bits
        self._slots = array("I", [bisect_left(starts, slot << self._shift) for slot in range((1 << slot_bits) + 1)])

    def nearest(self, number: int) -> int:
        """The place of the nearest prefix that holds an address; -1 for none."""
        slot = number >> self._shift  # by an address's first bits it is told at once about where to look
        place = bisect_right(self._starts, number, self._slots[slot], self._slots[slot + 1]) - 1
        while place >= 0 and self._ends[place] < number:
            place = self.around[place]
        return place


def _around(starts: Sequence[int], ends: Sequence[int]) -> list[int]:
    """For each the place of the nearest that holds it, -1 for none."""
    around: list[int] = []
    for place, start in enumerate(starts):
        holder = place - 1
        while holder >= 0 and ends[holder] < start:
            holder = around[holder]
        around.append(holder)
    return around


class PrefixTable:
    """All own prefixes.   Built once, then only read.

    assignments, files: of two that hold at one time for one prefix, the later wins.
    Raises: ConfigError naming file, value and line for a file, ValueError for a prefix among the assignments.
    """

    __slots__ = ("_files", "_held", "_nestings", "size")

    def __init__(self, assignments: Iterable[Assignment] = (), *, files: Iterable[Path] = ()) -> None:
        self._held: list[Assignment | str] = list(assignments)  # a line of a file becomes an Assignment when it is found
        self._files: list[tuple[int, str]] = []  # where in that list a file begins, and its name; last first
        keys: dict[int, list[int]] = {4: [], 6: []}
        for index, assignment in enumerate(self._held):
            assert isinstance(assignment, Assignment)
            version, key = _key(assignment.prefix)
            keys[version].append(key << _INDEX_BITS | index)
        for path in files:
            self._put_file(path, keys)
        self.size = len(keys[4]) + len(keys[6])
        self._nestings = {IPv4Address: _Nesting(keys[4], bits=32), IPv6Address: _Nesting(keys[6], bits=128)}

    def find(self, address: IPv4Address | IPv6Address, moment: datetime | None = None) -> Assignment | None:
        """The longest own prefix that holds the address at that time, or None.

        An IPv4-mapped IPv6 address is looked up as IPv4. Longer prefixes that were not valid then are passed over.
        """
        if isinstance(address, IPv6Address):
            address = unmapped(address)
        nesting = self._nestings[type(address)]
        place = nesting.nearest(int(address))
        while place >= 0:
            index = nesting.indexes[place]
            held = self._held[index]
            assignment = self._open(index, held) if isinstance(held, str) else held
            if assignment.is_valid_at(moment):
                return assignment
            place = nesting.around[place]
        return None

    def __iter__(self) -> Iterator[Assignment]:
        for nesting in self._nestings.values():
            for index in nesting.indexes:
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

    def _put_file(self, path: Path, keys: dict[int, list[int]]) -> None:
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
        plain = keys[4].append
        for index, line in enumerate(lines, first):
            key = _plain_ipv4(line)
            if key is not None:
                plain(key << _INDEX_BITS | index)
                continue
            try:
                found = _line_key(line, is_first=index == first)
            except (ValueError, csv.Error) as error:
                raise ConfigError(f"{path}: {error} (line {index - first + 1})") from error
            if found:
                keys[found[0]].append(found[1] << _INDEX_BITS | index)


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


_LENGTH_BITS, _INDEX_BITS = 8, 32
_MOST_SLOT_BITS = 16
_LENGTH_MASK, _INDEX_MASK = (1 << _LENGTH_BITS) - 1, (1 << _INDEX_BITS) - 1

_OCTETS = {str(octet): octet for octet in range(256)}
_HOSTS = {str(length): (length, 0xFFFFFFFF >> length) for length in range(33)}  # and the mask of what must be zero


def _plain_ipv4(line: str) -> int | None:
    """The key of "a.b.c.d/length,contractor,service,,", the usual line, several times as fast as by ipaddress; None for any other."""
    try:
        prefix, _, _, valid_from, valid_to = line.split(",")
        if valid_from or valid_to or '"' in line:
            return None
        a, b, c, rest = prefix.split(".")
        d, slash = rest.split("/")
        number = _OCTETS[a] << 24 | _OCTETS[b] << 16 | _OCTETS[c] << 8 | _OCTETS[d]
        length, hosts = _HOSTS[slash]
    except (ValueError, KeyError):
        return None
    return None if number & hosts else number << _LENGTH_BITS | length


def _key(prefix: str) -> tuple[int, int]:
    """Version, and a number that sorts by the first address, then by length.  Raises ValueError."""
    network = parse_network(prefix)
    return network.version, int(network.network_address) << _LENGTH_BITS | network.prefixlen


def _line_key(line: str, *, is_first: bool) -> tuple[int, int] | None:
    """The key of any line of a file, None for one that holds no prefix.  Raises ValueError, csv.Error."""
    prefix, _, _, valid_from, valid_to = _cells(line)[:5]
    text = prefix.strip()
    if not text or text.startswith("#") or (is_first and text.lower() == "prefix"):
        return None
    key = _key(text)
    _moment(valid_from)
    _moment(valid_to)
    return key


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
