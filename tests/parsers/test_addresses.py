"""Addresses in running text."""

from ipaddress import ip_address
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.addresses import find_addresses, is_for_everyone, refang


def found(text: str) -> list[str]:
    return [str(mention.ip) for mention in find_addresses(refang(text), at_most=50)]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("from 203.0.113.9, port 22", ["203.0.113.9"]),
        ("203[.]0[.]113[.]9 and 203.0.113[.]8 and 203(.)0(.)113(.)7", ["203.0.113.9", "203.0.113.8", "203.0.113.7"]),
        ("203[dot]0[dot]113[dot]9", ["203.0.113.9"]),
        ("２０３．０．１１３．９から", ["203.0.113.9"]),
        ("貴社203.0.113.9から当社198.51.100.2へ", ["203.0.113.9", "198.51.100.2"]),
        ("[2001:db8:10::9]:25 and 2001:DB8:10::a.", ["2001:db8:10::9", "2001:db8:10::a"]),
        ("IP:2001:db8::7, SRC=2001:0db8:0000:0000:0000:0000:0000:0003", ["2001:db8::7", "2001:db8::3"]),
        ("::ffff:203.0.113.9", ["203.0.113.9"]),
        ("http://203.0.113.9/x", ["203.0.113.9"]),
        ("connect from host: 203.0.113.9/203.0.113.9", ["203.0.113.9", "203.0.113.9"]),
        ("203.0.113.009", ["203.0.113.9"]),
        ("outside:203.0.113.9/4242", ["203.0.113.9"]),
        ("203.0.113.9/32", ["203.0.113.9"]),
    ],
)
def test_an_address_is_found_however_it_is_written(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Chrome/98.0.0.0 Safari/537.36",
        "version 1.2.3.4, v1.2.3.4",
        "1.3.6.1.4.1.311",
        "static-203.0.113.4.example.net",
        "ec2-203-0-113-4.example.net",
        "12:34:56 and 12:34:56:78",
        "aa:bb:cc:dd:ee:ff",
        "std::string a::b",
        "203.0.113.0/24 and 2001:db8::/32",
        "300.1.2.3",
        "203.0.113.4-203.0.113.9",
    ],
)
def test_what_only_looks_like_an_address_is_passed_over(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text, port",
    [("203.0.113.9:4242", 4242), ("203.0.113.9#53", 53), ("203.0.113.9.53 > x", 53), ("[2001:db8::1]:25", 25), ("203.0.113.9:70000", None)],
)
def test_a_port_belongs_to_its_address(text: str, port: int | None) -> None:
    assert find_addresses(text, at_most=1)[0].port == port


@pytest.mark.parametrize(
    "ip", ["10.1.2.3", "127.0.0.1", "192.168.0.1", "100.64.0.1", "224.0.0.1", "255.255.255.255", "fe80::1", "fd00::1", "::1"]
)
def test_addresses_that_are_nobodys_are_told_apart(ip: str) -> None:
    assert not is_for_everyone(ip_address(ip))


def test_documentation_addresses_count_as_somebodys() -> None:
    assert all(is_for_everyone(ip_address(ip)) for ip in ("192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1"))


def test_at_most_as_many_are_read_as_allowed() -> None:
    text = " ".join(f"203.0.113.{number}" for number in range(1, 40))
    assert [len(find_addresses(text, at_most=limit)) for limit in (38, 39, 40)] == [38, 39, 39]


@given(st.text(alphabet="0123456789.:abcdef[]/ \n", max_size=300))
def test_any_text_gives_addresses_that_stand_where_they_are_said_to(text: str) -> None:
    mentions = find_addresses(text, at_most=100)
    assert all(0 <= one.start < one.end <= len(text) for one in mentions)
    assert all(first.end <= second.start for first, second in pairwise(mentions))
