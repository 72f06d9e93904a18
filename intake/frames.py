"""What goes between the listener and a worker: frames of a kind, a pickled value and plain bytes.

A worker reads hostile mail, so what it says is read with a list of what may be in it: our own value types, times and
addresses. Anything else, or a frame that is longer than a mail can make it, is not an answer.
"""

import io
import pickle
import struct
from dataclasses import is_dataclass
from enum import Enum, IntEnum
from typing import Any

HEADER = struct.Struct("!BII")  # kind, length of the value, length of the bytes
MAX_VALUE_BYTES = 67_108_864

# The modules whose values pass, and what else a value may be made of.
_VALUES = frozenset(("config.events", "parsers.submission", "routing.facts", "routing.verdict", "storage.entry"))
_PLAIN = frozenset(
    (
        ("datetime", "datetime"),
        ("datetime", "timezone"),
        ("datetime", "timedelta"),
        ("ipaddress", "IPv4Address"),
        ("ipaddress", "IPv6Address"),
    )
)
_LAST = 0x80


class Kind(IntEnum):
    """What a frame says."""

    READY = 1  # worker: I exist (value: my process id)
    EXAMINE = 2  # listener: read this (value: its number and the submission without bytes; bytes: the mail)
    QUESTIONS = 3  # worker: I would like to know (value: Questions); I keep what I read
    CONCLUDE = 4  # listener: here are the facts (value: the number and Facts)
    ENTRY = 5  # worker: decided (value: Entry without its frame; bytes: the frame)
    FORGOTTEN = 6  # worker: I do not have that number any more
    FAILED = 7  # worker: an exception (value: its text)
    OVER_LIMITS = 8  # worker: memory ran out


class FrameError(Exception):
    """The other side said something that is not in the protocol."""


def pack(kind: Kind, value: object = None, *, body_bytes: int = 0, is_last: bool = False) -> bytes:
    """A frame up to its body.   is_last: the worker ends after this."""
    pickled = pickle.dumps(value, 5)
    return HEADER.pack(kind | _LAST if is_last else kind, len(pickled), body_bytes) + pickled


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
    """The value of a worker's frame.   Raises FrameError for anything but plain values and our own types."""
    try:
        return _Unpickler(io.BytesIO(pickled)).load()
    except FrameError:
        raise
    except Exception as error:
        raise FrameError(f"unreadable: {type(error).__name__}") from None


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        key = module, name
        found = _known.get(key)
        if found is None:
            found = _known[key] = _value_type(super().find_class(module, name), key) if _may_pass(key) else None
        if found is None:
            raise FrameError(f"{module}.{name} is not a value")
        return found


_known: dict[tuple[str, str], Any] = {}


def _may_pass(key: tuple[str, str]) -> bool:
    return key in _PLAIN or (key[0] in _VALUES and "." not in key[1])


def _value_type(found: object, key: tuple[str, str]) -> object | None:
    is_value = isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum))
    return found if is_value or key in _PLAIN else None
