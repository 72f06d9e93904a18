"""The mail data of one DATA command: end of data, dot-stuffing and the cap on its size (RFC 5321 sections 4.1.1.4, 4.5.2).

Only CRLF "." CRLF ends the data. No other combination of CR, LF, NUL and dots does, or a second mail could be smuggled
inside the first. Bytes are taken in bulk, so that neither many short lines nor one long one costs memory or time.
"""

import re
from asyncio import StreamReader
from dataclasses import dataclass

from intake.spool import Spool

CHUNK_BYTES = 1_048_576  # more than the reader ever buffers, so that a read empties it

_DOT = b"\r\n."
_END = b"\r\n.\r\n"
_BARE_CR = re.compile(rb"\r(?!\n)")
# A sender puts a dot before every line that begins with one (4.5.2).  A line that is a dot and a bare CR or LF was not
# written by these rules, and stays as it is.
_STUFFED = re.compile(rb"\r\n\.(?![\r\n])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """How a DATA command ended.

    rest: what the client sent after the end of data: its next commands.   has_bare: a CR or LF stood by itself.
    is_too_large: the mail was longer than allowed and was thrown away.   is_cut: it went on so long that the client must be cut off.
    failure: the spool could not take it, or None.
    """

    rest: bytes = b""
    has_bare: bool = False
    is_too_large: bool = False
    is_cut: bool = False
    failure: OSError | None = None


class DataDecoder:
    """Bytes on the wire to bytes of the mail; knows nothing of sockets."""

    def __init__(self) -> None:
        self._carry = b"\r\n"  # the data begins at the start of a line
        self._is_first = True
        self.is_complete = False
        self.has_bare = False
        self.rest = b""

    def feed(self, chunk: bytes) -> bytes:
        """The bytes of the mail that this chunk settles; what could still become the end of data waits for the next."""
        buffer = self._carry + chunk
        dot = buffer.find(_DOT)
        end = buffer.find(_END, dot) if dot >= 0 else -1
        if end >= 0:
            self.is_complete, self.rest, self._carry = True, buffer[end + len(_END) :], b""
            settled = buffer[: end + 2]
        else:
            at = len(buffer) - _unsettled(buffer)
            settled, self._carry = buffer[:at], buffer[at:]
        self.has_bare = self.has_bare or _has_bare(settled)
        return self._from_its_start(settled if dot < 0 or dot == end else _without_stuffing(settled))

    def _from_its_start(self, settled: bytes) -> bytes:
        if self._is_first and settled:
            self._is_first = False
            return settled[2:]
        return settled


async def read_data(reader: StreamReader, spool: Spool, *, at_most: int) -> Data:
    """Read one mail into the spool.

    at_most: bytes of the mail, without dot-stuffing (RFC 1870 section 3).   Past it the rest is read and thrown away,
    and past twice as much on the wire reading stops.   Raises EOFError when the client leaves before the end.
    """
    decoder = DataDecoder()
    on_wire = size = 0
    failure: OSError | None = None
    while not decoder.is_complete:
        chunk = await reader.read(CHUNK_BYTES)
        if not chunk:
            raise EOFError("the client left within its mail")
        settled = decoder.feed(chunk)
        on_wire += len(chunk)
        size += len(settled)
        if on_wire > 2 * at_most and size > at_most:
            return Data(is_too_large=True, is_cut=True)
        if failure or size > at_most:
            spool.drop()
            continue
        try:
            await spool.write(settled)
        except OSError as error:
            failure = error
    return Data(rest=decoder.rest, has_bare=decoder.has_bare, is_too_large=size > at_most, failure=failure)


def _unsettled(buffer: bytes) -> int:
    """How many bytes at the end could be the beginning of the end of data."""
    return next((count for count in (4, 3, 2, 1) if buffer.endswith(_END[:count])), 0)


def _without_stuffing(settled: bytes) -> bytes:
    if b"\r\n.\r" in settled or b"\r\n.\n" in settled:
        return _STUFFED.sub(b"\r\n", settled)
    return settled.replace(b"\r\n.", b"\r\n")  # the same, thirty times as fast


def _has_bare(settled: bytes) -> bool:
    """Whether a CR or LF stands by itself: a CR without an LF behind it, or more of one than of the other."""
    return settled.count(b"\r") != settled.count(b"\n") or _BARE_CR.search(settled) is not None
