"""The process that workers are forked from: it has read the policy and every library, has one thread and no network.

The listener starts it afresh (nothing of its threads or sockets comes along), sends it a socket for each worker it wants, and
the process ids of those that ended. A worker is ready within milliseconds, and shares the memory of a large prefix table.
"""

import contextlib
import gc
import importlib
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import ModuleType

from config.policy import Policy
from intake.sandbox import leave_networks, shut_in
from intake.worker import Share, Worker
from parsers.submission import Door, Submission
from routing.facts import Facts

_LENGTH = struct.Struct("!Q")
_BIRTH = b"\0" * _LENGTH.size
_READY = b"r"

# Read once before any worker is made, so that what is imported late is imported once.
_FIRST_MAIL = b"""\
Received: from mail.example.net (mail.example.net [192.0.2.1]) by mx.example.org with ESMTP id 1; Mon, 3 Aug 2026 00:00:00 +0000
From: reporter@example.org
Subject: =?utf-8?q?first?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>Spam with a link to <a href="https://www.example.com/">this page</a></p>
--b
Content-Type: message/rfc822

Received: from mail.example.net (mail.example.net [192.0.2.1]) by mx.example.org with ESMTP id 1; Mon, 3 Aug 2026 00:00:00 +0000
From: sender@example.net
Subject: first

https://www.example.com/
--b--
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upbringing:
    """What workers are made with.   pipeline: the module with examine() and conclude(), by its name."""

    policy: Policy
    share: Share = field(default_factory=Share)
    pipeline: str = "intake.pipeline"


class Nursery:
    """The listener's end of the process.   Nothing here waits for more than a message of a few bytes."""

    def __init__(self, process: "subprocess.Popen[bytes]", control: socket.socket) -> None:
        self._process = process
        self.control = control

    @property
    def process_id(self) -> int:
        """Of the nursery itself."""
        return self._process.pid

    def bear(self) -> socket.socket:
        """Have a worker made; the socket to it.   Raises OSError when the nursery is gone."""
        ours, theirs = socket.socketpair()
        try:
            socket.send_fds(self.control, [_BIRTH], [theirs.fileno()])
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        return ours

    def bury(self, process_id: int) -> None:
        """Have a worker stopped, if it still runs, and its process id given back."""
        if self._process.poll() is not None:
            return  # its workers ended with it, and their numbers may be someone else's by now
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process_id, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self.control.sendall(_LENGTH.pack(process_id))

    def close(self) -> None:
        """End the nursery, and with it every worker."""
        self.control.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def open_nursery(upbringing: Upbringing) -> Nursery:
    """Start the process and wait until it is ready; blocks for as long as the imports take.   Raises OSError when it ended."""
    ours, theirs = socket.socketpair()
    code = f"import sys; sys.path[:] = {sys.path!r}; from intake.nursery import main; main({theirs.fileno()})"
    with theirs:
        process = subprocess.Popen([sys.executable, "-c", code], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)  # noqa: S603
    nursery = Nursery(process, ours)
    pickled = pickle.dumps(upbringing, 5)
    try:
        ours.sendall(_LENGTH.pack(len(pickled)) + pickled)
        if ours.recv(1) == _READY:
            return nursery
    except OSError:
        pass
    nursery.close()
    raise OSError("the workers' process did not start")


def main(control_fd: int) -> None:
    """Be the nursery."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the listener decides when it is over
    with socket.socket(fileno=control_fd) as control:
        upbringing = _read_upbringing(control)
        if upbringing is None:
            return
        pipeline = importlib.import_module(upbringing.pipeline)
        _read_first_mail(pipeline, upbringing.policy)
        leave_networks()
        gc.collect()
        gc.freeze()
        control.sendall(_READY)
        _serve(control, pipeline, upbringing)


def _serve(control: socket.socket, pipeline: ModuleType, upbringing: Upbringing) -> None:
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, _LENGTH.size, 1)
        if not message:
            return
        if not descriptors:
            _reap(_LENGTH.unpack(message)[0])
            continue
        line = socket.socket(fileno=descriptors[0])
        if os.fork() == 0:
            control.close()
            _live(line, pipeline, upbringing)
        line.close()


def _live(line: socket.socket, pipeline: ModuleType, upbringing: Upbringing) -> None:
    """Be a worker; never returns."""
    try:
        shut_in(memory_bytes=upbringing.share.memory_bytes)
        Worker(line, pipeline, upbringing.policy, upbringing.share).run()
    except OSError:
        pass
    finally:
        os._exit(0)


def _read_upbringing(control: socket.socket) -> Upbringing | None:
    with control.makefile("rb") as stream:
        length = stream.read(_LENGTH.size)
        if len(length) < _LENGTH.size:
            return None
        upbringing = pickle.loads(stream.read(_LENGTH.unpack(length)[0]))  # noqa: S301 from our own parent
        return upbringing if isinstance(upbringing, Upbringing) else None


def _read_first_mail(pipeline: ModuleType, policy: Policy) -> None:
    for door in Door:
        submission = Submission(raw=_FIRST_MAIL, door=door, arrived_at=datetime(2026, 8, 3, tzinfo=UTC))
        pipeline.conclude(pipeline.examine(submission, policy), Facts(), policy)


def _reap(process_id: int) -> None:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process_id, 0)
