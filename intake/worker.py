"""A worker process: it reads and decides one mail at a time, and knows no network and no database.

What it read is kept until the facts come, so that a mail is read once. It ends itself after its share of mails, or when it
has grown too much; the listener then has another one made.
"""

import os
import socket
import traceback
from collections import OrderedDict
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from config.policy import Policy
from intake.frames import Frame, FrameReader, Kind, pack, with_bulk
from intake.sandbox import TimeUp, allow_cpu_seconds, heed_cpu_limit, resident_bytes
from parsers.submission import Submission
from routing.facts import Facts

_RECEIVE_BYTES = 262_144
_MOST_BYTES = 0xFFFF_FFFF
_KEPT_BYTES = 67_108_864
_WEIGHED_EVERY = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one worker may use.

    cpu_s: for one mail.   memory_bytes: on top of what it starts with.   mails, growth_bytes: after these it is replaced.
    """

    cpu_s: int = 10
    memory_bytes: int = 536_870_912
    mails: int = 10_000
    growth_bytes: int = 134_217_728


class Worker:
    """One worker's life.   pipeline: a module with examine() and conclude()."""

    def __init__(self, line: socket.socket, pipeline: ModuleType, policy: Policy, share: Share) -> None:
        self._line = line
        self._frames = FrameReader(most_bytes=_MOST_BYTES)
        self._pipeline = pipeline
        self._policy = policy
        self._share = share
        self._kept: OrderedDict[int, Any] = OrderedDict()
        self._kept_bytes = 0
        self._answered = 0
        self._heaviest = resident_bytes() + share.growth_bytes

    def run(self) -> None:
        """Answer until the listener hangs up or the share is used up."""
        heed_cpu_limit()
        self._line.sendall(pack(Kind.READY, os.getpid()))
        is_last = False
        while not is_last and (request := self._receive()) is not None:
            allow_cpu_seconds(self._share.cpu_s)
            kind, value, body = self._answer(request)
            self._answered += 1
            is_last = self._is_used_up()
            self._line.sendall(pack(kind, value, body_bytes=len(body), is_last=is_last) + body)

    def _answer(self, request: Frame) -> tuple[Kind, object, bytes]:
        try:
            if request.kind is Kind.CONCLUDE:
                return self._conclude_kept(*request.value)
            return self._examine(*request.value, raw=request.body)
        except (MemoryError, TimeUp):
            self._forget_all()
            return Kind.OVER_LIMITS, None, b""
        except Exception:  # whatever a parser does costs its mail, not the worker
            return Kind.FAILED, traceback.format_exc(), b""

    def _examine(self, number: int, head: Submission, facts: Facts | None, *, raw: bytes) -> tuple[Kind, object, bytes]:
        examined = self._pipeline.examine(with_bulk(head, raw), self._policy)
        if facts is None and not examined.questions.is_empty:
            self._keep(number, examined, len(raw))
            return Kind.QUESTIONS, examined.questions, b""
        return self._conclude(examined, facts or Facts())

    def _conclude_kept(self, number: int, facts: Facts) -> tuple[Kind, object, bytes]:
        examined, weight = self._kept.pop(number, (None, 0))
        self._kept_bytes -= weight
        return self._conclude(examined, facts) if examined is not None else (Kind.FORGOTTEN, None, b"")

    def _conclude(self, examined: Any, facts: Facts) -> tuple[Kind, object, bytes]:
        entry = self._pipeline.conclude(examined, facts, self._policy)
        return Kind.ENTRY, entry, entry.frame

    def _keep(self, number: int, examined: object, weight: int) -> None:
        self._kept[number] = examined, weight
        self._kept_bytes += weight
        while self._kept_bytes > _KEPT_BYTES and len(self._kept) > 1:
            self._kept_bytes -= self._kept.popitem(last=False)[1][1]

    def _forget_all(self) -> None:
        self._kept.clear()
        self._kept_bytes = 0

    def _is_used_up(self) -> bool:
        if self._answered >= self._share.mails:
            return True
        return self._answered % _WEIGHED_EVERY == 0 and resident_bytes() > self._heaviest

    def _receive(self) -> Frame | None:
        """The next request, or None when the listener is gone."""
        while received := self._line.recv(_RECEIVE_BYTES):
            frame = self._frames.feed(received)
            if frame is not None:
                return frame
        return None
