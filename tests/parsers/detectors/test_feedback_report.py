from datetime import datetime

import pytest

from parsers.report import Feedback, FoundAs, Role
from parsers.submission import Door
from tests.parsers.fixture_mail import accused, message_ids, raw_of, reading, reading_of


@pytest.mark.parametrize(
    "name, number",
    [
        ("abuse", 60),
        ("headers-only", 61),
        ("without-report-type", 63),
        ("without-source-ip", 64),
        ("junk-mail-report-without-feedback-part", 66),
        ("auth-failure", 69),
        ("original-in-base64", 71),
        ("passed-on-as-attachment", 74),
        ("ja", 75),
        ("separator-before-the-mail", 76),
    ],
)
def test_a_feedback_report_in_any_form_gives_the_mail_with_its_header(name: str, number: int) -> None:
    read = reading_of(f"arf/{name}.eml")
    (report,) = read.reports
    assert report.found_as is FoundAs.ARF
    assert report.has_full_headers
    assert message_ids(read) == [f"<spam-{number}@mailer.example>"]


@pytest.mark.parametrize(
    "name, feedback",
    [
        ("abuse", Feedback.ABUSE),
        ("fraud-with-our-link", Feedback.FRAUD),
        ("not-spam", Feedback.NOT_SPAM),
        ("opt-out", Feedback.OPT_OUT),
        ("auth-failure", Feedback.AUTH_FAILURE),
        ("junk-mail-report-without-feedback-part", Feedback.ABUSE),
        ("fields-in-the-text", Feedback.ABUSE),
    ],
)
def test_the_kind_of_feedback_is_told(name: str, feedback: Feedback) -> None:
    assert reading_of(f"arf/{name}.eml").reports[0].feedback is feedback


@pytest.mark.parametrize("name", ["without-the-mail", "original-redacted", "fields-in-the-text"])
def test_a_report_without_its_mail_is_structured_and_not_header_less_mail(name: str) -> None:
    read = reading_of(f"arf/{name}.eml")
    (report,) = read.reports
    assert report.found_as is FoundAs.ARF
    assert report.message is None
    assert accused(read)


def test_the_stated_source_is_a_claim_with_time_and_port() -> None:
    (report,) = reading_of("arf/without-the-mail.eml").reports
    (address,) = report.addresses
    assert (str(address.ip), address.role, address.origin, address.port) == ("203.0.113.62", Role.SOURCE, "arf:source-ip", 25011)
    assert address.at == datetime.fromisoformat("2026-08-03T08:00:00+09:00")
    assert [(link.url, link.origin) for link in report.links] == [("http://offers.elsewhere.example/62", "arf")]


def test_what_is_worked_out_is_told_apart_from_what_is_stated() -> None:
    (report,) = reading_of("arf/without-source-ip.eml").reports
    assert {value.name: value.is_derived for value in report.stated} == {
        "feedback-type": False,
        "user-agent": False,
        "version": False,
        "original-mail-from": True,
        "original-rcpt-to": True,
        "message-id": True,
    }


def test_a_junk_mail_report_states_nothing_itself() -> None:
    (report,) = reading_of("arf/junk-mail-report-without-feedback-part.eml").reports
    assert all(value.is_derived for value in report.stated)
    assert report.stated_value("source-ip") == "203.0.113.66"
    assert report.stated_value("original-rcpt-to") == "user@mail.example"


def test_a_tagged_ipv6_literal_is_read() -> None:
    assert accused(reading_of("arf/ja.eml")) == ["2001:db8:10::75"]


def test_a_claim_that_disagrees_with_the_mail_replaces_nothing() -> None:
    read = reading_of("arf/source-ip-disagrees-with-the-mail.eml")
    (report,) = read.reports
    assert accused(read) == ["203.0.113.72"]
    assert [str(hop.from_ip) for hop in report.hops] == ["10.1.2.3", "198.51.100.72"]


def test_a_mail_that_mentions_feedback_in_passing_is_no_feedback_report() -> None:
    raw = b"From: a@reporter.example\nTo: abuse@example-host.jp\n\nYour Feedback-Type: field is missing.\n\nFeedback-Type: what is it?\n"
    assert reading(raw, door=Door.SMTP).reports[0].found_as is not FoundAs.ARF


def test_the_header_of_a_report_is_that_of_the_reported_mail() -> None:
    raw = raw_of("arf/abuse.eml")
    (report,) = reading_of("arf/abuse.eml").reports
    assert report.header is not None
    assert report.header.text("subject") == "Special offer 60"
    assert report.source in raw
