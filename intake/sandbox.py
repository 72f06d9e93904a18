"""What a worker may not do: reach a network, start or write anything, or use more than its share of time and memory.

Each wall is put up where the system permits it; none relies on another. Beyond all of them stands the listener, which stops
a worker that takes too long.
"""

import contextlib
import ctypes
import gc
import os
import resource
import signal
import sys
from pathlib import Path

_CLONE_NEWUSER = 0x10000000  # unshare(2)
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1  # prctl(2)
_PR_SET_NO_NEW_PRIVS = 38
_OPEN_FILES = 64
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

# Audit events (docs.python.org/3/library/audit_events.html) that parsing has no use for.
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "os.kill", "ctypes.", "shutil.")
_FORBIDDEN_CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.chown", "os.truncate")


def leave_networks() -> bool:
    """Move this process and its children to come into a network namespace without a network; whether the system let it."""
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        return any(libc.unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))
    return False


def shut_in(*, memory_bytes: int) -> None:
    """Put up the walls around this process, for good.   memory_bytes: on top of what it maps already."""
    _bind_to_parent()
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # the first to go, before listener and writer
    limits = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_NOFILE, _OPEN_FILES)]
    if mapped := mapped_bytes():
        limits.append((resource.RLIMIT_AS, mapped + memory_bytes))
    for kind, most in limits:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))
    gc.freeze()
    sys.addaudithook(_forbid)


class TimeUp(BaseException):
    """The CPU time for this mail is used up.   Not an Exception, so that no parser takes it for one of its own."""


def allow_cpu_seconds(seconds: int) -> None:
    """Let this process use so many seconds from now; after that, TimeUp is raised in it (once heed_cpu_limit() was called)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def heed_cpu_limit() -> None:
    """Have the end of the CPU time raised as TimeUp."""

    def give_up(_number: int, _frame: object) -> None:
        raise TimeUp

    signal.signal(signal.SIGXCPU, give_up)


def mapped_bytes() -> int:
    """The address space that this process uses; 0 where the system does not say."""
    return _statm(0)


def resident_bytes() -> int:
    """The memory that this process occupies; 0 where the system does not say."""
    return _statm(1)


def _statm(column: int) -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[column]) * resource.getpagesize()
    except OSError:
        return 0


def _bind_to_parent() -> None:
    """Die with the parent; gain no privileges by any program."""
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _forbid(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(_FORBIDDEN) or event in _FORBIDDEN_CHANGES:
        raise PermissionError(f"a worker may not {event}")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING:
        raise PermissionError("a worker may not write files")
