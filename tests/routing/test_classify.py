"""Which event: four steps, the first that tells it decides."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from config.events import Event
from parsers.report import Feedback, FoundAs, Link, MessageHead, Outcome, Reading, Report, Stated
from routing.classify import Classified, classify
from tests.routing.desk import FIXTURES, decided, house, letter, read, submitted

TOLD = sorted([*(FIXTURES / "eml" / "vendor").glob("*.eml"), *(FIXTURES / "eml" / "logs").glob("*.eml")])
LETTER = letter("hello")


def classified(report: Report, reading: Reading | None = None, raw: bytes = LETTER, **policy: object) -> Classified:
    plain, _ = house()
    return classify(report, reading or read(raw), submitted(raw), replace(plain, **policy))  # type: ignore[arg-type]


def words(text: str, **more: object) -> Report:
    return replace(Report(found_as=FoundAs.OWN_WORDS, words=text, text=text), **more)  # type: ignore[arg-type]


# 1. the recipient


@pytest.mark.parametrize("key", ["abuse+phishing@example-host.jp", "abuse+phishing", "phishing"])
def test_the_address_that_it_was_sent_to_decides_first(key: str) -> None:
    raw = letter("Category: spam", to="Abuse+Phishing@example-host.jp")
    found = classified(words("", stated=(Stated(name="category", value="spam"),)), raw=raw, events_by_recipient={key: Event.PHISHING_SITE})
    assert (found.event, found.step) == (Event.PHISHING_SITE, "recipient")


def test_an_address_without_an_event_says_nothing() -> None:
    assert classified(words("spam spam"), events_by_recipient={"other": Event.COPYRIGHT}).step == "content"


# 2. a machine report's own type


@pytest.mark.parametrize(
    "machine_type, event",
    [
        ("messaging/spam", Event.SPAM),
        ("connection/login_attack", Event.UNAUTHORIZED_ACCESS),
        ("login-attack", Event.UNAUTHORIZED_ACCESS),
        ("content/malware", Event.MALWARE_SITE),
        ("content/remote_compromise", Event.WEBSITE_TAMPERING),
        ("content/phishing", Event.PHISHING_SITE),
        ("copyright/p2p", Event.COPYRIGHT),
        ("Harassment", Event.DEFAMATION_PRIVACY),
        ("content/exposed_data", Event.PERSONAL_INFORMATION),
        ("content/brand_infringement", Event.TRADEMARK),
        ("content/csam", Event.ILLEGAL_ACTIVITY),
    ],
)
def test_a_machine_report_says_its_type(machine_type: str, event: Event) -> None:
    found = classified(Report(found_as=FoundAs.XARF, machine_type=machine_type))
    assert (found.event, found.step) == (event, "machine-type")


def test_an_unheard_of_type_says_nothing() -> None:
    assert classified(Report(found_as=FoundAs.XARF, machine_type="x/y")).step == "content"


def test_an_acns_notice_is_of_copyright() -> None:
    assert classified(Report(found_as=FoundAs.ACNS)).event is Event.COPYRIGHT


def test_feedback_of_fraud_is_a_phishing_site_only_where_a_link_is_reported() -> None:
    link = Link(url="https://a.example/", host="a.example", origin="arf")
    assert classified(Report(found_as=FoundAs.ARF, feedback=Feedback.FRAUD, links=(link,))).event is Event.PHISHING_SITE
    assert classified(Report(found_as=FoundAs.ARF, feedback=Feedback.FRAUD)).event is Event.SPAM


@pytest.mark.parametrize("feedback", [Feedback.ABUSE, Feedback.VIRUS, Feedback.AUTH_FAILURE])
def test_feedback_about_a_mail_is_of_spam(feedback: Feedback) -> None:
    assert classified(Report(found_as=FoundAs.ARF, feedback=feedback)).event is Event.SPAM


# 3. a form field


@pytest.mark.parametrize(
    "value, event",
    [
        ("phishing-site", Event.PHISHING_SITE),
        ("Phishing", Event.PHISHING_SITE),
        ("名誉毀損", Event.DEFAMATION_PRIVACY),
        ("個人情報の掲載", Event.PERSONAL_INFORMATION),
        ("SSH brute force", Event.UNAUTHORIZED_ACCESS),
        ("Other", Event.OTHER),
    ],
)
def test_a_form_field_names_the_event(value: str, event: Event) -> None:
    found = classified(words("spam spam spam", stated=(Stated(name="category", value=value),)))
    assert (found.event, found.step) == (event, "form-field")


def test_a_form_field_that_says_nothing_is_passed_over() -> None:
    assert classified(words("port scan", stated=(Stated(name="category", value="abuse"),))).step == "content"


# 4. what is reported


@pytest.mark.parametrize(
    "text, event",
    [
        ("Your customer sends unsolicited mail.", Event.SPAM),
        ("A port scan came from your network.", Event.UNAUTHORIZED_ACCESS),
        ("The file is a trojan.", Event.MALWARE_SITE),
        ("The page was defaced.", Event.WEBSITE_TAMPERING),
        ("A fake login page of our bank.", Event.PHISHING_SITE),
        ("You infringe my copyright.\n© 2026 Example", Event.COPYRIGHT),
        ("The post is libel.", Event.DEFAMATION_PRIVACY),
        ("It shows my personal information.", Event.PERSONAL_INFORMATION),
        ("A picture of me without my consent.", Event.PORTRAIT_RIGHTS),
        ("Counterfeit goods under our trademark.", Event.TRADEMARK),
        ("An unlicensed online casino.", Event.ILLEGAL_ACTIVITY),
        ("The page is a nuisance.", Event.NUISANCE),
        ("A complaint about your service.", Event.OTHER),
        ("誹謗中傷されています。", Event.DEFAMATION_PRIVACY),
        ("肖像権の侵害です。", Event.PORTRAIT_RIGHTS),
        ("児童ポルノが掲載されています。", Event.ILLEGAL_ACTIVITY),
        ("嫌がらせを受けています。", Event.NUISANCE),
        ("貴社サービスへの苦情です。", Event.OTHER),
    ],
)
def test_the_reporters_words_tell_the_event(text: str, event: Event) -> None:
    found = classified(words(text), raw=letter(text, subject="Report"))
    assert (found.event, found.step) == (event, "content")


@pytest.mark.parametrize("text", ["© 2026 copyright 2026 Example", "https://trademark.example/phishing", "write to phishing@bank.example"])
def test_links_addresses_and_footers_say_nothing(text: str) -> None:
    assert classified(words(text)).event is Event.OTHER


MAIL = Report(found_as=FoundAs.ATTACHED, message=MessageHead(), has_full_headers=True, text="buy")


@pytest.mark.parametrize("text", ["", "I got this phishing mail.", "This mail carries a virus, an attack on us."])
def test_a_mail_with_headers_is_spam_whatever_kind_of_mail_it_is(text: str) -> None:
    assert classified(replace(MAIL, words=text)).event is Event.SPAM


@pytest.mark.parametrize("text", ["It leads to a phishing site.", "Please close this fake website.", "フィッシングサイトへの誘導です。"])
def test_a_mail_with_headers_is_about_a_page_where_its_reporter_says_so(text: str) -> None:
    assert classified(replace(MAIL, words=text)).event is Event.PHISHING_SITE


def test_every_step_that_was_tried_is_in_the_trace() -> None:
    steps = classified(words("port scan")).steps
    assert [step.rule for step in steps] == ["event-by-recipient", "event-by-machine-type", "event-by-form-field", "event-by-content"]
    assert [step.outcome for step in steps] == [Outcome.MISS, Outcome.MISS, Outcome.MISS, Outcome.HIT]
    assert all(step.because for step in steps)


@pytest.mark.parametrize("path", TOLD, ids=lambda path: path.stem)
def test_a_vendor_report_is_of_the_event_that_its_header_says(path: Path) -> None:
    match = re.search(rb"^X-Fixture-Event: (.*)$", path.read_bytes(), re.MULTILINE)
    assert match
    assert decided(path.read_bytes()).leading.event in [Event(word) for word in match[1].decode().split()]
