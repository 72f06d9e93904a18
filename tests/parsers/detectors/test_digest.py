import pytest

from parsers.report import FoundAs
from tests.parsers.fixture_mail import message_ids, reading_of


def test_each_mail_of_a_digest_is_a_report() -> None:
    read = reading_of("attached/digest.eml")
    assert [report.found_as for report in read.reports] == [FoundAs.DIGEST, FoundAs.DIGEST]
    assert message_ids(read) == ["<spam-15@mailer.example>", "<spam-16@mailer.example>"]


@pytest.mark.parametrize("name", ["digest", "digest-with-a-blank-line-too-many"])
def test_a_blank_line_too_many_hides_no_header(name: str) -> None:
    assert all(report.has_full_headers for report in reading_of(f"attached/{name}.eml").reports)
