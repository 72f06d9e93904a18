"""Soft line breaks are undone within one depth of quoting (RFC 3676)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.flowed import unflow


@pytest.mark.parametrize(
    "text, unflowed",
    [
        ("one \ntwo", "one two"),
        ("one\ntwo", "one\ntwo"),
        ("> one \n> two", "> one two"),
        ("> one \n>> two", "> one \n>> two"),
        (" >not quoted", ">not quoted"),
        (" From stuffed", "From stuffed"),
        ("-- \nsignature", "-- \nsignature"),
        ("one \n-- \nname", "one \n-- \nname"),
    ],
)
def test_lines_are_joined_as_the_standard_says(text: str, unflowed: str) -> None:
    assert unflow(text, is_space_deleted=False) == unflowed


def test_with_delsp_the_blank_goes_with_the_break() -> None:
    assert unflow("http://a.example/lo \nng", is_space_deleted=True) == "http://a.example/long"


@given(st.text(alphabet="a >\n-"), st.booleans())
def test_no_letter_is_lost(text: str, is_space_deleted: bool) -> None:
    assert unflow(text, is_space_deleted=is_space_deleted).count("a") == text.count("a")
