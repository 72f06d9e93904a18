"""What goes between the listener and a worker: frames of a kind, a pickled value and plain bytes.

A worker reads hostile mail, so what it says is read with a list of what may be in it: our own value types, times and
addresses. Anything else is not an answer. The raw mail of a submission and the compressed one of an entry are not pickled:
they are the plain bytes.
"""

import io
import pickle
import struct
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum, IntEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from operator import attrgetter
from typing import Any, TypeVar

from config.events import Event
from parsers.submission import Door, Earlier, Envelope, Submission
from routing.facts import Facts, HostAnswer, KeyAnswer, Known, NetworkAnswer, Questions
from routing.verdict import Reason, Verdict
from storage.entry import AddressEntry, Entry, LinkEntry, ReportEntry

HEADER = struct.Struct("!BII")  # kind, length of the value, length of the bytes
MAX_VALUE_BYTES = 67_108_864

_LAST = 0x80
_BULK = {Submission: "raw", Entry: "frame"}
_VALUES: tuple[type[Any], ...] = (
    *(Submission, Earlier, Envelope, Questions, Facts, HostAnswer, KeyAnswer, NetworkAnswer),
    *(Entry, ReportEntry, LinkEntry, AddressEntry),
)
_WORDS: tuple[type[Enum], ...] = (Door, Event, Known, Reason, Verdict)

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


@dataclass(frozen=True, slots=True)
class Frame:
    """What was said.   is_last: the worker ends after this."""

    kind: Kind
    value: Any
    body: bytes
    is_last: bool = False


class FrameReader:
    """Bytes to frames, one at a time, since each side waits for the other's word; knows nothing of sockets.

    most_bytes: how long a frame's bytes may be.
    """

    def __init__(self, *, most_bytes: int = 0) -> None:
        self.most_bytes = most_bytes
        self._head = bytearray()
        self._lengths = (HEADER.size, 0)
        self._body: io.BytesIO | None = None

    def feed(self, received: bytes) -> Frame | None:
        """The frame that is complete now, or None.   Raises FrameError."""
        if self._body is None:
            self._head += received
            received = self._after_head()
        if self._body is None:
            return None
        missing = self._lengths[1] - self._body.tell()
        if len(received) > missing:
            raise FrameError("more than one frame")
        self._body.write(received)
        return self._frame() if len(received) == missing else None

    def _after_head(self) -> bytes:
        """What belongs to the frame's bytes already, once header and value are there."""
        if len(self._head) >= HEADER.size and self._lengths[0] == HEADER.size:
            _, _, value_bytes, body_bytes = unpack_header(self._head)
            if body_bytes > self.most_bytes:
                raise FrameError(f"{body_bytes} bytes, and {self.most_bytes} at most")
            self._lengths = HEADER.size + value_bytes, body_bytes
        end, _ = self._lengths
        if end == HEADER.size or len(self._head) < end:
            return b""
        self._body = io.BytesIO()
        rest = bytes(self._head[end:])
        del self._head[end:]
        return rest

    def _frame(self) -> Frame:
        assert self._body is not None
        kind, is_last, _, _ = unpack_header(self._head)
        frame = Frame(kind, unpack_value(bytes(self._head[HEADER.size :])), self._body.getvalue(), is_last)
        self._head.clear()
        self._lengths, self._body = (HEADER.size, 0), None
        return frame


def pack(kind: Kind, value: object = None, *, body_bytes: int = 0, is_last: bool = False) -> bytes:
    """A frame up to its bytes.   is_last: the worker ends after this."""
    pickled = io.BytesIO()
    pickler = pickle.Pickler(pickled, 5)
    pickler.dispatch_table = _DISMANTLERS
    pickler.dump(value)
    return HEADER.pack(kind | _LAST if is_last else kind, pickled.tell(), body_bytes) + pickled.getvalue()


def unpack_header(head: bytes | bytearray) -> tuple[Kind, bool, int, int]:
    """Kind, whether the worker ends after this, length of the value, length of the bytes.   Raises FrameError."""
    marked, value_bytes, body_bytes = HEADER.unpack_from(head)
    try:
        kind = Kind(marked & ~_LAST)
    except ValueError:
        raise FrameError(f"unknown kind {marked}") from None
    if not 0 < value_bytes <= MAX_VALUE_BYTES:
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


# How each kind of value is taken apart and put together; pickle's own way costs up to six times as much.


def _dismantle(value: object) -> tuple[Any, tuple[Any, ...]]:
    kind = type(value)
    return _assemble, (_VALUES.index(kind), _READERS[kind](value))


def _assemble(number: int, read: tuple[Any, ...]) -> object:
    kind = _VALUES[number]
    made: object = object.__new__(kind)
    for name, value in zip(_NAMES[kind], read, strict=True):
        object.__setattr__(made, name, value)
    if kind in _BULK:
        object.__setattr__(made, _BULK[kind], b"")
    return made


def _dismantle_word(word: Enum) -> tuple[Any, tuple[Any, ...]]:
    return _assemble_word, (_WORDS.index(type(word)), word.value)


def _assemble_word(number: int, value: str) -> Enum:
    return _WORDS[number](value)


def _dismantle_moment(moment: datetime) -> tuple[Any, tuple[Any, ...]]:
    return _assemble_moment, (moment.isoformat(),)


def _assemble_moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _dismantle_address(address: IPv4Address | IPv6Address) -> tuple[Any, tuple[Any, ...]]:
    return ip_address, (str(address),)


_NAMES: dict[type, tuple[str, ...]] = {kind: tuple(one.name for one in fields(kind) if one.name != _BULK.get(kind)) for kind in _VALUES}
_READERS: dict[type, Callable[[object], Any]] = {kind: attrgetter(*names) for kind, names in _NAMES.items()}


_DISMANTLERS: dict[type, Callable[[Any], Any]] = {
    **dict.fromkeys(_VALUES, _dismantle),
    **dict.fromkeys(_WORDS, _dismantle_word),
    **dict.fromkeys((IPv4Address, IPv6Address), _dismantle_address),
    datetime: _dismantle_moment,
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _KNOWN[module, name]
        except KeyError:
            raise FrameError(f"{module}.{name} is not a value") from None


_ASSEMBLERS = (_assemble, _assemble_word, _assemble_moment, ip_address)
_KNOWN: dict[tuple[str, str], Any] = {(one.__module__, one.__name__): one for one in _ASSEMBLERS}
