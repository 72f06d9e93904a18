"""Listening sockets: made here, or handed over by systemd (sd_listen_fds(3)), and a word to systemd (sd_notify(3))."""

import contextlib
import os
import socket
import stat
from pathlib import Path

from config.errors import ConfigError
from config.values import Endpoint

BACKLOG = 512
_FIRST_HANDED = 3
_MODE = 0o660  # of a unix socket: its group may hand mail over


def bind(endpoint: Endpoint) -> socket.socket:
    """A socket for TCP.   A successor may bind it before we let go of it.   Raises ConfigError."""
    family = socket.AF_INET6 if ":" in endpoint.host else socket.AF_INET
    try:
        return socket.create_server(endpoint, family=family, backlog=BACKLOG, reuse_port=hasattr(socket, "SO_REUSEPORT"))
    except OSError as error:
        raise ConfigError(f"smtp.listen: {endpoint}: {error.strerror}") from error


def bind_unix(path: str, *, key: str = "smtp.lmtp_socket") -> socket.socket:
    """A unix socket, in place of one that was left behind.   key: the setting that names it.   Raises ConfigError."""
    one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        _remove_socket(Path(path))
        one.bind(path)
        Path(path).chmod(_MODE)
        one.listen(BACKLOG)
    except OSError as error:
        one.close()
        raise ConfigError(f"{key}: {path}: {error.strerror or error}") from error
    return one


def handed_sockets(*names: str) -> list[socket.socket]:
    """The sockets of those names that systemd opened for us; one without a name of ours counts as the first name."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return []
    count = int(os.environ.get("LISTEN_FDS", "0"))
    given = os.environ.get("LISTEN_FDNAMES", "").split(":")
    known = [given[number] if number < len(given) else "" for number in range(count)]
    return [
        socket.socket(fileno=_FIRST_HANDED + number)
        for number, name in enumerate(known)
        if name in names or name in ("", "unknown") or name.endswith(".socket")
    ]


def notify(state: str) -> None:
    """Tell systemd, if it is there, how we are: READY=1, STOPPING=1."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.connect("\0" + address[1:] if address.startswith("@") else address)
        one.sendall(state.encode())


def _remove_socket(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISSOCK(path.stat().st_mode):
            path.unlink()
