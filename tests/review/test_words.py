"""Both languages say everything."""

import re
import string
from pathlib import Path

import pytest

from review.words import language_of, words_in
from routing.decision_table import TABLE
from routing.verdict import Reason
from tests.review.conftest import TestDesk

TEMPLATES = Path(__file__).parents[2] / "review" / "templates"


def test_no_text_is_missing_in_either_language() -> None:
    assert words_in("en").texts.keys() == words_in("ja").texts.keys()


def test_a_text_asks_for_the_same_values_in_both() -> None:
    for key in words_in("en").texts:
        names = [{name for _, name, _, _ in string.Formatter().parse(words_in(each).texts[key]) if name} for each in ("en", "ja")]
        assert names[0] == names[1], key


def test_the_sentence_of_each_rule_is_the_tables_own_and_is_there_for_each_reason() -> None:
    assert {f"rule.{reason}" for reason in Reason} == {key for key in words_in("ja").texts if key.startswith("rule.")}
    for rule in TABLE:
        assert words_in("en")(f"rule.{rule.reason}") == rule.sentence


def test_every_key_that_a_template_names_exists() -> None:
    for path in TEMPLATES.glob("*.html"):
        for key in re.findall(r"""\bt\(\s*['"]([a-z-]+\.[a-z0-9-]+)['"]\s*[,)]""", path.read_text()):
            assert key in words_in("en").texts, (path.name, key)


@pytest.mark.parametrize(
    "accepted,language",
    [
        ("", "en"),
        ("ja", "ja"),
        ("ja-JP,en;q=0.5", "ja"),
        ("fr, en;q=0.2, ja;q=0.4", "ja"),
        ("de", "en"),
        ("ja;q=x,en", "en"),
        (",;q=" * 99, "en"),
    ],
)
def test_the_browser_says_which(accepted: str, language: str) -> None:
    assert language_of(accepted) == language


def test_a_chosen_language_stays(shared_desk: TestDesk) -> None:
    browser = shared_desk.browser("vera")
    assert "拒否した通報" in browser.get("/rejected?lang=ja")
    assert "拒否した通報" in browser.get("/rejected")
    assert "Rejected" in browser.get("/rejected?lang=en")


@pytest.mark.parametrize(
    "path", ["/", "/rejected", "/held", "/accepted", "/cases", "/scan", "/holds", "/retention", "/keys", "/replay", "/policy"]
)
def test_every_page_exists_in_japanese(shared_desk: TestDesk, path: str) -> None:
    assert '<html lang="ja">' in shared_desk.browser("ada").get(f"{path}?lang=ja")
