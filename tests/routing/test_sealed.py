"""Child abuse material is known as such, whatever else a report is taken for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.events import Event
from parsers.report import FoundAs, MessageHead, Report, Stated
from routing.sealed import _STEMS, _WORDS, is_sealed


@pytest.mark.parametrize(
    "words",
    [
        "The site shows child sexual abuse material.",
        "child pornography at this address",
        "CSAM",
        "pornographic pictures of a child: pornography of a child",
        "pictures of minors in sexual poses",
        "児童ポルノが掲載されています。",
    ],
)
@pytest.mark.parametrize("event", [Event.ILLEGAL_ACTIVITY, Event.OTHER])
def test_words_about_it_seal_a_report(words: str, event: Event) -> None:
    assert is_sealed(event, Report(found_as=FoundAs.OWN_WORDS, words=words))


@pytest.mark.parametrize("machine_type", ["content/csam", "content/csem", "CSAM"])
def test_a_machine_reports_type_seals_it(machine_type: str) -> None:
    assert is_sealed(Event.ILLEGAL_ACTIVITY, Report(found_as=FoundAs.XARF, machine_type=machine_type))


def test_a_form_field_seals_a_report() -> None:
    assert is_sealed(Event.ILLEGAL_ACTIVITY, Report(found_as=FoundAs.OWN_WORDS, stated=(Stated(name="category", value="児童ポルノ"),)))


def test_the_subject_of_a_reported_mail_seals_it() -> None:
    mail = Report(found_as=FoundAs.ATTACHED, message=MessageHead(subject="child porn collection"))
    assert is_sealed(Event.SPAM, mail)


@pytest.mark.parametrize("words", ["an online casino", "my child's photo was used without consent", "a toy shop for children", ""])
def test_other_reports_stay_open(words: str) -> None:
    assert not is_sealed(Event.ILLEGAL_ACTIVITY, Report(found_as=FoundAs.OWN_WORDS, words=words))


@given(st.from_regex(_WORDS))
def test_in_all_that_the_pattern_finds_stands_a_stem(said: str) -> None:
    assert any(stem in said.lower() for stem in _STEMS)
