"""Addresses in a reporter's text, line by line."""

import pytest

from parsers.report import Role
from parsers.sightings import SightingReader, subject_sightings


def roles(text: str) -> list[tuple[str, Role]]:
    return [(str(one.ip), one.role) for one in SightingReader(lines=text.split("\n")).read(text, at_most=10)]


def test_an_address_beyond_the_part_of_a_line_that_is_read_says_nothing() -> None:
    text = "x" * 100_000 + " 203.0.113.9\nattack from 198.51.100.7"
    assert [ip for ip, _ in roles(text)] == ["198.51.100.7"]


@pytest.mark.parametrize("between", [", ", " and ", "; ", ", and ", "、", " (14 tries), "])
@pytest.mark.parametrize("label, role", [("Attacker IPs", Role.SOURCE), ("Our servers", Role.TARGET), ("Destination IPs", Role.TARGET)])
def test_what_a_label_says_it_says_of_each_address_of_the_enumeration(label: str, role: Role, between: str) -> None:
    assert roles(f"{label}: 203.0.113.1{between}203.0.113.2{between}203.0.113.3") == [(f"203.0.113.{n}", role) for n in (1, 2, 3)]


@pytest.mark.parametrize("between", [" ", " -> ", " to ", ", dst=", ", our server "])
def test_what_is_no_enumeration_hands_nothing_on(between: str) -> None:
    assert roles(f"Source: 203.0.113.1{between}198.51.100.2")[1:] != [("198.51.100.2", Role.SOURCE)]


@pytest.mark.parametrize("verb", ["attacked us", "have scanned our servers", "tried to log in to our mail server", "probed my network"])
def test_a_list_of_those_who_did_it_to_us_is_a_list_of_the_accused(verb: str) -> None:
    assert roles(f"The following hosts {verb}:\n\n203.0.113.1 4 times\n203.0.113.2") == [(f"203.0.113.{n}", Role.SOURCE) for n in (1, 2)]


def test_a_list_of_our_attacked_servers_is_none_of_the_accused() -> None:
    assert [role for _, role in roles("Our servers that were attacked:\n\n198.51.100.1\n198.51.100.2")] == [Role.TARGET] * 2


def test_a_heading_alone_on_its_line_is_a_label() -> None:
    assert roles("Source IP:\n\n    203.0.113.1\n\nDestination IP:\n\n    198.51.100.2") == [
        ("203.0.113.1", Role.SOURCE),
        ("198.51.100.2", Role.TARGET),
    ]


@pytest.mark.parametrize("host", ["victim.host.example", "our-server.target.example", "honeypot.example"])
def test_the_labels_of_a_host_name_are_no_words(host: str) -> None:
    assert [one.role for one in subject_sightings(f"guard on {host}: 203.0.113.1 blocked")] == [Role.SOURCE]
