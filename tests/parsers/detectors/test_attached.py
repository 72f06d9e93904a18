import pytest

from parsers.report import FoundAs
from parsers.submission import Door
from tests.parsers.fixture_mail import chains, hits, message_ids, reading, reading_of


@pytest.mark.parametrize(
    "name, number",
    [
        ("by-outlook", 1),
        ("by-apple-mail-inline", 2),
        ("in-base64", 3),
        ("as-the-whole-body", 4),
        ("as-octet-stream", 5),
        ("as-a-text-file", 6),
        ("headers-in-a-text-file", 7),
        ("headers-only-part", 8),
        ("headers-only-part-in-the-singular", 9),
        ("below-a-quoted-separator", 18),
        ("below-a-separator-in-quotes", 19),
        ("ja-iso-2022-jp", 20),
        ("with-utf8-headers", 21),
        ("by-a-report-button", 23),
    ],
)
def test_an_attached_mail_is_reported_with_its_own_chain(name: str, number: int) -> None:
    read = reading_of(f"attached/{name}.eml")
    (report,) = read.reports
    assert report.found_as is FoundAs.ATTACHED
    assert report.has_full_headers
    assert message_ids(read) == [f"<spam-{number}@mailer.example>"]
    assert not any(address.startswith("192.0.2.") for address in chains(read)[0]), "the reporter's own hop is never the spam's"


def test_the_innermost_mail_is_reported_where_the_others_only_carry_it() -> None:
    read = reading_of("attached/carried-by-two-forwarders.eml")
    assert message_ids(read) == ["<spam-10@mailer.example>"]
    assert read.reports[0].path == "2.2"


def test_three_attached_mails_are_three_reports_each_judged_by_itself() -> None:
    read = reading_of("attached/three-mails-three-verdicts.eml")
    assert [report.path for report in read.reports] == ["2", "3", "4"]
    assert [report.has_full_headers for report in read.reports] == [True, True, False]


def test_a_mail_without_received_lines_is_header_less() -> None:
    (report,) = reading_of("attached/without-a-trace.eml").reports
    assert report.message is not None
    assert not report.has_full_headers


def test_a_bounce_that_is_attached_is_itself_what_is_reported() -> None:
    assert message_ids(reading_of("attached/a-bounce-is-what-is-reported.eml")) == ["<bounce-26@mx.customer.example>"]


def test_the_submission_wrapped_by_a_list_is_no_reported_mail() -> None:
    read = reading_of("attached/wrapped-by-a-list.eml")
    assert [report.found_as for report in read.reports] == [FoundAs.OWN_WORDS]
    assert "attached" not in hits(read)


def test_the_words_show_the_text_of_a_mail_that_is_only_a_header() -> None:
    (report,) = reading_of("attached/headers-in-a-text-file.eml").reports
    assert [(link.url, link.origin) for link in report.links] == [("http://offers.elsewhere.example/7", "words")]


def test_the_trace_names_the_part_that_was_looked_at() -> None:
    read = reading_of("attached/by-outlook.eml")
    step = next(step for step in read.steps if step.rule == "attached")
    assert (step.outcome, step.path) == ("hit", "2")


def test_a_text_file_that_is_no_mail_stays_a_file() -> None:
    raw = (
        b"From: a@reporter.example\r\nTo: abuse@example-host.jp\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\n\r\nSee the notes.\r\n--b\r\nContent-Type: text/plain; name=notes.txt\r\n\r\n"
        b"Subject: to discuss\r\nnothing more\r\n--b--\r\n"
    )
    assert "attached" not in hits(reading(raw, door=Door.SMTP))
