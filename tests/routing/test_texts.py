"""Texts for people: in both languages, nothing missing, the policy page printed from the table."""

import re
from pathlib import Path

import pytest

from config.events import EVENTS, Event, Family, Item
from parsers.labels import canonical_name
from routing.texts import LANGUAGES, Texts, event_named, form_for, render_events, texts_in
from routing.verdict import VERDICT_OF, Reason, Verdict
from routing.workflow import State

DOCS = Path(__file__).parents[2] / "docs"
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def every_text(texts: Texts) -> list[str]:
    plain = [text for one in texts.events.values() for text in (one.name, *one.names, one.what, one.refused)]
    plain += [text for one in texts.items.values() for text in (one.label, one.ask)]
    plain += [text for one in texts.reasons.values() for text in (one.line, one.letter)]
    for table in (texts.copy, texts.states, texts.notes, *texts.families.values()):
        plain += table.values()
    return plain


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_item_reason_and_state_has_a_text(language: str) -> None:
    texts = texts_in(language)
    assert set(texts.events) == set(Event)
    assert set(texts.items) == set(Item)
    assert set(texts.reasons) == set(Reason)
    assert set(texts.families) == set(Family)
    assert set(texts.states) == {state.value for state in State}
    assert all(text.strip() for text in every_text(texts))


def test_both_languages_have_the_same_keys() -> None:
    english, japanese = texts_in("en"), texts_in("ja")
    for name in ("answers", "copy", "states", "notes", "page"):
        assert list(getattr(english, name)) == list(getattr(japanese, name))


def test_the_japanese_texts_are_japanese_and_the_english_ones_english() -> None:
    assert all(JAPANESE.search(text) for text in every_text(texts_in("ja")) if len(text) > 2)
    assert not any(JAPANESE.search(text) for text in every_text(texts_in("en")))


def test_both_languages_fill_in_the_same_values() -> None:
    for reason in Reason:
        blanks = [set(re.findall(r"\{(\w+)\}", texts_in(language).reasons[reason].line)) for language in LANGUAGES]
        assert blanks[0] == blanks[1]


@pytest.mark.parametrize("reason", [reason for reason in Reason if VERDICT_OF[reason] is not Verdict.ACCEPTED])
def test_every_answer_line_has_room_for_the_reference(reason: Reason) -> None:
    assert "{reference}" in texts_in("en").reasons[reason].line


def test_what_cannot_be_given_in_a_language_is_given_in_english() -> None:
    assert texts_in("fr").language == "en"


def test_japanese_comes_first_where_both_are_shown() -> None:
    assert LANGUAGES == ("ja", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_event_is_known_by_each_of_its_names(language: str) -> None:
    for event, text in texts_in(language).events.items():
        assert {event_named(name) for name in (event.value, text.name, *text.names)} == {event}


def test_a_word_that_names_no_event_is_none() -> None:
    assert event_named("abuse") is None
    assert event_named("") is None


LABELLED = set(Item) - {Item.HEADERS, Item.BODY, Item.SOURCE_ADDRESS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_labels_of_the_list_to_fill_in_are_understood(language: str) -> None:
    texts = texts_in(language)
    assert {item: canonical_name(texts.items[item].label) for item in LABELLED} == {item: item.value for item in LABELLED}


def test_the_list_to_fill_in_has_a_line_for_each_item() -> None:
    lines = form_for((Item.URLS, Item.CLAIMANT), "en")
    assert [line.partition(":")[0] for line in lines] == ["URL", "Claimant"]


def test_the_page_of_the_policy_is_printed_from_the_table(request: pytest.FixtureRequest) -> None:
    text = render_events("en") + "\n" + render_events("ja")
    path = DOCS / "events.md"
    if request.config.getoption("--bless"):
        path.write_text(text, "utf-8")
    assert path.read_text("utf-8") == text, "docs/events.md is not up to date: pytest tests/routing/test_texts.py --bless"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_names_every_event_and_every_item(language: str) -> None:
    page = render_events(language)
    assert all(f"(`{rule.event}`)" in page and all(f"(`{item}`)" in page for item in rule.prepare) for rule in EVENTS)
