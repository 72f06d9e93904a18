"""Encoded words are decoded once, joined across words, and never give a line end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.encoded_words import decode_encoded_words


@pytest.mark.parametrize(
    "value, text",
    [
        ("plain", "plain"),
        ("=?utf-8?q?caf=C3=A9_au_lait?=", "café au lait"),
        ("=?utf-8?b?44GC?= =?utf-8?b?44GE?=", "あい"),
        ("=?utf-8?b?44E=?= =?utf-8?b?gg==?=", "あ"),
        ("a =?utf-8?q?b?= c =?utf-8?q?d?=", "a b c d"),
        ("=?iso-2022-jp?b?GyRCLSEbKEI=?=", "①"),
        ("=?utf-8*en?q?x?=", "x"),
        ('"=?utf-8?q?quoted?=" <a@b.example>', '"quoted" <a@b.example>'),
        ("=?utf-8?q?two words?=", "two words"),
        ("=?utf-8?b?44GC", "=?utf-8?b?44GC"),
        ("=?nonsense?q?caf=C3=A9?=", "café"),
        ("=?utf-8?b?157XqdeUINeS15zXmdem11fXmQ==?=", "משה גליצ\ufffdWי"),
    ],
)
def test_a_value_is_decoded(value: str, text: str) -> None:
    assert decode_encoded_words(value) == text


@pytest.mark.parametrize("value", ["=?utf-8?q?x=0ABcc:_evil@a.example?=", "=?utf-8?q?x=0D=0A?=", "a\r\nb", "=?utf-8?q?=E2=80=A8?="])
def test_no_value_carries_a_line_end(value: str) -> None:
    assert decode_encoded_words(value).splitlines() in ([decode_encoded_words(value)], [])


def test_words_beyond_the_limit_stay_encoded() -> None:
    decoded = decode_encoded_words("=?utf-8?q?a?= x " * 501)
    assert decoded.count("=?utf-8?q?a?=") == 1


@given(st.text(alphabet="=?_utf-8bqQ ab\r\n\x1b"))
def test_any_value_is_decoded_without_control_characters(value: str) -> None:
    assert not any(letter < " " for letter in decode_encoded_words(value))
