import pytest

from parsers.report import FoundAs, Outcome
from tests.parsers.fixture_mail import chains, message_ids, reading_of

CHAIN = ["10.1.2.3", "203.0.113.9"]


@pytest.mark.parametrize(
    "name, message_id",
    [
        ("plain", "p-plain"),
        ("quoted", "p-quoted"),
        ("quoted-three-deep", "p-three"),
        ("indented", "p-indented"),
        ("lost-folds", "p-lost"),
        ("flowed", "p-flowed"),
        ("html-pre", "p-pre"),
        ("html-outlook", "p-outlook"),
        ("html-breaks", "p-breaks"),
        ("full-width-colon", "p-wide"),
        ("no-break-blanks", "p-nbsp"),
        ("double-spaced", "p-spaced"),
        ("clear-signed", "p-signed"),
        ("attached-headers", "p-attached"),
        ("japanese", "p-ja"),
    ],
)
def test_pasted_headers_are_the_reported_mails_own(name: str, message_id: str) -> None:
    read = reading_of(f"pasted/{name}.eml")
    (report,) = read.reports
    assert report.found_as is FoundAs.PASTED_HEADERS
    assert report.has_full_headers
    assert message_ids(read) == [f"<{message_id}@out.shop.example>"]
    assert chains(read) == [CHAIN]
    assert [link.url for link in report.links] == ["http://www.shop.example/claim?id=7"]


def test_a_link_broken_over_two_flowed_lines_is_one_link() -> None:
    (report,) = reading_of("pasted/flowed-with-deleted-blanks.eml").reports
    assert [link.url for link in report.links] == ["http://www.shop.example/claim/over/two/lines?id=8"]


def test_the_reporters_signature_is_no_part_of_the_quoted_mail() -> None:
    (report,) = reading_of("pasted/quoted.eml").reports
    assert "reporter.example" not in report.text
    assert report.words == "Hi abuse team"


@pytest.mark.parametrize("name", ["headers-only", "exim-dmarc-failure"])
def test_headers_alone_are_full_headers(name: str) -> None:
    read = reading_of(f"pasted/{name}.eml")
    assert read.reports[0].has_full_headers
    assert chains(read) == [CHAIN]


def test_masked_addresses_are_full_headers_without_an_address() -> None:
    read = reading_of("pasted/masked-addresses.eml")
    assert read.reports[0].has_full_headers
    assert chains(read) == [["None", "None"]]


def test_headers_without_received_lines_are_kept_and_are_not_full() -> None:
    (report,) = reading_of("pasted/without-received.eml").reports
    assert report.found_as is FoundAs.PASTED_HEADERS
    assert not report.has_full_headers
    assert report.header is not None
    assert report.header.text("x-originating-ip") == "[203.0.113.9]"


def test_two_pasted_mails_are_two_reports() -> None:
    read = reading_of("pasted/two-mails.eml")
    assert message_ids(read) == ["<p-first@out.shop.example>", "<p-second@out.elsewhere.example>"]
    assert [len(report.links) for report in read.reports] == [1, 1]


def test_the_source_of_a_mail_is_opened_as_a_mail() -> None:
    (report,) = reading_of("pasted/source-with-parts.eml").reports
    assert "重要なお知らせ" in report.text
    assert "http://www.shop.example/html?x=1" in [link.url for link in report.links]


def test_the_submissions_own_header_reports_nothing() -> None:
    read = reading_of("pasted/own-message-id.eml")
    assert read.reports[0].found_as is FoundAs.OWN_WORDS
    assert not read.reports[0].has_full_headers


def test_the_trace_says_where_the_headers_stood() -> None:
    read = reading_of("pasted/quoted.eml")
    (step,) = [step for step in read.steps if step.rule == "pasted-headers"]
    assert step.outcome is Outcome.HIT
    assert step.span is not None
