"""The addresses of a field, and what opens without an end."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.limits import Limits
from parsers.mailboxes import OPENINGS, addresses_of
from parsers.reading import parse_submission
from parsers.submission import Door, Submission


def test_names_comments_and_groups_are_not_addresses() -> None:
    values = ['"Desk, A@B" <Abuse@Example.NET> (the (inner) desk)', "Friends: a@one.example, b@two.example;"]
    assert addresses_of(values) == ("abuse@example.net", "a@one.example", "b@two.example")


@pytest.mark.parametrize("opening", ["(", "a:"])
@pytest.mark.parametrize("number", [OPENINGS - 1, OPENINGS, OPENINGS + 1, 100_000])
def test_what_opens_without_an_end_is_read_however_often(opening: str, number: int) -> None:
    found = addresses_of(["first@one.example, " + opening * number + " last@two.example"])
    assert found[0] == "first@one.example"
    assert ("last@two.example" in found) is (number > OPENINGS or opening == "a:")


@given(st.text(alphabet='("<:;,@ a.\\[])>', max_size=2_000))
def test_any_text_is_read_without_raising(text: str) -> None:
    assert all("@" in address for address in addresses_of([text]))


@pytest.mark.parametrize("name", ["From", "Sender", "Reply-To", "To", "Cc", "Resent-To", "X-Forwarded-To", "Resent-From"])
def test_no_field_of_addresses_takes_the_parser_down(name: str) -> None:
    raw = f"{name}: {'(' * 7_000}\r\n {'a:' * 3_000}\r\nSubject: spam\r\n\r\nspam\r\n".encode()
    submission = Submission(raw=raw, door=Door.SMTP, arrived_at=datetime(2026, 8, 3, tzinfo=UTC))
    assert parse_submission(submission, Limits(), desk_addresses=()).reports
