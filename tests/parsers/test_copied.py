"""Tests of parsers/copied.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.copied import as_lines
from parsers.pasted import find_pasted

FIELDS = {
    "Return-Path": "<bounce@mailer.example>",
    "Received": "from out.mailer.example (out.mailer.example [203.0.113.9]) by mx.reporter.example; Mon, 3 Aug 2026 10:00:05 +0900",
    "From": "Offers <offers@mailer.example>",
    "To": "ken@reporter.example",
    "Subject": "Special offer",
    "Message-ID": "<1@mailer.example>",
}


@pytest.mark.parametrize(
    "form", ["{}:{}", "{}\t{}", "* {}: {}", "- {}: {}", "*{}:* {}", "*{}*: {}", "**{}:** {}", "> **{}**: {}"], ids=lambda form: repr(form)
)
def test_a_header_is_found_however_it_was_copied(form: str) -> None:
    text = "Hello\n\n" + "\n".join(form.format(name, value) for name, value in FIELDS.items()) + "\n\nBuy\n"
    assert len(as_lines(text)) == len(text)
    (pasted,) = find_pasted(text)
    assert pasted.is_full
    assert {name: pasted.values(name.lower())[0] for name in FIELDS} == FIELDS


def test_a_header_that_became_one_line_is_taken_apart() -> None:
    text = "The header: " + " ".join(f"{name}: {value}" for name, value in FIELDS.items())
    (pasted,) = find_pasted(text)
    assert {name: pasted.values(name.lower())[0] for name in FIELDS} == FIELDS


@pytest.mark.parametrize(
    "text",
    [
        "We Received: nothing. From: nobody. To: nobody. Subject: none.",
        "> Received: from a by b; Mon, 3 Aug 2026 10:00:05 +0900\n> Subject: they wrote From: me To: you\n" + "x" * 300,
        "* Received: from a\nReceived by us: two mails, Subject: offers, Date: today, From: them",
    ],
)
def test_words_are_not_taken_apart(text: str) -> None:
    assert as_lines(text).count("\n") == text.count("\n")


@given(st.text(alphabet=" \t\n>*-:Receivdfrom", max_size=400))
def test_every_character_keeps_its_place(text: str) -> None:
    read = as_lines(text)
    assert len(read) == len(text)
    assert [at for at, character in enumerate(text) if character == "\n" and read[at] != "\n"] == []
