from parsers.report import FoundAs
from parsers.submission import Door
from tests.parsers.fixture_mail import hits, raw_of, reading, reading_of


def test_a_file_is_itself_the_reported_mail() -> None:
    read = reading_of("malformed/byte-order-mark.eml")
    assert [report.found_as for report in read.reports] == [FoundAs.BARE]
    assert read.reports[0].has_full_headers
    assert read.peeled == ()


def test_over_smtp_the_outermost_mail_is_the_reporters() -> None:
    assert "bare" not in hits(reading(raw_of("malformed/separator-first.eml"), door=Door.SMTP))


def test_a_report_in_the_file_beats_the_file() -> None:
    for name in ("attached/by-outlook.eml", "arf/without-the-mail.eml", "acns/in-its-own-part.eml", "xarf/v2-port-scan.eml"):
        assert reading(raw_of(name), door=Door.FILE).reports[0].found_as is not FoundAs.BARE, name


def test_a_file_without_received_lines_is_header_less() -> None:
    (report,) = reading(b"From: a@mailer.example\nSubject: offer\nMessage-ID: <1@mailer.example>\n\nBuy.\n").reports
    assert (report.found_as, report.has_full_headers) == (FoundAs.BARE, False)
