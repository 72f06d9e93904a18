"""OLE2 compound files, read stream by stream ([MS-CFB]).

A chain can be no longer than the file has sectors, a tree no larger than its directory; so no loop in hostile tables
costs more than the file's own size.
"""

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

# [MS-CFB] section 2.2: byte order mark at 28, sector shifts, first directory sector, mini stream cutoff, mini FAT, DIFAT.
_HEADER = struct.Struct("<28x2sHH14xI4xIIIII")
_HEADER_DIFAT = struct.Struct("<109I")
_HEADER_DIFAT_AT = 76
# [MS-CFB] section 2.6.1: name, its length, type, left, right, child, first sector, size.
_ENTRY = struct.Struct("<64sHBxIII16x4x8x8xIQ")
_LAST_SECTOR = 0xFFFFFFFA  # MAXREGSECT: above it stand only marks such as ENDOFCHAIN
_NO_ENTRY = 0xFFFFFFFF
_STORAGE, _STREAM = 1, 2
_ROOT = 0


class DamagedFile(ValueError):
    """The bytes are no compound file that can be read; caught where it is opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A directory entry: a storage (a folder) or a stream (a file)."""

    name: str
    kind: int
    left: int
    right: int
    child: int
    first_sector: int
    size: int


class CompoundFile:
    """One compound file.   Raises DamagedFile, or struct.error where a table is cut short."""

    def __init__(self, raw: bytes) -> None:
        if len(raw) < 512:
            raise DamagedFile("shorter than its header")
        order, shift, mini_shift, directory, self._cutoff, mini_fat, _, difat, _ = _HEADER.unpack_from(raw)
        if order != b"\xfe\xff" or shift not in (9, 12) or mini_shift != 6:
            raise DamagedFile("not a compound file of version 3 or 4")
        self._raw, self._shift = raw, shift
        self._sectors = len(raw) >> shift
        self._fat = self._load_fat(difat)
        self._mini_fat_at = mini_fat
        self.entries = self._load_entries(directory)

    @property
    def root(self) -> "Storage":
        """The outermost storage."""
        return Storage(self, _ROOT)

    def content(self, entry: Entry) -> bytes:
        """The bytes of a stream; small ones stand in the mini stream, which is the root entry's own."""
        if entry.size >= self._cutoff:
            return self._read(entry.first_sector, entry.size)
        sectors = islice(self._chain(entry.first_sector, self._mini_fat), (entry.size >> 6) + 1)
        return b"".join(self._mini_stream[number << 6 : (number + 1) << 6] for number in sectors)[: entry.size]

    @cached_property
    def _mini_stream(self) -> bytes:
        return self._read(self.entries[_ROOT].first_sector)

    @cached_property
    def _mini_fat(self) -> "array[int]":
        return _numbers(self._read(self._mini_fat_at))

    def _load_fat(self, difat: int) -> "array[int]":
        """The sector allocation table, whose sectors the DIFAT lists (109 in the header, the rest in a chain)."""
        listed = list(_HEADER_DIFAT.unpack_from(self._raw, _HEADER_DIFAT_AT))
        seen: set[int] = set()
        while difat < self._sectors and difat not in seen:
            seen.add(difat)
            numbers = _numbers(self._sector(difat))
            listed += numbers[:-1]
            difat = numbers[-1]
        per_sector = 1 << (self._shift - 2)
        table = array("I")
        for number in listed[: self._sectors // per_sector + 1]:
            if number <= _LAST_SECTOR:
                table += _numbers(self._sector(number))
        return table

    def _load_entries(self, first: int) -> tuple[Entry, ...]:
        raw = self._read(first)
        entries = tuple(_entry(raw, at) for at in range(0, len(raw) - _ENTRY.size + 1, _ENTRY.size))
        if not entries:
            raise DamagedFile("no directory")
        return entries

    def _read(self, first: int, size: int | None = None) -> bytes:
        sectors = islice(self._chain(first, self._fat), None if size is None else (size >> self._shift) + 1)
        return b"".join(map(self._sector, sectors))[:size]

    def _sector(self, number: int) -> bytes:
        return self._raw[(number + 1) << self._shift : (number + 2) << self._shift]

    @staticmethod
    def _chain(first: int, table: "array[int]") -> Iterator[int]:
        number = first
        for _ in range(len(table)):
            if number >= len(table):
                return
            yield number
            number = table[number]


class Storage:
    """A folder of a compound file.   names: lower case, as [MS-CFB] compares them."""

    def __init__(self, file: CompoundFile, index: int) -> None:
        self._file = file
        self._children = {entry.name.lower(): number for number, entry in self._walk(file.entries[index].child)}

    def has(self, name: str) -> bool:
        """Whether a stream or storage of that name stands in it."""
        return name.lower() in self._children

    def size(self, name: str) -> int:
        """The size that a stream claims; 0 when it is not there."""
        number = self._children.get(name.lower())
        return 0 if number is None else self._file.entries[number].size

    def stream(self, name: str) -> bytes | None:
        """The bytes of a stream, or None."""
        number = self._children.get(name.lower())
        if number is None or self._file.entries[number].kind != _STREAM:
            return None
        return self._file.content(self._file.entries[number])

    def storages(self, prefix: str) -> Iterator["Storage"]:
        """The folders in it whose names begin so, by name."""
        for name, number in sorted(self._children.items()):
            if name.startswith(prefix.lower()) and self._file.entries[number].kind == _STORAGE:
                yield Storage(self._file, number)

    def _walk(self, top: int) -> Iterator[tuple[int, Entry]]:
        """The entries of a sibling tree, in any order, each once."""
        waiting, seen = [top], set[int]()
        while waiting:
            number = waiting.pop()
            if number in seen or number >= len(self._file.entries):
                continue
            seen.add(number)
            entry = self._file.entries[number]
            yield number, entry
            waiting += (entry.left, entry.right)


def _entry(raw: bytes, at: int) -> Entry:
    name, length, kind, left, right, child, first_sector, size = _ENTRY.unpack_from(raw, at)
    text = name[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
    return Entry(name=text, kind=kind, left=left, right=right, child=child, first_sector=first_sector, size=size & 0xFFFFFFFF)


def _numbers(raw: bytes) -> "array[int]":
    """Little-endian 32-bit numbers; a last one that is cut short is left out."""
    return array("I", struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4]))
