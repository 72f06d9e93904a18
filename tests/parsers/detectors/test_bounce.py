import pytest

from parsers.report import FoundAs
from parsers.submission import Door
from tests.parsers.fixture_mail import hits, message_ids, reading, reading_of


@pytest.mark.parametrize(
    "name, number",
    [
        ("delivery-status", 130),
        ("delivery-status-with-headers-only", 131),
        ("qmail-copy-in-the-text", 132),
        ("exim-copy-in-the-text", 133),
        ("ja-carrier", 134),
        ("group-refuses-in-words", 138),
    ],
)
def test_a_bounce_gives_the_returned_mail_and_nothing_else_is_looked_for(name: str, number: int) -> None:
    read = reading_of(f"bounces/{name}.eml")
    (report,) = read.reports
    assert report.found_as is FoundAs.BOUNCE
    assert report.has_full_headers
    assert message_ids(read) == [f"<spam-{number}@mailer.example>"]
    assert hits(read) == ["bounce"]


@pytest.mark.parametrize("name", ["ja-out-of-office", "out-of-office-by-its-subject", "read-receipt"])
def test_auto_replies_and_receipts_are_no_reports(name: str) -> None:
    read = reading_of(f"bounces/{name}.eml")
    assert [report.found_as for report in read.reports] == [FoundAs.BOUNCE]
    assert read.reports[0].message is None


@pytest.mark.parametrize("name", ["delivery-status", "read-receipt", "ja-out-of-office", "out-of-office-by-its-subject"])
def test_no_mail_is_answered_to_them(name: str) -> None:
    assert reading_of(f"bounces/{name}.eml").is_automatic


def test_a_person_who_quotes_a_bounce_writes_a_report() -> None:
    assert reading_of("bounces/a-person-forwards-a-bounce.eml").reports[0].found_as is not FoundAs.BOUNCE


@pytest.mark.parametrize(
    "head",
    [
        b"Auto-Submitted: auto-generated\r\nFrom: reports@watch.example\r\nSubject: abuse report\r\n",
        b"From: postmaster@victim.example\r\nSubject: spam from your server\r\n",
        b"Return-Path: <>\r\nFrom: reports@watch.example\r\nSubject: abuse report\r\n",
        b"From: noreply@watch.example\r\nSubject: delivery failure of your customer\r\n",
    ],
)
def test_a_machine_or_postmaster_that_reports_is_not_taken_for_a_bounce(head: bytes) -> None:
    raw = head + b"To: abuse@example-host.jp\r\n\r\nYour server 203.0.113.7 sends spam.\r\n"
    assert reading(raw, door=Door.SMTP).reports[0].found_as is not FoundAs.BOUNCE
