"""What holds for every test: nothing leaves this machine, no setting comes from the environment, nothing is timed."""

import os
import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Any

import hypothesis
import pytest

hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

_LOCAL_NAMES = {None, "", b"", "localhost", b"localhost", "localhost.localdomain"}


class LeftTheMachine(RuntimeError):
    """A test tried to reach an address outside loopback."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --bless, which rewrites the golden files."""
    parser.addoption("--bless", action="store_true", help="rewrite the golden files; review the difference before committing")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their argument, and number them: they may hold the time of day, and then no two workers agree on a name."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session", autouse=True)
def wall() -> Iterator[list[object]]:
    """Let sockets connect to loopback and unix sockets only; gives the list of attempts to go further."""
    attempts: list[object] = []

    def guarded(method: Callable[..., Any]) -> Callable[..., Any]:
        def connect(sock: socket.socket, *arguments: Any) -> Any:
            if sock.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(arguments[-1][0]):
                attempts.append(arguments[-1])
                raise LeftTheMachine(f"a test may not reach {arguments[-1]}")
            return method(sock, *arguments)

        return connect

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if host not in _LOCAL_NAMES and not _is_literal(host):
            attempts.append(host)
            raise LeftTheMachine(f"a test may not resolve {host}")
        return resolve(host, *arguments, **options)

    resolve = socket.getaddrinfo
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        for name in [name for name in os.environ if name.startswith("ABUSEDESK_")]:
            patch.delenv(name)
        yield attempts


@pytest.fixture(autouse=True)
def nothing_left_the_machine(wall: list[object]) -> Iterator[None]:
    """Fail a test whose code reached for the network, even where that code swallowed the error."""
    wall.clear()
    yield
    assert not wall, f"reached for {wall}"


def _is_literal(host: Any) -> bool:
    try:
        ip_address(host.decode() if isinstance(host, bytes) else host)
    except ValueError:
        return False
    return True


def _is_loopback(host: Any) -> bool:
    return host in _LOCAL_NAMES or (_is_literal(host) and ip_address(host).is_loopback)
