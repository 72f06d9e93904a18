"""Labelled lines, English and Japanese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.labels import canonical_name, labelled_lines, unlabelled


def read(text: str) -> list[tuple[str, str]]:
    return [(one.name, one.value) for one in labelled_lines(text, at_most=100)]


@pytest.mark.parametrize(
    "line, expected",
    [
        ("Category: phishing", ("category", "phishing")),
        ("種別：フィッシング", ("category", "フィッシング")),
        ("【種別】フィッシング", ("category", "フィッシング")),
        ("Comments to forward: please remove it", ("comments-to-forward", "please remove it")),
        ("転送可能なコメント： 削除してください。", ("comments-to-forward", "削除してください。")),
        ("  * Registration No.: 1234567", ("proof-of-rights", "1234567")),
        ("Date and Time (UTC) : 2026-08-03 10:00", ("date-time", "2026-08-03 10:00")),
        ("URL(s): https://a.example/", ("urls", "https://a.example/")),
        ("Title ........: Some Film", ("title", "Some Film")),
        ("> Claimant: Erika Beispiel", ("claimant", "Erika Beispiel")),
        ("Trademark owner\tExample Ltd", ("claimant", "Example Ltd")),
    ],
)
def test_a_labelled_line_is_understood(line: str, expected: tuple[str, str]) -> None:
    assert read(line) == [expected]


@pytest.mark.parametrize("line", ["https://www.example.net/x", "Hello: world", "12:30:00", "no label here", ""])
def test_other_lines_are_none(line: str) -> None:
    assert read(line) == []


def test_a_value_goes_on_over_the_next_lines() -> None:
    assert read("Reasons:\nfirst\nsecond\n\nthird") == [("reasons", "first\nsecond")]
    assert read("Reasons:\n\nfirst") == [("reasons", "first")]


@pytest.mark.parametrize("after", ["\n\nErika Beispiel", "\nPhone: 03-1234-5678", "\nClaimant: Erika Beispiel", "\n住所：東京都"])
def test_what_follows_a_comment_never_becomes_part_of_it(after: str) -> None:
    stated = dict(read(f"Comments to forward: please remove it{after}"))
    assert stated["comments-to-forward"] == "please remove it"


def test_a_log_may_hold_what_looks_like_labels() -> None:
    text = "Log:\nAug  3 10:00:00 web sshd[1]: Failed password\nAug  3 10:00:01 web sshd[1]: Failed password\nReasons: none"
    assert read(text)[0] == ("log-lines", text.split("\n", 1)[1].rsplit("\n", 1)[0])


def test_an_empty_label_is_kept_as_left_empty() -> None:
    assert read("Claimant:\nReasons: because") == [("claimant", ""), ("reasons", "because")]


def test_names_are_compared_without_case_and_separators() -> None:
    assert canonical_name("SOURCE-port") == canonical_name("source port") == "port"
    assert canonical_name("unheard of") == ""


def test_what_is_said_freely_is_what_has_no_label() -> None:
    assert unlabelled("Category: spam\nI am angry.\nReasons:\nbecause\n\nBye").split() == ["I", "am", "angry.", "Bye"]


def test_at_most_as_many_labels_are_read_as_allowed() -> None:
    text = "Reasons: x\n" * 10
    assert [len(labelled_lines(text, at_most=limit)) for limit in (9, 10, 11)] == [9, 10, 10]


@given(st.text(alphabet="ab :：=【】\n\t|理由", max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert all(one.name and 0 <= one.line <= text.count("\n") for one in labelled_lines(text, at_most=100))
