"""A header block in a text is read as the header that it was, whatever a client did to its lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.pasted import PastedMail, find_pasted

FIELDS = (
    "Return-Path: <bounce@a.example>",
    "Received: from out.a.example (out.a.example [203.0.113.9])\n\tby mx.b.example with ESMTPS id 1"
    "\n\tfor <c@b.example>; Mon, 3 Aug 2026 10:00:05 +0900",
    "From: A <a@a.example>",
    "Subject: offer",
    "Date: Mon, 3 Aug 2026 00:59:58 +0000",
    "Message-ID: <1@a.example>",
)
BLOCK = "\n".join(FIELDS)


def only(text: str) -> PastedMail:
    (found,) = find_pasted(text)
    return found


def unfolded(pasted: PastedMail) -> list[str]:
    return [" ".join(field.split()) for field in pasted.fields]


EXPECTED = [" ".join(field.split()) for field in FIELDS]


@pytest.mark.parametrize(
    "text",
    [
        BLOCK,
        f"Hello\n{BLOCK}",
        BLOCK.replace("\n\t", "\n"),
        BLOCK.replace("\n\t", "\n    "),
        BLOCK.replace("\n\t", "\n\xa0\xa0\xa0"),
        BLOCK.replace("\n\t", "\n\u3000"),
        BLOCK.replace("\n\t", " "),
        BLOCK.replace(": ", "："),
        BLOCK.replace(": ", ":\xa0"),
        BLOCK.replace("\n\t", " ").replace("\n", "\n\n"),
        "\n".join(f"> {line}" for line in BLOCK.split("\n")),
        "\n".join(f">{line}" for line in BLOCK.split("\n")),
        "\n".join(f"| {line}" for line in BLOCK.split("\n")),
        "\n".join(f"> > | {line}" for line in BLOCK.split("\n")),
        "\n".join(f">>> {line}" for line in BLOCK.split("\n")),
        "\n".join(f"    {line}" for line in BLOCK.split("\n")),
        BLOCK.replace("\nFrom:", "\n\nFrom:"),
        BLOCK.replace("\n", "\r\n"),
        "\ufeff" + BLOCK,
        BLOCK.replace(": ", "\t"),
        "\n".join(f"\u202a{line}\u202c" for line in BLOCK.split("\n")),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_block_is_read_whatever_was_done_to_its_lines(text: str) -> None:
    pasted = only(text.replace("\r\n", "\n"))
    assert unfolded(pasted) == EXPECTED
    assert pasted.is_full


def test_a_line_that_a_client_wrapped_out_of_its_quote_is_still_part_of_the_field() -> None:
    quoted = "\n".join(f"> {line}" for line in BLOCK.split("\n")).replace(" by mx.b.example", "\nby mx.b.example")
    assert unfolded(only(quoted)) == EXPECTED


def test_the_body_is_what_follows_to_the_end_of_the_quote() -> None:
    quoted = "\n".join(f"> {line}" for line in f"{BLOCK}\n\nbuy\nnow".split("\n"))
    pasted = only(f"Hi\n{quoted}\n\n-- \nKen\n")
    assert pasted.body == "buy\nnow"
    assert (pasted.first_line, pasted.end_line) == (1, 12)


def test_the_body_begins_where_it_says() -> None:
    text = f"Hi\n\n{BLOCK}\n\nbuy now\n"
    pasted = only(text)
    assert text[pasted.body_start :] == "buy now\n"
    assert text[pasted.start :].startswith("Return-Path")


def test_a_body_without_an_empty_line_before_it_ends_the_block() -> None:
    pasted = only(f"{BLOCK}\nDear customer, click http://a.example/")
    assert unfolded(pasted) == EXPECTED
    assert pasted.body == "Dear customer, click http://a.example/"


def test_two_blocks_are_two_mails() -> None:
    first, second = find_pasted(f"{BLOCK}\n\none\n\n{BLOCK.replace('<1@', '<2@')}\n\ntwo\n")
    assert (first.body, second.body) == ("one", "two")


def test_a_block_quoted_deeper_stands_in_the_text_of_the_first() -> None:
    quoted = "\n".join(f"> {line}" for line in BLOCK.split("\n"))
    first, second = find_pasted(f"{BLOCK}\n\none\n{quoted}\n")
    assert "> Message-ID: <1@a.example>" in first.body
    assert second.depth == 1


def test_what_stands_in_a_body_pasted_as_source_is_not_looked_at() -> None:
    source = f'{BLOCK}\nContent-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: message/rfc822\n\n{BLOCK}\n\n--b--\n\nThanks\n'
    pasted = only(source)
    assert pasted.body.endswith("--b--")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Received: from nobody knows where it came",
        "I received: nothing\nDate: today\n",
        "Subject: x\nFrom: y\nDate: z\n",
        "Received: yesterday\n\nSubject: my complaint\n",
    ],
)
def test_words_are_no_full_block(text: str) -> None:
    assert not any(pasted.is_full for pasted in find_pasted(text))


@given(st.text(alphabet="Received: from by;(\n>| \tSubject\xa0a", max_size=400))
def test_any_text_is_searched(text: str) -> None:
    for pasted in find_pasted(f"Received: from a by b\nMessage-ID: <c>\n{text}"):
        assert 0 <= pasted.start <= pasted.body_start
        assert pasted.first_line < pasted.end_line
