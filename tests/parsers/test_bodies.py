"""The readable bodies of a mail: what counts as text, and what is undone before it is read."""

import pytest

from config.limits import Limits
from parsers.bodies import TextBody, TextKind, texts_of
from parsers.clear_signed import without_armour
from parsers.mime import parse_mime


def body_of(header: str, content: str, limits: Limits | None = None) -> tuple[TextBody, ...]:
    limits = limits or Limits()
    return texts_of(parse_mime(f"{header}\n\n{content}".encode(), limits), limits)


@pytest.mark.parametrize(
    "header, kind",
    [
        ("Content-Type: text/plain", TextKind.PLAIN),
        ("Content-Type: text/x-unknown", TextKind.PLAIN),
        ("Content-Type: text/html", TextKind.HTML),
        ("Content-Type: image/svg+xml", TextKind.HTML),
        ('Content-Type: application/octet-stream; name="Invoice.HTM"', TextKind.HTML),
        ("Content-Type: text/calendar", TextKind.CALENDAR),
        ('Content-Type: application/octet-stream; name="invite.ics"', TextKind.CALENDAR),
    ],
)
def test_a_part_is_read_as_the_text_that_it_is(header: str, kind: TextKind) -> None:
    (body,) = body_of(header, "x")
    assert body.kind is kind


@pytest.mark.parametrize(
    "header", ["Content-Type: application/pdf", 'Content-Type: application/octet-stream; name="a.docx"', "Content-Type: image/png"]
)
def test_other_parts_are_no_text(header: str) -> None:
    assert body_of(header, "x") == ()


@pytest.mark.parametrize("chars, kept", [(9, 9), (10, 10), (11, 10)])
def test_a_text_is_cut_at_the_limit(chars: int, kept: int) -> None:
    (body,) = body_of("Content-Type: text/plain", "x" * chars, Limits(text_chars=10))
    assert len(body.text) == kept


def test_a_calendar_is_unfolded() -> None:
    (body,) = body_of("Content-Type: text/calendar", "DESCRIPTION:http://a.exam\r\n ple/b\\nmore")
    assert body.text == "DESCRIPTION:http://a.example/b\nmore"


def test_flowed_text_is_put_together_again() -> None:
    (body,) = body_of("Content-Type: text/plain; format=flowed", "one \ntwo\nthree")
    assert (body.text, body.is_flowed) == ("one two\nthree", True)


def test_a_signed_text_is_taken_out_of_its_armour() -> None:
    signed = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\none\n- -- dashed\n-----BEGIN PGP SIGNATURE-----\n\nabc\n"
    signed += "-----END PGP SIGNATURE-----\nafter"
    assert without_armour(signed) == "one\n-- dashed\n\nafter"


@pytest.mark.parametrize(
    "text", ["", "no armour", "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\nno end"]
)
def test_what_is_not_signed_stays(text: str) -> None:
    assert without_armour(text) == text
