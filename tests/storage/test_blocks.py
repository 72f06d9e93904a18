"""Addresses are counted in blocks and sorted in their order."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from hypothesis import given
from hypothesis import strategies as st

from storage.blocks import block_around, block_of, sort_key

ADDRESSES = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6))


def test_a_block_is_a_24_or_a_48() -> None:
    assert block_of(ip_address("198.51.100.7")) == "198.51.100.0/24"
    assert block_of(ip_address("2001:db8:10:1::7")) == "2001:db8:10::/48"
    assert block_of(ip_address("::ffff:198.51.100.7")) == "198.51.100.0/24"


def test_the_block_around_a_network_is_there_unless_the_network_is_wider() -> None:
    assert block_around(ip_network("198.51.100.128/25")) == "198.51.100.0/24"
    assert block_around(ip_network("198.51.100.0/24")) == "198.51.100.0/24"
    assert block_around(ip_network("198.51.100.0/23")) == ""
    assert block_around(ip_network("2001:db8:10::/48")) == "2001:db8:10::/48"
    assert block_around(ip_network("2001:db8::/47")) == ""


@given(ADDRESSES)
def test_an_address_lies_in_its_block(address: IPv4Address | IPv6Address) -> None:
    plain = getattr(address, "ipv4_mapped", None) or address
    assert plain in ip_network(block_of(address))


@given(st.ip_addresses(v=6), st.ip_addresses(v=6))
def test_keys_sort_as_addresses_do(one: IPv6Address, other: IPv6Address) -> None:
    assert (sort_key(one) < sort_key(other)) == (one < other)
    assert len(sort_key(one)) == 32


def test_ipv4_and_its_mapped_form_have_one_key() -> None:
    assert sort_key(ip_address("198.51.100.7")) == sort_key(ip_address("::ffff:198.51.100.7"))
