"""Who may be connected, and whether there is room."""

from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from config.sections import Smtp
from intake.gate import Gate, Space, address_of

ONE, OTHER, RELAY = ip_address("192.0.2.1"), ip_address("2001:db8::1"), ip_address("192.0.2.200")


def test_an_address_is_full_by_itself() -> None:
    gate = Gate(Smtp(max_connections_per_address=1))
    assert [gate.enter(ONE), gate.enter(OTHER)] == [None, None]
    assert str(gate.enter(ONE)).startswith("421 4.7.0")
    gate.leave(ONE)
    assert gate.enter(ONE) is None


def test_own_relays_may_come_as_often_as_there_is_room() -> None:
    gate = Gate(Smtp(max_connections=5, max_connections_per_address=1, relays=(ip_network("192.0.2.192/26"),)))
    assert [gate.enter(RELAY) for _ in range(5)] == [None] * 5
    assert str(gate.enter(RELAY)).startswith("421 4.3.2")


def test_what_is_refused_is_not_counted() -> None:
    gate = Gate(Smtp(max_connections_per_address=1))
    gate.enter(ONE)
    for _ in range(3):
        gate.enter(ONE)
    gate.leave(ONE)
    assert gate.enter(ONE) is None


def test_nobody_comes_in_while_the_service_is_stopped() -> None:
    gate = Gate(Smtp())
    gate.is_closing = True
    assert str(gate.enter(ONE)).startswith("421 4.3.2")


@pytest.mark.parametrize("count, is_stressed", [(7, False), (8, False), (9, True)])
def test_stress_begins_when_four_fifths_are_taken(count: int, is_stressed: bool) -> None:
    gate = Gate(Smtp(max_connections=10))
    for _ in range(count):
        gate.enter(None)
    assert gate.is_stressed == is_stressed


@pytest.mark.parametrize(
    "peername, address",
    [
        (("192.0.2.1", 4), "192.0.2.1"),
        (("::ffff:192.0.2.1", 4, 0, 0), "192.0.2.1"),
        (("fe80::1%eth0", 4, 0, 2), "fe80::1"),
        ("", None),
        (None, None),
    ],
)
def test_the_peer_is_an_address_or_nobody(peername: object, address: str | None) -> None:
    assert address_of(peername) == (ip_address(address) if address else None)


def test_room_is_measured_where_the_store_will_be(tmp_path: Path) -> None:
    assert not Space(tmp_path / "not" / "yet", needed_bytes=1).is_short
    assert Space(tmp_path, needed_bytes=1 << 62).is_short
