"""Our headers are those of mail-parser and of fast-mail-parser, or docs/differences.md says why not."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import fast_mail_parser
import mailparser
import pytest

from config.limits import Limits
from parsers.encoded_words import decode_encoded_words
from parsers.fields import to_text
from parsers.framing import frame, looks_like_mail
from parsers.mime import parse_mime
from tests.parsers.fixture_mail import MAILS

PAGE = Path(__file__).parents[2] / "docs" / "differences.md"
BARE = sorted(path.relative_to(MAILS).as_posix() for path in MAILS.rglob("*.eml") if looks_like_mail(path.read_bytes()))


class Difference(NamedTuple):
    """Where a library and we differ.   headers: their names, sorted; "*" where the library gives nothing at all."""

    fixture: str
    library: str
    headers: str


Headers = dict[str, list[str]]


def plain(value: str) -> str:
    """A value as all three can give it: unfolded, decoded, without what only marks damage."""
    return " ".join(decode_encoded_words(value.replace("\ufffd", "")).split())


def grouped(pairs: Iterator[tuple[str, str]]) -> Headers:
    found: Headers = {}
    for name, value in pairs:
        found.setdefault(name.lower(), []).append(plain(value))
    return found


def ours(raw: bytes) -> Headers:
    return grouped((field.name, field.decoded) for field in parse_mime(frame(raw).raw, Limits()).header.fields)


def by_mail_parser(raw: bytes) -> Headers:
    message: Any = mailparser.parse_from_bytes(raw).message
    return grouped((name, to_text(str(value).encode("utf-8", "surrogateescape"))) for name, value in message.raw_items())


def by_fast_mail_parser(raw: bytes) -> Headers:
    mail = fast_mail_parser.parse_email(raw)
    return grouped((name, value) for name, values in mail.headers.items() for value in values)


LIBRARIES = {"mail-parser": by_mail_parser, "fast-mail-parser": by_fast_mail_parser}


def differences(fixture: str) -> Iterator[Difference]:
    raw = (MAILS / fixture).read_bytes()
    mine = ours(raw)
    for library, read in LIBRARIES.items():
        try:
            theirs = read(raw)
        except Exception:
            yield Difference(fixture, library, "*")
            continue
        names = [name for name in sorted(mine.keys() | theirs.keys()) if mine.get(name) != theirs.get(name)]
        if names:
            yield Difference(fixture, library, " ".join(names))


def explained() -> dict[Difference, str]:
    rows = re.findall(r"^\| `([^`]+)` \| ([\w-]+) \| `([^`]+)` \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    return {Difference(fixture, library, headers): reason for fixture, library, headers, reason in rows}


@pytest.mark.parametrize("fixture", BARE)
def test_headers_are_read_alike_or_the_difference_is_explained(fixture: str) -> None:
    assert set(differences(fixture)) == {one for one in explained() if one.fixture == fixture}


def test_every_difference_that_is_explained_has_a_reason_and_a_fixture() -> None:
    assert all(reason.strip() for reason in explained().values())
    assert {one.fixture for one in explained()} <= set(BARE)
