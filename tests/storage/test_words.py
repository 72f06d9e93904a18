"""Text is cut so that a person finds it again, in Japanese too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.words import TERMS, WORD_CHARS, Term, terms_of, words_of


@pytest.mark.parametrize(
    "text, words",
    [
        ("Buy NOW!", "buy now"),
        ("https://www.Shop.example/a_b", "https www shop example a b"),
        ("198.51.100.7", "198 51 100 7"),
        ("迷惑メール", "迷惑 惑メ メー ール ル"),
        ("都", "都"),
        ("東京tower", "東京 京 tower"),
        ("ＡＢＣ　１２３", "abc 123"),
        ("ﾒｰﾙ", "メー ール ル"),
        ("Grüße", "grüße"),
        ("", ""),
    ],
)
def test_a_text_becomes_words(text: str, words: str) -> None:
    assert words_of(text) == words


def test_a_long_word_is_cut() -> None:
    assert words_of("a" * WORD_CHARS) == "a" * WORD_CHARS
    assert words_of("a" * (WORD_CHARS + 1)) == "a" * WORD_CHARS
    assert words_of("ä" * (WORD_CHARS + 1)) == "ä" * WORD_CHARS


@pytest.mark.parametrize(
    "query, terms",
    [
        ("buy now", (Term(words=("buy",)), Term(words=("now",)))),
        ("www.shop.example", (Term(words=("www", "shop", "example")),)),
        ("shop.exam*", (Term(words=("shop", "exam"), is_prefix=True),)),
        ("迷惑メール", (Term(words=("迷惑", "惑メ", "メー", "ール")),)),
        ("都", (Term(words=("都",), is_prefix=True),)),
        ("東京tower", (Term(words=("東京",)), Term(words=("tower",)))),
        ('" OR 1=1 --', (Term(words=("or",)), Term(words=("1", "1")))),
        ("*&!", ()),
        ("", ()),
    ],
)
def test_a_search_becomes_terms(query: str, terms: tuple[Term, ...]) -> None:
    assert terms_of(query) == terms


def test_a_search_asks_for_so_many_terms_and_no_more() -> None:
    for number in (TERMS - 1, TERMS, TERMS + 1):
        assert len(terms_of("a " * number)) == min(number, TERMS)


@given(st.text(max_size=200))
def test_words_are_letters_and_digits_between_single_blanks(text: str) -> None:
    words = words_of(text)
    assert all(word.isalnum() for word in words.split(" ")) or not words
    assert all(word.isalnum() for term in terms_of(text) for word in term.words)


@given(st.text(alphabet="aB1 .-東京都のメ", min_size=1, max_size=30), st.text(max_size=20), st.text(max_size=20))
def test_every_term_of_a_stretch_stands_in_a_text_that_holds_it(query: str, before: str, after: str) -> None:
    words = f" {words_of(f'{before} {query} {after}')} "
    for term in terms_of(query):
        assert f" {' '.join(term.words)}" in words
