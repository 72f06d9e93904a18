"""PROXY lines: believed from the listed balancers, and nobody else."""

import socket
import struct
from ipaddress import ip_network

import pytest

from config.sections import Smtp
from tests.intake.running import LOOPBACK, Talk, listening

LISTED = Smtp(listen=LOOPBACK, proxy_from=(ip_network("127.0.0.0/8"),), max_connections_per_address=2)
_SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def version_2(source: str) -> bytes:
    family, packed = (0x21, socket.inet_pton(socket.AF_INET6, source)) if ":" in source else (0x11, socket.inet_aton(source))
    addresses = packed + packed + struct.pack("!HH", 40_000, 25)
    return _SIGNATURE + struct.pack("!BBH", 0x21, family, len(addresses)) + addresses


@pytest.mark.parametrize(
    "line, peer",
    [
        (b"PROXY TCP4 192.0.2.7 203.0.113.1 40000 25\r\n", "192.0.2.7"),
        (b"PROXY TCP6 2001:db8::7 2001:db8::1 40000 25\r\n", "2001:db8::7"),
        (b"PROXY TCP6 ::ffff:192.0.2.7 ::ffff:203.0.113.1 40000 25\r\n", "192.0.2.7"),
        (version_2("192.0.2.7"), "192.0.2.7"),
        (version_2("2001:db8::7"), "2001:db8::7"),
        (b"PROXY UNKNOWN\r\n", "127.0.0.1"),
        (_SIGNATURE + struct.pack("!BBH", 0x20, 0, 0), "127.0.0.1"),
    ],
)
def test_the_client_that_a_listed_balancer_names_is_the_peer(line: bytes, peer: str) -> None:
    with listening(LISTED) as running, Talk(running.address) as client:
        client.send(line)
        assert client.greet().mail().startswith("250")
        assert str(running.decider.taken[0].envelope.peer) == peer


@pytest.mark.parametrize(
    "line", [b"EHLO client.example.com\r\n", b"PROXY\r\n", b"PROXY TCP4 192.0.2.7\r\n", b"PROXY TCP4 a b c d\r\n", b"\r\n" * 20]
)
def test_a_listed_balancer_that_speaks_otherwise_is_hung_up_on(line: bytes) -> None:
    with listening(LISTED) as running, Talk(running.address) as client:
        client.send(line)
        assert not client.reply().startswith("220")


def test_nobody_else_may_say_for_whom_he_speaks() -> None:
    with listening() as running, Talk(running.address) as client:
        client.send(b"PROXY TCP4 192.0.2.7 203.0.113.1 40000 25\r\n")
        client.reply()
        assert client.reply().startswith("500")
        assert client.say(b"EHLO client.example.com").startswith("250")
        client.mail()
        assert str(running.decider.taken[0].envelope.peer) == "127.0.0.1"


def test_the_clients_behind_a_balancer_are_counted_each() -> None:
    with listening(LISTED) as running:
        clients = [Talk(running.address) for _ in range(4)]
        for number, client in enumerate(clients):
            client.send(b"PROXY TCP4 192.0.2.%d 203.0.113.1 40000 25\r\n" % (8 if number == 3 else 7))
        assert [client.reply()[:3] for client in clients] == ["220", "220", "421", "220"]
        for client in clients:
            client.socket.close()
