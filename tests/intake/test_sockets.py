"""Listening sockets, made here or handed over, and the word to systemd."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.values import Endpoint
from intake.sockets import bind, bind_unix, notify

# What systemd does: descriptors from 3 on, and the process they are for.
_HANDED = """
import os, socket
os.environ["LISTEN_PID"] = str(os.getpid())
from intake.sockets import handed_sockets
print([one.getsockname()[1] for one in handed_sockets("smtp", "lmtp")])
"""


def test_a_successor_may_listen_before_we_let_go() -> None:
    with bind(Endpoint("127.0.0.1", 0)) as first, bind(Endpoint(*first.getsockname())) as second:
        assert first.getsockname() == second.getsockname()


def test_a_place_that_is_not_ours_is_a_wrong_configuration() -> None:
    with pytest.raises(ConfigError, match=r"smtp\.listen: 192\.0\.2\.1:25"):
        bind(Endpoint("192.0.2.1", 25))


def test_a_file_is_not_taken_for_a_socket_that_was_left(tmp_path: Path) -> None:
    (tmp_path / "lmtp").write_text("precious")
    with pytest.raises(ConfigError, match=r"smtp\.lmtp_socket"):
        bind_unix(str(tmp_path / "lmtp"))
    assert (tmp_path / "lmtp").read_text() == "precious"


@pytest.mark.parametrize("names, count", [("", 2), ("smtp:web", 1), ("abusedesk.socket:abusedesk.socket", 2), ("web:web", 0)])
def test_what_systemd_opened_is_used(names: str, count: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
        environment = os.environ | {"LISTEN_FDS": "2", "LISTEN_FDNAMES": names, "PYTHONPATH": os.pathsep.join(sys.path)}

        def place() -> None:
            os.dup2(first.fileno(), 3)
            os.dup2(second.fileno(), 4)

        out = subprocess.run(
            [sys.executable, "-c", _HANDED], env=environment, preexec_fn=place, close_fds=False, capture_output=True, text=True, check=True
        )
        ports = [first.getsockname()[1], second.getsockname()[1]]
    assert out.stdout.strip() == str(ports[:count])


def test_systemd_hears_how_we_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(path)
        monkeypatch.setenv("NOTIFY_SOCKET", path)
        notify("READY=1")
        assert systemd.recv(100) == b"READY=1"
    notify("STOPPING=1")
