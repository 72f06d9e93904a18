"""Labels of every language open a forwarded mail; a reply's quote does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.forward_labels import _BY_LANGUAGE, LABELS, LANGUAGES, Label
from parsers.forwarded import find_forward, is_forward_subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_words_of_each_language_open_a_forward(language: str) -> None:
    words = {label: written.split("|")[0] for label, written in _BY_LANGUAGE[language].items()}
    head = f"{words[Label.FROM]}: A <a@a.example>\n{words[Label.DATE]}: x\n{words[Label.TO]}: b@b.example\n"
    text = f"{head}{words[Label.SUBJECT]}: offer\n\nbuy\n"
    forward = find_forward(text)
    assert forward is not None
    assert (forward.head.from_, forward.head.subject, forward.head.to) == ("A <a@a.example>", "offer", "b@b.example")
    assert forward.body == "buy"


def test_no_word_means_two_things() -> None:
    meanings: dict[str, set[Label]] = {}
    for labels in _BY_LANGUAGE.values():
        for label, written in labels.items():
            for word in written.split("|"):
                meanings.setdefault(word.casefold(), set()).add(label)
    assert {word: labels for word, labels in meanings.items() if len(labels) > 1} == {}
    assert len(meanings) == len(LABELS)


def test_there_are_at_least_twenty_five_languages() -> None:
    assert len(LANGUAGES) >= 25


@pytest.mark.parametrize(
    "text",
    [
        "*From:* A <a@a.example>\n*Sent:* x\n*Subject:* offer\n\nbuy",
        "> From: A <a@a.example>\n> Subject: offer\n>\n> buy",
        "| From: A <a@a.example>\n| Subject: offer\n|\n| buy",
        "差出人：A <a@a.example>\n件名：offer\n本文：\nbuy",
        "差出人　：　A <a@a.example>\n件名　　：　offer\n\nbuy",
        "Subject: offer\nDate: x\nFrom: A <a@a.example>\n\nbuy",
        "From: A <a@a.example>\nTo: b@b.example,\n  c@b.example\nSubject: offer\nbuy",
        "From:\tA <a@a.example>\nCc: d@b.example\nCc: e@b.example\nSubject:\toffer\n\n\nbuy",
        "----- Forwarded Message ----- From: A <a@a.example>To: B <b@b.example>Sent: xSubject: offer\n buy\nbuy",
    ],
)
def test_labels_are_read_as_clients_write_them(text: str) -> None:
    forward = find_forward(text)
    assert forward is not None
    assert (forward.head.from_, forward.head.subject) == ("A <a@a.example>", "offer")
    assert forward.body.split()[0] == "buy"


@pytest.mark.parametrize(
    "value, from_",
    [
        ("A [mailto:a@a.example]", "A <a@a.example>"),
        ("A<mailto:a@a.example> <a@a.example<mailto:a@a.example>>", "A <a@a.example>"),
        ("=?utf-8?b?44GC?= <a@a.example>", "あ <a@a.example>"),
        ('"A" <a@a.example>;', '"A" <a@a.example>'),
    ],
)
def test_an_author_is_written_as_mail_writes_him(value: str, from_: str) -> None:
    forward = find_forward(f"From: {value}\nSubject: offer\n\nbuy")
    assert forward is not None
    assert forward.head.from_ == from_


def test_a_forward_that_holds_only_a_forward_gives_the_inner_one() -> None:
    inner = "-----Original Message-----\nFrom: A <a@a.example>\nSubject: offer\n\nbuy"
    forward = find_forward(f"FYI\n\n-----Original Message-----\nFrom: B <b@b.example>\nSubject: FW: offer\n\n{inner}")
    assert forward is not None
    assert forward.head.from_ == "A <a@a.example>"


def test_a_forward_with_words_of_its_own_is_the_first_one() -> None:
    inner = "-----Original Message-----\nFrom: A <a@a.example>\nSubject: offer\n\nbuy"
    forward = find_forward(f"-----Original Message-----\nFrom: B <b@b.example>\nSubject: Re: offer\n\nI want my money back.\n\n{inner}")
    assert forward is not None
    assert forward.head.from_ == "B <b@b.example>"
    assert "buy" in forward.body


@pytest.mark.parametrize(
    "text",
    [
        "",
        "From: somewhere in the network\nplease look",
        "Subject: broken\nthe rest is words",
        "On Mon, Aug 3, 2026 at 10:00 AM A <a@a.example> wrote:\n> hello",
        "From: A\n\n\n\n\n\n\n\n\n\nSubject: far away",
    ],
)
def test_words_are_no_forward(text: str) -> None:
    assert find_forward(text, "Re: offer") is None


@pytest.mark.parametrize("subject", ["Fwd: x", "FW: x", "WG: x", "TR : x", "転送: x", "转发：x", "[ext] Fw: x", "İlt: x"])
def test_a_forwarding_subject_is_known(subject: str) -> None:
    assert is_forward_subject(subject)


@pytest.mark.parametrize("subject", ["", "Re: Fwd: x", "forward this", "Firewall: down", "trouble: x"])
def test_another_subject_is_not(subject: str) -> None:
    assert not is_forward_subject(subject)


@given(st.text(alphabet="From:Subject\n>- 件名：差出人a@", max_size=300), st.sampled_from(["", "Fwd: x"]))
def test_any_text_is_searched(text: str, subject: str) -> None:
    forward = find_forward(text, subject)
    assert forward is None or 0 <= forward.start <= len(text)
