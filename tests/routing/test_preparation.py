"""Information to prepare: each item has a detector, labelled in both languages and in free words."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.events import EVENTS, Event, EventRule, Item
from parsers.report import FoundAs, MessageHead, Report, ReportedAddress, Role
from routing.preparation import _SAID, missing_items
from routing.texts import LANGUAGES, form_for, texts_in
from tests.routing.desk import decided, letter, read, submitted


def missing(event: Event, report: Report, raw: bytes) -> tuple[Item, ...]:
    return missing_items(event, report, read(raw), submitted(raw))


def missing_in(event: Event, body: str, *, from_: str = "reporter@reporter.example") -> tuple[Item, ...]:
    raw = letter(body, from_=from_)
    return missing(event, read(raw).reports[0], raw)


@pytest.mark.parametrize("rule", EVENTS, ids=lambda rule: rule.event.value)
def test_an_empty_report_misses_everything_in_the_order_of_the_policy(rule: EventRule) -> None:
    assert missing_in(rule.event, "") == rule.prepare


LABELLED = [item for item in Item if item not in (Item.HEADERS, Item.BODY, Item.LOG_LINES, Item.URLS, Item.LOCATION)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("item", LABELLED)
def test_the_label_that_we_ask_for_is_understood(item: Item, language: str) -> None:
    values = {Item.SOURCE_ADDRESS: "203.0.113.9", Item.DATE_TIME: "2026-08-03 10:00 JST"}
    body = f"{texts_in(language).items[item].label}: {values.get(item, 'Erika')}"
    event = next(rule.event for rule in EVENTS if item in rule.prepare)
    assert item not in missing_in(event, body)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_sent_back_unfilled_counts_for_nothing(language: str) -> None:
    for rule in EVENTS[1:]:
        assert missing_in(rule.event, "\n".join(form_for(rule.prepare, language))) == rule.prepare


@pytest.mark.parametrize(
    "event, item, words",
    [
        (Event.PHISHING_SITE, Item.PHISHING_DETAILS, "This page poses as our bank and steals passwords."),
        (Event.PHISHING_SITE, Item.PHISHING_DETAILS, "当行を装って暗証番号を入力させるページです。"),
        (Event.COPYRIGHT, Item.PROOF_OF_RIGHTS, "I am the author of the book."),
        (Event.COPYRIGHT, Item.PROOF_OF_RIGHTS, "私が撮影した写真です。"),
        (Event.TRADEMARK, Item.PROOF_OF_RIGHTS, "The mark is ours, registration No. 1234567."),
        (Event.TRADEMARK, Item.PROOF_OF_RIGHTS, "登録第1234567号の商標です。"),
        (Event.COPYRIGHT, Item.CLAIMANT, "I write on behalf of Example Ltd."),
        (Event.COPYRIGHT, Item.CLAIMANT, "例示花子と申します。"),
        (Event.COPYRIGHT, Item.CLAIMANT, "Yours faithfully,\nErika Beispiel"),
        (Event.DEFAMATION_PRIVACY, Item.AFFECTED_PERSON, "The post spreads lies about me."),
        (Event.PORTRAIT_RIGHTS, Item.AFFECTED_PERSON, "私の写真が掲載されています。"),
        (Event.ILLEGAL_ACTIVITY, Item.REASONS, "This violates the law."),
        (Event.NUISANCE, Item.REASONS, "損害が生じています。"),
        (Event.ILLEGAL_ACTIVITY, Item.SUPPORTING_INFORMATION, "A screenshot is attached."),
        (Event.OTHER, Item.OUR_INVOLVEMENT, "It is on your server."),
        (Event.OTHER, Item.WANTED_RESULT, "訂正をお願いします。"),
        (Event.OTHER, Item.EXPLANATION, "The page has shown a wrong telephone number for a whole week now."),
    ],
)
def test_what_is_said_without_a_label_counts(event: Event, item: Item, words: str) -> None:
    assert item not in missing_in(event, words)


def test_comments_to_forward_count_only_where_they_are_marked_as_such() -> None:
    body = "Please forward this to your customer: he should remove the picture."
    assert Item.COMMENTS_TO_FORWARD in missing_in(Event.COPYRIGHT, body)
    assert Item.COMMENTS_TO_FORWARD not in missing_in(Event.COPYRIGHT, "Comments to forward: he should remove the picture.")


def test_the_name_that_a_reporter_writes_under_is_a_claimant() -> None:
    assert Item.CLAIMANT not in missing_in(Event.COPYRIGHT, "", from_="Erika Beispiel <erika@reporter.example>")
    assert Item.CLAIMANT in missing_in(Event.COPYRIGHT, "", from_='"erika@reporter.example" <erika@reporter.example>')


def test_a_greeting_and_a_link_are_no_details() -> None:
    assert missing_in(Event.PHISHING_SITE, "Dear abuse team, good morning,\nhttps://www.shop.example/\nKind regards and many thanks") == (
        Item.PHISHING_DETAILS,
    )


def test_log_lines_without_a_time_miss_the_time() -> None:
    log = "sshd[1]: Failed password for root from 203.0.113.9 port 22 ssh2"
    assert missing_in(Event.UNAUTHORIZED_ACCESS, log) == (Item.DATE_TIME,)
    assert missing_in(Event.UNAUTHORIZED_ACCESS, f"Aug  3 10:00:00 web {log}") == ()


def test_a_sentence_with_a_time_is_no_log() -> None:
    assert missing_in(Event.UNAUTHORIZED_ACCESS, "Your 203.0.113.9 attacked us at 10:00:00 on 2026-08-03.") == (Item.LOG_LINES,)


SCHEMAS = (FoundAs.ARF, FoundAs.XARF, FoundAs.ACNS)


@pytest.mark.parametrize("found_as", SCHEMAS)
@pytest.mark.parametrize("event", list(Event))
def test_a_notice_by_schema_is_asked_for_the_matter_alone(found_as: FoundAs, event: Event) -> None:
    accused = ReportedAddress(ip=read(letter("from 203.0.113.9")).reports[0].addresses[0].ip, role=Role.SOURCE, origin="xarf:source")
    assert missing(event, Report(found_as=found_as, addresses=(accused,)), letter("")) == ()


def test_a_peer_to_peer_notice_is_about_its_address() -> None:
    assert Item.URLS not in missing_in(Event.COPYRIGHT, "Infringed Work: Some Film\nInfringer's IP Address: 203.0.113.9")


def test_a_mail_without_a_text_misses_its_body() -> None:
    raw = letter("words")
    mail = Report(found_as=FoundAs.ATTACHED, message=MessageHead(), has_full_headers=True, text="words", words="words")
    assert missing(Event.SPAM, mail, raw) == (Item.BODY,)
    assert missing(Event.SPAM, replace(mail, text="buy"), raw) == ()


def test_the_reporters_answer_to_a_refusal_is_complete_when_the_list_is_filled_in() -> None:
    form = "Proof of rights: registration 77\nComments to forward: please remove it\nClaimant: Erika Beispiel"
    again = letter(f"Category: copyright\nURL: https://blog.example-host.jp/x\n{form}", subject="Re: Report R-ABCD")
    assert decided(again).leading.missing == ()


_PATTERNS = st.sampled_from([said for patterns in _SAID.values() for said in patterns])


@given(_PATTERNS.flatmap(lambda one: st.tuples(st.just(one[0]), st.from_regex(one[1]))))
def test_what_a_pattern_finds_holds_what_is_looked_for_first(found: tuple[str, str]) -> None:
    beginning, text = found
    assert beginning in text
