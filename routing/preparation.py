"""Information to prepare: whether each item of an event's contract is there.

A labelled line counts when it is filled in; where people say a thing without a label, their words count too. Comments
to forward are the exception: nothing is shown to a contractor that was not marked as meant for him.
A notice by schema (ARF, XARF, ACNS) carries its own complainant and proof; of it only the matter itself is asked.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

from config.events import Event, Item, rule_of
from parsers.labels import unlabelled
from parsers.report import FoundAs, Reading, Report, Role
from parsers.submission import Submission
from routing.texts import LANGUAGES, texts_in

_BY_SCHEMA = frozenset({FoundAs.ARF, FoundAs.XARF, FoundAs.ACNS})
_READ_CHARS = 20_000

_LATIN_WORD = re.compile(r"[^\W\d_]{2,40}")
_JAPANESE = re.compile(r"[぀-ヿ㐀-鿿]")
_NO_WORDS = re.compile(r"h(?:tt|xx)ps?://\S{1,500}|[\w.+-]{1,64}@[\w.-]{1,255}|(?m:^-- \n[\s\S]{0,2000})")
_FORMULA = re.compile(
    r"(?im)^\s{0,4}(?:hi|hello|dear|good (?:day|morning)|greetings|to whom|thank|thanks|regards|best|kind|sincerely|yours|cheers|abuse (?:desk|team)|ご担当者|担当者|お世話|よろしく|以上|敬具)[^\n]{0,60}$"
)

_CLOCK = re.compile(r"(?<!\d)\d{1,2}:\d\d(?!\d)|\d{1,2}時")
_DAY = re.compile(
    r"\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}月\s?\d{1,2}日"
    r"|\b(?:\d{1,2}[ /-])?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?[ /-]\s?\d{1,4}",
    re.IGNORECASE,
)
_LOG_FILE = re.compile(r"\.(?:log|csv|tsv|txt|pcap|json|xml)(?:\.gz)?$", re.IGNORECASE)

_PROOF = re.compile(
    r"(?:copyright|rights?|trade\s?mark|brand|work)s?[\s-](?:owner|holder)|owner of (?:the|an exclusive|exclusive|all)|exclusive (?:right|licen)|registration (?:no|num)|registered (?:under|trade|mark)"
    r"|i am the (?:author|owner|creator|photographer|artist)|my own (?:work|photo|article|picture)|i (?:created|wrote|took|drew|own)|we own|under penalty of perjury|authori[sz]ed (?:to act|agent|representative)"
    r"|(?:登録|商標登録|特許)(?:番号|第)|著作権者|商標権者|権利者|著作者|著作権を(?:有|保有|所有)|権利を(?:有|保有|所有)|私が(?:作成|撮影|執筆|制作|描)|当社が(?:作成|撮影|制作|保有|所有)",
    re.IGNORECASE,
)
_CLAIMANT = re.compile(
    r"\bon behalf of\b|\bwe represent\b|\bmy name is\b|\bi am (?:the|an?) |\bour client\b|\bthe undersigned\b|\b(?:sincerely|regards|respectfully|yours (?:truly|faithfully)),?\s{0,6}\n\s{0,6}[^\W\d_]{2}"
    r"|代理人|と申します|株式会社|有限会社|弁護士|の者です|私は",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\babout me\b|\bof (?:me|myself|my (?:son|daughter|child|wife|husband|client|family))\b|\bmy (?:name|photo|picture|image|face|client|address|reputation|son|daughter|privacy|private|likeness)\b"
    r"|\bi am the (?:person|one|man|woman)\b|\bi appear\b|\bdefam\w{1,6} (?:me|us|our)\b|\bagainst me\b|\bour (?:company|reputation|employee)|私の|私に|私が|私を|本人|被害者|家族の|当社の(?:名誉|信用|社員)|依頼者",
    re.IGNORECASE,
)
_SUPPORT = re.compile(
    r"\b(?:screenshot|screen shot|attached|enclosed|evidence|proof|see also|according to|document|archive|court|police|verified|confirmed)|スクリーンショット|画面の写し|添付|証拠|資料|確認(?:でき|し)|魚拓|警察|裁判",
    re.IGNORECASE,
)
_REASONS = re.compile(
    r"\b(?:because|since|violat\w{1,4}|illegal under|contrary to|in breach|breach(?:es)?|unlawful|prohibited|against the law|constitutes?|caus(?:es|ed|ing)|damage|offen[cs]e|section \d|article \d|law)\b"
    r"|ため|ので|から、|違反|違法|抵触|法律|条例|第\d{1,4}条|損害|被害|支障|理由",
    re.IGNORECASE,
)
_INVOLVED = re.compile(
    r"\byour (?:server|service|network|company|customer|hosting|platform|system|site|staff|support|contract|client|address|ip)|貴社|御社|貴サービス|貴サーバ|そちらの(?:サーバ|サービス)", re.IGNORECASE
)
_WANTED = re.compile(
    r"\b(?:please|kindly|request|we (?:want|ask|demand|require|expect)|i (?:want|ask|would like|demand)|should be|take down|remove|refund|stop)\b|お願い|希望|ください|下さい|求めます|削除|停止|対応を|返金|要望",
    re.IGNORECASE,
)


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
        """The reporter's words, links and mail addresses taken out."""
        return _NO_WORDS.sub(" ", self.report.words[:_READ_CHARS])

    @cached_property
    def said(self) -> int:
        """How many words are said freely; two Japanese letters count as one."""
        free = _FORMULA.sub("", _NO_WORDS.sub(" ", unlabelled(self.report.words[:_READ_CHARS])))
        return len(_LATIN_WORD.findall(_JAPANESE.sub(" ", free))) + len(_JAPANESE.findall(free)) // 2

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
        """Whether a link is complained of; of a peer-to-peer notice the accused address is where the work is."""
        by_address = self.names_source and (self.is_by_schema or self.event is Event.COPYRIGHT)
        return by_address or any(one.role is Role.SOURCE for one in self.report.links)

    def has(self, *names: str) -> bool:
        """Whether one of the labelled lines is filled in."""
        return not self.filled_in.isdisjoint(names)

    def says(self, pattern: re.Pattern[str]) -> bool:
        """Whether the words say something of that kind."""
        return pattern.search(self.words) is not None


