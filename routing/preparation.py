"""Information to prepare: whether each item of an event's contract is there.

A labelled line counts when it is filled in; where people say a thing without a label, their words count too. Comments
to forward are the exception: nothing is shown to a contractor that was not marked as meant for him.
A notice by schema (ARF, XARF, ACNS) carries its own complainant and proof; of it only the matter itself is asked.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from config.events import Event, Item, rule_of
from parsers.labels import unlabelled
from parsers.report import FoundAs, Reading, Report, Role
from parsers.submission import Submission
from routing.texts import LANGUAGES, form_for

_BY_SCHEMA = frozenset({FoundAs.ARF, FoundAs.XARF, FoundAs.ACNS})
_READ_CHARS = 20_000

_LATIN_WORD = re.compile(r"[^\W\d_]{2,40}")
_JAPANESE = re.compile(r"[぀-ヿ㐀-鿿]")
_LINK_OR_SIGNATURE = r"h(?:tt|xx)ps?://\S{1,500}|(?m:^-- \n[\s\S]{0,2000})"
_NO_WORDS = re.compile(_LINK_OR_SIGNATURE)
_NO_WORDS_AND_ADDRESSES = re.compile(rf"[\w.+-]{{1,64}}@[\w.-]{{1,255}}|{_LINK_OR_SIGNATURE}")
_FORMULA = re.compile(
    r"(?im)^\s{0,4}(?:hi|hello|dear|good (?:day|morning)|greetings|to whom|thank|thanks|regards|best|kind|sincerely|yours|cheers"
    r"|ご担当者|担当者|お世話|よろしく|以上|敬具)[^\n]{0,60}$"
)

_CLOCK = re.compile(r"(?<!\d)\d{1,2}:\d\d(?!\d)|\d{1,2}時")
_DAY = re.compile(
    r"\b\d\d/\d\d-(?=\d\d:)|\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}月\s?\d{1,2}日"
    r"|\b(?:\d{1,2}[ /-])?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?[ /-]\s?\d{1,4}",
    re.IGNORECASE,
)
_LOG_FILE = re.compile(r"\.(?:log|csv|tsv|txt|pcap|json|xml)(?:\.gz)?$", re.IGNORECASE)


# The letters with which all begins that a pattern finds, an optional one left out.
_PLAIN_BEGINNING = re.compile(r"(?:\\b)?([a-z ]{3,})(?![?*{|])")


def _beginning(pattern: str) -> str:
    """What a text must hold for the pattern to find anything in it; "" where that cannot be told."""
    found = _PLAIN_BEGINNING.match(pattern) if "|" not in re.sub(r"\([^()]*\)", "", pattern) else None
    return found[1] if found else ""


def _load() -> dict[Item, tuple[tuple[str, re.Pattern[str]], ...]]:
    plain = tomllib.loads((files("routing") / "item_words.toml").read_text("utf-8"))
    return {Item(item): tuple((_beginning(one), re.compile(one)) for one in patterns) for item, patterns in plain.items()}


# What people say in small letters when an item is there, though no label says so: how it begins, and the whole.
_SAID = _load()


@dataclass(frozen=True, kw_only=True)
class _Given:
    """What a submission gives, for the detectors to look at."""

    event: Event
    report: Report
    reading: Reading

    @cached_property
    def filled_in(self) -> frozenset[str]:
        """Canonical names of the labelled lines that were filled in; the form's own words count as left empty."""
        return frozenset(one.name for one in self.report.stated if one.value.strip(" -–_.\n") and one.value.strip() not in _placeholders())

    @cached_property
    def words(self) -> str:
        """The reporter's words, links and mail addresses taken out, and what the list to fill in says itself."""
        words = self.report.words[:_READ_CHARS]
        for line in _form_lines():
            words = words.replace(line, "")
        return _without_links(words)

    @cached_property
    def _in_small(self) -> str:
        return self.words.lower()

    @cached_property
    def said(self) -> int:
        """How many words are said freely; two Japanese letters count as one."""
        free = _FORMULA.sub("", _without_links(unlabelled(self.report.words[:_READ_CHARS])))
        spaced, japanese = _JAPANESE.subn(" ", free)
        return len(_LATIN_WORD.findall(spaced)) + japanese // 2

    @cached_property
    def is_by_schema(self) -> bool:
        """Whether it is a machine report that a schema governs."""
        return self.report.found_as in _BY_SCHEMA

    @cached_property
    def names_source(self) -> bool:
        """Whether an address is accused."""
        return any(one.role is Role.SOURCE for one in self.report.addresses)

    @cached_property
    def names_link(self) -> bool:
        """Whether a link is complained of; a machine's notice and one of peer-to-peer copies name an address instead."""
        is_by_machine = self.is_by_schema or self.report.found_as is FoundAs.VENDOR_TEXT
        by_address = self.names_source and (is_by_machine or self.event is Event.COPYRIGHT)
        return by_address or any(one.role is Role.SOURCE for one in self.report.links)

    def has(self, *names: str) -> bool:
        """Whether one of the labelled lines is filled in."""
        return not self.filled_in.isdisjoint(names)

    def says(self, item: Item) -> bool:
        """Whether the words give an item without its label."""
        text = self._in_small
        return any(beginning in text and pattern.search(text) is not None for beginning, pattern in _SAID[item])


