"""One way to cut text into words, for SQLite's FTS5 and PostgreSQL's tsvector alike.

Neither engine cuts Japanese, so the words are cut here, and the engines only index what stands between blanks: runs of letters
and digits as they are, runs of Han, Kana or Hangul as overlapping pairs and the last character by itself. A pair is found as
a phrase, a single character as the beginning of a pair. www.shop.example is the phrase "www shop example".
"""

import re
import unicodedata
from dataclasses import dataclass

WORD_CHARS = 64  # longer words are cut: hashes in links, lines of base64
TERMS = 16

# Kana; Han with extension A and the compatibility block; Hangul syllables.  Everything else that is a letter or a digit is a word.
_PAIRED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_RUN = re.compile(rf"([{_PAIRED}]+)|[^\W_{_PAIRED}]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Words that must follow each other; is_prefix: the last of them may go on."""

    words: tuple[str, ...]
    is_prefix: bool = False


def words_of(text: str) -> str:
    """The words of a text, lower case, divided by blanks, in their order."""
    plain = _plain(text)
    if plain.isascii():
        return " ".join(word[:WORD_CHARS] for word in _ASCII_RUN.findall(plain))
    words: list[str] = []
    for run in _RUN.finditer(plain):
        words += _pairs(run[0], with_last=True) if run[1] else [run[0][:WORD_CHARS]]
    return " ".join(words)


def terms_of(query: str) -> tuple[Term, ...]:
    """What a person's search asks for: every term must be there; a star at the end of one lets its last word go on.

    Gives () when nothing searchable was written.
    """
    return tuple(term for part in _plain(query).split()[:TERMS] for term in _terms_in(part))


_ASCII_RUN = re.compile(r"[a-z0-9]+")


def _plain(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).lower()


def _pairs(run: str, *, with_last: bool) -> list[str]:
    pairs = [run[at : at + 2] for at in range(len(run) - 1)]
    return [*pairs, run[-1]] if with_last or not pairs else pairs


def _terms_in(part: str) -> list[Term]:
    """The terms in a stretch without blanks: each run of pairs by itself, what stands between them as one phrase."""
    terms: list[Term] = []
    words: list[str] = []
    for run in _RUN.finditer(part):
        if not run[1]:
            words.append(run[0][:WORD_CHARS])
            continue
        if words:
            terms.append(Term(words=tuple(words)))
            words = []
        terms.append(Term(words=tuple(_pairs(run[0], with_last=False)), is_prefix=len(run[0]) == 1))
    if words:
        terms.append(Term(words=tuple(words), is_prefix=part.endswith("*")))
    return terms
