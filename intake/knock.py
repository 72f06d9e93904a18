"""`submit` hands a mail to the running service (intake/hatch.py), which has everything ready: the pipe itself imports next to nothing.

Where no service answers, or it breaks off, the caller decides by itself; nothing is stored twice, since a repeat is known by its digest.
"""

import contextlib
import json
import socket
from pathlib import Path
from typing import NamedTuple

from parsers.submission import Submission

_CONNECT_S = 1.0
_ANSWER_S = 90.0  # longer than the service lets anybody wait
_ANSWER_BYTES = 65_536


class Told(NamedTuple):
    """What the service says of a mail that it has made durable; the words are those of storage.recorded.Recorded."""

    reference: str
    verdict: str
    reason: str
    answer: str


def knock(place: Path | None, submission: Submission) -> Told | None:
    """Hand a mail over.   None: no service took it."""
    if place is None or not place.is_socket():
        return None
    with contextlib.suppress(OSError, ValueError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(_CONNECT_S)
        line.connect(str(place))
        line.settimeout(_ANSWER_S)
        line.sendall(_head(submission) + submission.raw)
        return _told(_answer(line))
    return None


def _head(submission: Submission) -> bytes:
    """One line of JSON."""
    head = {
        "bytes": len(submission.raw),
        "door": submission.door.value,
        "arrived_at": submission.arrived_at.isoformat(),
        "mail_from": submission.envelope.mail_from,
        "rcpt_to": submission.envelope.rcpt_to,
        "name": submission.name,
    }
    return json.dumps(head).encode() + b"\n"


def _answer(line: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"\n") and len(answer) < _ANSWER_BYTES and (some := line.recv(_ANSWER_BYTES)):
        answer += some
    return answer


def _told(answer: bytes) -> Told | None:
    """Raises ValueError for no JSON."""
    said = json.loads(answer)
    return Told(**said) if isinstance(said, dict) and said.keys() == set(Told._fields) else None
