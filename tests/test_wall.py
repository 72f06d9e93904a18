"""The wall around the tests stands."""

import socket
from pathlib import Path

import pytest

from tests import conftest
from tests.conftest import LeftTheMachine


@pytest.mark.parametrize("address", ["192.0.2.1", "198.51.100.7"])
@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_a_connection_to_the_outside_is_refused(wall: list[object], method: str, address: str) -> None:
    with socket.socket() as sock, pytest.raises(LeftTheMachine):
        getattr(sock, method)((address, 25))
    wall.clear()


def test_a_datagram_to_the_outside_is_refused(wall: list[object]) -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock, pytest.raises(LeftTheMachine):
        sock.sendto(b"?", ("2001:db8::53", 53))
    wall.clear()


def test_a_name_is_not_resolved_by_the_system(wall: list[object]) -> None:
    with pytest.raises(LeftTheMachine):
        socket.create_connection(("www.example.com", 80))
    wall.clear()


def test_loopback_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


def test_an_attempt_is_noticed_where_the_code_swallows_the_error(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(Path(conftest.__file__).read_text())
    pytester.makepyfile(
        """
        import contextlib, socket

        def test_it():
            with contextlib.suppress(Exception), socket.socket() as sock:
                sock.connect(("192.0.2.1", 25))
        """
    )
    pytester.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=1, errors=1)
