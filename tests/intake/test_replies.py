"""Replies on the wire."""

from hypothesis import given
from hypothesis import strategies as st

from intake.replies import LINE_BYTES, TROUBLE, wire_reply


def test_a_reply_goes_out_as_it_is() -> None:
    assert wire_reply("550-5.7.1 one\r\n550 5.7.1 two", is_utf8=False) == b"550-5.7.1 one\r\n550 5.7.1 two"


def test_what_is_not_ascii_is_told_only_to_those_who_asked() -> None:
    assert wire_reply("250 例え", is_utf8=False) == b"250 ??"
    assert wire_reply("250 例え", is_utf8=True) == "250 例え".encode()


def test_a_line_at_the_limit_stays_whole() -> None:
    for length in (LINE_BYTES - 1, LINE_BYTES, LINE_BYTES + 1):
        assert len(wire_reply("250 " + "x" * (length - 4), is_utf8=False)) == min(length, LINE_BYTES)


def test_a_character_is_not_cut_in_two() -> None:
    assert len(wire_reply("250 x" + "あ" * 300, is_utf8=True).decode()) == 5 + 168


def test_what_is_no_reply_becomes_one() -> None:
    for answer in ("", "hello", "250 fine\r\nTraceback", "999 x"):
        assert wire_reply(answer, is_utf8=False) == TROUBLE.encode()


@given(st.text(), st.booleans())
def test_no_text_breaks_out_of_its_line(text: str, is_utf8: bool) -> None:
    wire = wire_reply("250 " + text, is_utf8=is_utf8)
    lines = wire.split(b"\r\n")
    assert all(line[:3].isdigit() and len(line) <= LINE_BYTES for line in lines)
    assert not {0, 10, 13, 27, 127} & set(b"".join(lines))
