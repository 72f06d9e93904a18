"""The thirteen events, each rule of the policy with the fixtures made for it."""

from pathlib import Path

import pytest

from config.events import EVENTS as RULES
from config.events import Event, Family, Item, rule_of
from routing.verdict import Reason, Verdict
from tests.routing.desk import EVENTS, decided, expected_event, expected_missing, letter

COMPLETE = [path for path in EVENTS if "-complete-" in path.stem]
WITHOUT = [path for path in EVENTS if "-without-" in path.stem]
WEB = [path for path in COMPLETE if expected_event(path) not in (Event.SPAM, Event.UNAUTHORIZED_ACCESS)]


def named(path: Path) -> str:
    return path.stem


def elsewhere(raw: bytes) -> bytes:
    """The same report about another network."""
    moved = raw.replace(b"203.0.113.9", b"198.51.100.9")
    for name in (b"files", b"www.club", b"login.shop", b"blog", b"board", b"gallery", b"outlet", b"casino", b"news", b"help"):
        moved = moved.replace(name + b".example-host.jp", name + b".elsewhere.example")
    return moved


def test_each_event_has_a_complete_submission_in_english_and_japanese() -> None:
    assert {(expected_event(path), path.stem[-2:]) for path in COMPLETE} == {
        (event, language) for event in Event for language in ("en", "ja")
    }


def test_each_item_of_each_event_has_a_submission_without_it() -> None:
    assert {(expected_event(path), *expected_missing(path)) for path in WITHOUT} == {
        (rule.event, item) for rule in RULES for item in rule.prepare
    }


@pytest.mark.parametrize("path", COMPLETE, ids=named)
def test_a_complete_submission_is_accepted_as_its_event(path: Path) -> None:
    decision = decided(path.read_bytes())
    assert (decision.verdict, decision.leading.event, decision.leading.missing) == (Verdict.ACCEPTED, expected_event(path), ())


@pytest.mark.parametrize("path", WITHOUT, ids=named)
def test_an_incomplete_submission_names_exactly_what_is_missing(path: Path) -> None:
    leading = decided(path.read_bytes()).leading
    assert (leading.event, leading.missing) == (expected_event(path), expected_missing(path))


@pytest.mark.parametrize("path", [path for path in WITHOUT if expected_event(path) is not Event.SPAM], ids=named)
def test_an_incomplete_submission_is_refused_for_it(path: Path) -> None:
    assert decided(path.read_bytes()).leading.reason is Reason.MISSING_INFORMATION


@pytest.mark.parametrize("path", COMPLETE, ids=named)
def test_the_same_about_another_network_is_refused_as_such(path: Path) -> None:
    assert decided(elsewhere(path.read_bytes())).leading.reason is Reason.OUT_OF_NETWORK


@pytest.mark.parametrize("path", WEB, ids=named)
def test_a_page_of_ours_is_accepted_for_its_link(path: Path) -> None:
    assert decided(path.read_bytes()).leading.reason is Reason.LINK_IN_NETWORK


def test_spam_without_headers_is_refused() -> None:
    raw = next(path for path in WITHOUT if path.stem == "spam-without-headers").read_bytes()
    assert decided(raw).leading.reason is Reason.NO_HEADERS


def test_spam_whose_link_alone_is_ours_is_accepted_as_content() -> None:
    raw = next(path for path in COMPLETE if path.stem == "spam-complete-en").read_bytes()
    moved = raw.replace(b"203.0.113.9", b"198.51.100.9").replace(b"Buy now.", b"Buy at https://www.shop.example/")
    assert decided(moved).leading.reason is Reason.LINK_IN_NETWORK


def test_unauthorized_access_without_date_time_and_log_is_refused() -> None:
    decision = decided(letter("Category: unauthorized-access\n\nSomebody at 203.0.113.9 attacked us."))
    assert (decision.leading.reason, decision.leading.missing) == (Reason.MISSING_INFORMATION, (Item.LOG_LINES, Item.DATE_TIME))


@pytest.mark.parametrize("event", [rule.event for rule in RULES if rule.family is Family.FACT_CHECK])
def test_a_rights_claim_is_never_refused_for_want_of_headers(event: Event) -> None:
    path = next(path for path in COMPLETE if expected_event(path) is event)
    assert Item.HEADERS not in rule_of(event).prepare
    assert decided(path.read_bytes()).leading.reason is not Reason.NO_HEADERS


@pytest.mark.parametrize("words", ["This is a phishing site.", "フィッシングサイトです。"])
def test_header_less_spam_that_its_reporter_calls_a_phishing_site_is_accepted_for_its_link(words: str) -> None:
    raw = next(path for path in WITHOUT if path.stem == "spam-without-headers").read_bytes()
    leading = decided(raw.replace(b"This is spam.", words.encode())).leading
    assert (leading.event, leading.reason) == (Event.PHISHING_SITE, Reason.LINK_IN_NETWORK)


def test_header_less_spam_that_itself_speaks_of_a_phishing_site_is_accepted_for_its_link() -> None:
    raw = next(path for path in WITHOUT if path.stem == "spam-without-headers").read_bytes()
    shown = raw.replace(b"This is spam.", b"See below.").replace(b"Buy now:", b"Warning, phishing site:")
    assert decided(shown).leading.event is Event.PHISHING_SITE