def _without_links(words: str) -> str:
    """Words without links, mail addresses and what stands below a signature's mark."""
    return (_NO_WORDS_AND_ADDRESSES if "@" in words else _NO_WORDS).sub(" ", words)


def _has_headers(given: _Given) -> bool:
    return given.report.has_full_headers or given.is_by_schema or (given.report.message is None and given.names_source)


def _has_body(given: _Given) -> bool:
    report = given.report
    own_text = "" if report.message is not None and report.text == report.words else report.text
    return given.is_by_schema or bool(own_text.strip() or report.links or report.attachments)


def _has_log_lines(given: _Given) -> bool:
    """A log, a file of one, or a machine's record of address and time."""
    if given.is_by_schema or given.has("log-lines"):
        return True
    is_record = given.report.found_as is FoundAs.VENDOR_TEXT and given.names_source and _has_date_time(given)
    return is_record or any(_LOG_FILE.search(one.filename) for one in given.report.attachments)


def _has_date_time(given: _Given) -> bool:
    if given.is_by_schema or any(one.at is not None for one in given.report.addresses) or given.report.message is not None:
        return True
    if any(one.name == "date-time" and any(letter.isdigit() for letter in one.value) for one in given.report.stated):
        return True
    logged = "\n".join(one.value for one in given.report.stated if one.name == "log-lines")
    text = f"{given.words}\n{logged}"
    return bool(_CLOCK.search(text) and _DAY.search(text))


def _has_details(label: str) -> Callable[[_Given], bool]:
    """A label, five words said freely, a file, or the mail that led to the page."""

    def has(given: _Given) -> bool:
        shows = given.is_by_schema or given.report.message is not None or bool(given.report.attachments)
        return shows or given.has(label, "problem-details") or given.said >= 5

    return has


def _has_or_says(item: Item) -> Callable[[_Given], bool]:
    return lambda given: given.is_by_schema or given.has(item) or given.says(item)


def _has_claimant(given: _Given) -> bool:
    """A labelled line, words that name somebody, or the name that the reporter writes under."""
    if given.is_by_schema or given.has("claimant") or given.says(Item.CLAIMANT):
        return True
    name, bracket, _ = given.reading.head.from_.rpartition("<")
    return bool(bracket and name.strip(' "')) and "@" not in name


def _has_explanation(given: _Given) -> bool:
    return given.is_by_schema or given.has("explanation", "problem-details") or given.said >= 8


_DETECTORS: dict[Item, Callable[[_Given], bool]] = {
    Item.HEADERS: _has_headers,
    Item.BODY: _has_body,
    Item.LOG_LINES: _has_log_lines,
    Item.DATE_TIME: _has_date_time,
    Item.SOURCE_ADDRESS: lambda given: given.names_source,
    Item.URLS: lambda given: given.names_link,
    Item.LOCATION: lambda given: given.names_link or given.has("location"),
    Item.PROBLEM_DETAILS: _has_details("problem-details"),
    Item.TAMPERING_DETAILS: _has_details("tampering-details"),
    Item.PHISHING_DETAILS: _has_details("phishing-details"),
    Item.PROOF_OF_RIGHTS: _has_or_says(Item.PROOF_OF_RIGHTS),
    Item.COMMENTS_TO_FORWARD: lambda given: given.is_by_schema or given.has("comments-to-forward"),
    Item.CLAIMANT: _has_claimant,
    Item.AFFECTED_PERSON: _has_or_says(Item.AFFECTED_PERSON),
    Item.SUPPORTING_INFORMATION: lambda given: bool(given.report.attachments) or _has_or_says(Item.SUPPORTING_INFORMATION)(given),
    Item.REASONS: _has_or_says(Item.REASONS),
    Item.EXPLANATION: _has_explanation,
    Item.OUR_INVOLVEMENT: _has_or_says(Item.OUR_INVOLVEMENT),
    Item.WANTED_RESULT: _has_or_says(Item.WANTED_RESULT),
}


def missing_items(event: Event, report: Report, reading: Reading, submission: Submission) -> tuple[Item, ...]:
    """The items of the event's contract that are not there, in the contract's order."""
    given = _Given(event=event, report=report, reading=reading)
    return tuple(item for item in rule_of(event).prepare if not _DETECTORS[item](given))


@cache
def _form_lines() -> frozenset[str]:
    """The lines of the list to fill in, as they are when nobody filled them in."""
    return frozenset(line for language in LANGUAGES for line in form_for(tuple(Item), language))


@cache
def _placeholders() -> frozenset[str]:
    """What the list to fill in says in place of a value."""
    return frozenset(line.partition(": ")[2] for line in _form_lines())
