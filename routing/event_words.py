"""Words that tell what is reported: phrases of a kind with their weight, from event_words.toml.

The reporter's words are read without links and mail addresses, whose parts say nothing ("report@phishing.example").
"""

import re
import tomllib
from collections import defaultdict
from importlib.resources import files

from config.events import Event

_Phrase = tuple[str, Event, int]  # phrase, event, weight


def _load() -> tuple[_Phrase, ...]:
    """Every phrase, the weightiest first."""
    plain = tomllib.loads((files("routing") / "event_words.toml").read_text("utf-8"))
    found = [
        (phrase, Event(event), int(weight))
        for event, by_weight in plain.items()
        for weight, phrases in by_weight.items()
        for phrase in phrases
    ]
    return tuple(sorted(found, key=lambda one: -one[2]))


_PHRASES = _load()

_WORD_BEGINNING = re.compile(r"([a-z0-9]{1,3})[a-z0-9]*+")


def _beginning(phrase: str) -> str:
    """How a word of a text that holds the phrase must begin; "" where that cannot be told.   Of other scripts, its first letter."""
    if not phrase[0].isascii():
        return phrase[0]
    found = _WORD_BEGINNING.match(phrase)
    return found[1] if found and (found.end() < len(phrase) or len(found[1]) == 3) else ""


def _by_beginning() -> dict[str, tuple[int, ...]]:
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for number, (phrase, _, _) in enumerate(_PHRASES):
        numbers[_beginning(phrase)].append(number)
    return {beginning: tuple(found) for beginning, found in numbers.items()}


# Only phrases that can be in a text are looked for in it.
_BY_BEGINNING = _by_beginning()
_OTHER_LETTERS = tuple(beginning for beginning in _BY_BEGINNING if not beginning.isascii())

# A page of a kind, not a mail of that kind.
_PAGE = re.compile(
    r"\b(?:phish\w{0,5}|fake|fraud\w{0,6}|malicious|malware|scam|infected)[\s-]{1,3}(?:web\s?)?(?:sites?|pages?|urls?|links?|domains?|hosts?|hosting)\b"
    r"|\bhost(?:s|ing|ed)?\s(?:a\s)?(?:phishing|malware|fraud)"
    r"|(?:フィッシング|偽の?|詐欺|不正|マルウェア(?:配布)?)(?:サイト|ページ)",
    re.IGNORECASE,
)
_PAGE_STEMS = ("phish", "fake", "fraud", "malicious", "malware", "scam", "infected", "フィッシング", "偽", "詐欺", "不正", "マルウェア")
_LINK = re.compile(r"[a-z]{3,6}://[!-~]{1,2048}")
# Lines that say nothing of the matter.
_FOOTER = re.compile(r"©|\(c\)|copyright (?:19|20)\d\d|all rights reserved|confidential")


def weigh(text: str) -> dict[Event, tuple[float, str]]:
    """What each event's words come to in a text, and the weightiest of them; events without any are left out.

    Each phrase counts once, the weightiest of an event in full and the others in part.   text: as spoken() gives it.
    """
    if not text:
        return {}
    weighed: dict[Event, tuple[float, str]] = {}
    for number in _possible(text):
        phrase, event, weight = _PHRASES[number]
        place = text.find(phrase)
        if place < 0 or (phrase[0].isascii() and not _at_word_start(text, phrase, place)):
            continue
        known = weighed.get(event)
        weighed[event] = (known[0] + 0.3 * weight, known[1]) if known else (float(weight), phrase.strip())
    return weighed


def _possible(text: str) -> list[int]:
    """The numbers of the phrases that can be in a text, in order."""
    beginnings = {"", *_WORD_BEGINNING.findall(text)}
    if not text.isascii():
        beginnings.update(letter for letter in _OTHER_LETTERS if letter in text)
    return sorted(number for beginning in beginnings if beginning in _BY_BEGINNING for number in _BY_BEGINNING[beginning])


def spoken(text: str, at_most: int) -> str:
    """The part of a text that is words: lower case, links, mail addresses and footers taken out."""
    text = text[:at_most].lower()
    if "://" in text:
        text = _LINK.sub(" ", text)
    if _FOOTER.search(text):
        text = "\n".join(line for line in text.split("\n") if not _FOOTER.search(line))
    if "@" in text:
        text = " ".join(word for word in text.replace("\n", " \n ").split(" ") if "@" not in word)
    return text


def page_of_a_kind(text: str) -> str:
    """The words that call a page (not a mail) phishing or malicious, or ""."""
    small = text.lower()
    match = _PAGE.search(text) if any(stem in small for stem in _PAGE_STEMS) else None
    return match[0] if match else ""


def _at_word_start(text: str, phrase: str, place: int) -> bool:
    for _ in range(20):
        if place == 0 or not (text[place - 1].isascii() and text[place - 1].isalnum()):
            return True
        place = text.find(phrase, place + 1)
        if place < 0:
            return False
    return False
