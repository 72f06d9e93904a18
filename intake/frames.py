"""What goes between the listener and a worker: frames of a kind, a pickled value and plain bytes.

A worker reads hostile mail, so what it says is read with a list of what may be in it: our own value types, times and
addresses. Anything else is not an answer. The raw mail of a submission and the compressed one of an entry are not pickled:
they are the plain bytes.
"""

import io
import pickle
import struct
from dataclasses import fields
from datetime import datetime, timedelta, timezone
from enum import Enum, IntEnum
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from operator import attrgetter
from typing import Any, TypeVar

from config.events import Event
from parsers.submission import Door, Envelope, Submission
from routing.facts import Facts, HostAnswer, KeyAnswer, Known, NetworkAnswer, Questions
from routing.verdict import Reason, Verdict
from storage.entry import AddressEntry, Entry, LinkEntry, ReportEntry

HEADER = struct.Struct("!BII")  # kind, length of the value, length of the bytes
MAX_VALUE_BYTES = 67_108_864

_LAST = 0x80
_BULK = {Submission: "raw", Entry: "frame"}
_VALUES: tuple[type, ...] = (
    *(Submission, Envelope, Questions, Facts, HostAnswer, KeyAnswer, NetworkAnswer),
    *(Entry, ReportEntry, LinkEntry, AddressEntry),
)
_WORDS: tuple[type[Enum], ...] = (Door, Event, Known, Reason, Verdict)
_PLAIN: tuple[type, ...] = (datetime, timedelta, timezone, IPv4Address, IPv6Address)

T = TypeVar("T")


class Kind(IntEnum):
    """What a frame says."""

    READY = 1  # worker: I exist (value: my process id)
    EXAMINE = 2  # listener: read this (value: its number, the submission, facts or None; bytes: the raw mail)
    QUESTIONS = 3  # worker: I would like to know (value: Questions); I keep what I read
    CONCLUDE = 4  # listener: here are the facts (value: the number and Facts)
    ENTRY = 5  # worker: decided (value: Entry; bytes: its frame)
    FORGOTTEN = 6  # worker: I do not have that number any more
    FAILED = 7  # worker: an exception (value: its text)
    OVER_LIMITS = 8  # worker: memory or CPU time ran out


class FrameError(Exception):
    """The other side said something that is not in the protocol."""


def pack(kind: Kind, value: object = None, *, body_bytes: int = 0, is_last: bool = False) -> bytes:
    """A frame up to its bytes.   is_last: the worker ends after this."""
    pickled = io.BytesIO()
    _Pickler(pickled, 5).dump(value)
    return HEADER.pack(kind | _LAST if is_last else kind, pickled.tell(), body_bytes) + pickled.getvalue()


def unpack_header(header: bytes) -> tuple[Kind, bool, int, int]:
    """Kind, whether the worker ends after this, length of the value, length of the bytes.   Raises FrameError."""
    marked, value_bytes, body_bytes = HEADER.unpack(header)
    try:
        kind = Kind(marked & ~_LAST)
    except ValueError:
        raise FrameError(f"unknown kind {marked}") from None
    if value_bytes > MAX_VALUE_BYTES:
        raise FrameError(f"a value of {value_bytes} bytes")
    return kind, bool(marked & _LAST), value_bytes, body_bytes


def unpack_value(pickled: bytes) -> Any:
    """The value of a frame.   Raises FrameError for anything but plain values and our own types."""
    try:
        return _Unpickler(io.BytesIO(pickled)).load()
    except FrameError:
        raise
    except Exception as error:
        raise FrameError(f"unreadable: {type(error).__name__}") from None


def with_bulk(value: T, body: bytes) -> T:
    """A submission or entry fresh from unpack_value(), given its bytes."""
    object.__setattr__(value, _BULK[type(value)], body)
    return value


def _dismantle(value: object) -> tuple[Any, tuple[type, tuple[Any, ...]]]:
    """Pickle's own way with frozen dataclasses costs four times as much."""
    kind = type(value)
    return _assemble, (kind, _reader(kind)(value))


def _assemble(kind: type, read: tuple[Any, ...]) -> object:
    made: object = object.__new__(kind)
    for name, value in zip(_names(kind), read, strict=True):
        object.__setattr__(made, name, value)
    if kind in _BULK:
        object.__setattr__(made, _BULK[kind], b"")
    return made


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.name != _BULK.get(kind))


@cache
def _reader(kind: type) -> Any:
    names = _names(kind)
    return attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)


class _Pickler(pickle.Pickler):
    dispatch_table = dict.fromkeys(_VALUES, _dismantle)  # noqa: RUF012 the name that pickle looks for


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _KNOWN[module, name]
        except KeyError:
            raise FrameError(f"{module}.{name} is not a value") from None


_KNOWN: dict[tuple[str, str], Any] = {(one.__module__, one.__name__): one for one in (*_VALUES, *_WORDS, *_PLAIN)}
_KNOWN[__name__, _assemble.__name__] = _assemble
