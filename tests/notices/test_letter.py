"""Whatever comes from outside, a letter has our header fields and no others."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.letter import Letter, fit_mailbox, fit_message_id, hostile_letters, is_clean, render_letter, self_test
from storage.notices import NoticeKind

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)
PLAIN = next(hostile_letters(NOON))
PIECES = st.sampled_from(
    ["\r", "\n", "\r\n", "=?utf-8?q?", "?=", "=0D=0A", "Bcc: x@example.com", "\x00", "\u2028", "\x85", " ", "<", ">", ","]
)
HOSTILE = st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=8).map("".join)


def test_this_python_passes_the_self_test() -> None:
    self_test(NOON)


@given(name=st.sampled_from(["sender_name", "recipient", "subject", "body", "message_id", "in_reply_to"]), attack=HOSTILE)
def test_no_text_becomes_a_header_field(name: str, attack: str) -> None:
    letter: Letter = replace(PLAIN, **{name: attack})  # type: ignore[arg-type]
    try:
        raw = render_letter(letter)
    except (ValueError, UnicodeError):
        return
    assert is_clean(raw, letter)


def test_a_letter_that_a_person_ordered_says_that_a_machine_wrote_it_down() -> None:
    read = message_from_bytes(render_letter(replace(PLAIN, kind=NoticeKind.CONTRACTOR)))
    assert read["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "written, is_fit",
    [
        ("a@example.com", True),
        ("a.b+c=d@mail.example.com", True),
        ("a" * 64 + "@example.com", True),
        ("a" * 65 + "@example.com", False),
        ("a@localhost", False),
        ("a@[192.0.2.1]", False),
        ('"a b"@example.com', False),
        ("a..b@example.com", False),
        ("a@example.com\n", False),
        ("a@example.com, b@example.com", False),
        ("ä@example.com", False),
        ("a@" + "b." * 130 + "com", False),
    ],
)
def test_only_a_plain_mailbox_is_fit(written: str, is_fit: bool) -> None:
    assert bool(fit_mailbox(written)) is is_fit


@pytest.mark.parametrize(
    "written", ["", "1@example.com", "<1@example.com> <2@example.com>", "<1@example.com>\r\nBcc: x", "<1 2@example.com>", "<\xe9@x>"]
)
def test_only_one_plain_message_id_is_fit(written: str) -> None:
    assert fit_message_id(written) == ""
    assert fit_message_id("<A.1-2@mail.example.com>")