def _has_headers(given: _Given) -> bool:
    return given.report.has_full_headers or given.is_by_schema or (given.report.message is None and given.names_source)


def _has_body(given: _Given) -> bool:
    report = given.report
    return given.is_by_schema or bool(report.text.strip() or report.links or report.attachments)


def _has_log_lines(given: _Given) -> bool:
    if given.is_by_schema or given.has("log-lines"):
        return True
    is_record = given.report.found_as is FoundAs.VENDOR_TEXT and given.has("date-time")
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
    return lambda given: given.is_by_schema or given.has(label, "problem-details") or given.said >= 5 or bool(given.report.attachments)


def _has_label_or(label: str, pattern: re.Pattern[str]) -> Callable[[_Given], bool]:
    return lambda given: given.is_by_schema or given.has(label) or given.says(pattern)


def _has_claimant(given: _Given) -> bool:
    """A labelled line, words that name somebody, or the name that the reporter writes under."""
    if given.is_by_schema or given.has("claimant") or given.says(_CLAIMANT):
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
    Item.PROOF_OF_RIGHTS: _has_label_or("proof-of-rights", _PROOF),
    Item.COMMENTS_TO_FORWARD: lambda given: given.is_by_schema or given.has("comments-to-forward"),
    Item.CLAIMANT: _has_claimant,
    Item.AFFECTED_PERSON: _has_label_or("affected-person", _PERSON),
    Item.SUPPORTING_INFORMATION: lambda given: bool(given.report.attachments) or _has_label_or("supporting-information", _SUPPORT)(given),
    Item.REASONS: _has_label_or("reasons", _REASONS),
    Item.EXPLANATION: _has_explanation,
    Item.OUR_INVOLVEMENT: _has_label_or("our-involvement", _INVOLVED),
    Item.WANTED_RESULT: _has_label_or("wanted-result", _WANTED),
}


def missing_items(event: Event, report: Report, reading: Reading, submission: Submission) -> tuple[Item, ...]:
    """The items of the event's contract that are not there, in the contract's order."""
    given = _Given(event=event, report=report, reading=reading)
    return tuple(item for item in rule_of(event).prepare if not _DETECTORS[item](given))


@cache
def _placeholders() -> frozenset[str]:
    """What the list to fill in says in place of a value."""
    return frozenset(f"({text.ask})" for language in LANGUAGES for text in texts_in(language).items.values())
