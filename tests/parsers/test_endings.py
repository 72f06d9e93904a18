"""Tests of parsers/endings.py."""

import pytest

from parsers.endings import closing_line
from parsers.lines import Lines

MAIL = "From: a@spammer.example\n\nbuy\n"


def closed_at(text: str) -> int | None:
    """The line that closes the mail in a text, counted from its header; None where none does."""
    lines = Lines(text)
    above = next(number for number in range(len(lines)) if lines[number].startswith("From:"))
    found = closing_line(lines, above, above + 2, len(lines))
    return found - above if found < len(lines) else None


@pytest.mark.parametrize(
    "line",
    [
        "----- End forwarded message -----",
        "--------------------- Original Message Ends --------------------",
        "----- END SPAM -----",
        "== end of the mail ==",
        "-----ここまで-----",
        "-------- Конец пересылаемого сообщения --------",
        "----- Ende der weitergeleiteten Nachricht -----",
        "=====END=====",
        "------- End of Forwarded Message",
    ],
)
def test_a_drawn_line_that_says_so_ends_a_mail(line: str) -> None:
    assert closed_at(f"{MAIL}{line}\nhttp://www.elsewhere.example/") == 3


@pytest.mark.parametrize(
    "line",
    [
        "----------",
        "-- ",
        "-----Original Message-----",
        "----- End of season sale -----",
        "End of message",
        "--- The ends justify ---",
        "-end-",
    ],
)
def test_any_other_line_is_part_of_it(line: str) -> None:
    assert closed_at(f"{MAIL}{line}\nmore") is None


@pytest.mark.parametrize(
    "opening, closing",
    [
        ("```", "```"),
        ("```email", "```"),
        ("~~~~", "~~~~"),
        ("{noformat}", "{noformat}"),
        ("{code:title=mail}", "{code}"),
        ("[code]", "[/code]"),
    ],
)
def test_a_fence_is_closed_as_it_was_opened(opening: str, closing: str) -> None:
    assert closed_at(f"Hi\n{opening}\n{MAIL}{closing}\nmore") == 3


def test_a_fence_that_was_not_opened_closes_nothing() -> None:
    assert closed_at(f"Hi\n{MAIL}```\nmore") is None


def test_a_fence_far_above_was_opened_around_something_else() -> None:
    assert closed_at(f"```\nHi\n{MAIL}```\nmore") is None
