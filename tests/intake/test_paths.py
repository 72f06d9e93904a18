"""Addresses of the envelope."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.paths import DOMAIN_BYTES, LOCAL_PART_BYTES, parse_path


@pytest.mark.parametrize(
    "argument, address, rest",
    [
        ("<a@example.com>", "a@example.com", ""),
        ("<>", "", ""),
        ("<> SIZE=3", "", "SIZE=3"),
        ("a@example.com SIZE=3", "a@example.com", "SIZE=3"),
        ("<a@example.com> BODY=8BITMIME SIZE=1", "a@example.com", "BODY=8BITMIME SIZE=1"),
        ("<@one.example,@two.example:a@example.com>", "a@example.com", ""),
        ('<"a b"@example.com>', '"a b"@example.com', ""),
        ('<"a\\"b>"@example.com>', '"a\\"b>"@example.com', ""),
        ("<postmaster>", "postmaster", ""),
        ("<..da.me..@docomo.example>", "..da.me..@docomo.example", ""),
        ("<a@[192.0.2.1]>", "a@[192.0.2.1]", ""),
        ("<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]", ""),
        ("<苦情@例え.example>", "苦情@例え.example", ""),
    ],
)
def test_a_path_is_read(argument: str, address: str, rest: str) -> None:
    path = parse_path(argument)
    assert path is not None
    assert (path.address, path.rest) == (address, rest)


@pytest.mark.parametrize(
    "argument", ["", "<", "<a@b", "<a b@c>", "<a@b>x", "<a@b c>", "<@>", "<a@>", "<a\0@b>", '<"a\r"@b>', "<a@b\udcff>", "<\x85@b>"]
)
def test_what_is_none_is_refused(argument: str) -> None:
    assert parse_path(argument) is None


@pytest.mark.parametrize("excess", [-1, 0, 1])
def test_the_parts_have_lengths(excess: int) -> None:
    assert (parse_path(f"<{'a' * (LOCAL_PART_BYTES + excess)}@b>") is None) == (excess > 0)
    assert (parse_path(f"<a@{'b' * (DOMAIN_BYTES + excess)}>") is None) == (excess > 0)
    assert (parse_path(f"<{'ü' * 127}{'a' * (1 + excess)}@b>") is None) == (excess > 0)


@given(st.text())
def test_no_address_holds_what_could_break_a_log_or_a_header(argument: str) -> None:
    path = parse_path(argument)
    assert path is None or path.address.isprintable()
