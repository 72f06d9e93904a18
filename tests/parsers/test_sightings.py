"""Addresses in a reporter's text, line by line."""

from parsers.sightings import SightingReader


def test_an_address_beyond_the_part_of_a_line_that_is_read_says_nothing() -> None:
    text = "x" * 100_000 + " 203.0.113.9\nattack from 198.51.100.7"
    found = list(SightingReader(lines=text.split("\n")).read(text, at_most=10))
    assert [str(one.ip) for one in found] == ["198.51.100.7"]
