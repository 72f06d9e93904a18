import pytest

from parsers.report import FoundAs
from tests.parsers.fixture_mail import accused, chains, hits, reading_of


@pytest.mark.parametrize("name", ["spamcop", "spamcop-older"])
def test_the_offending_mail_is_evidence_and_the_named_address_a_claim(name: str) -> None:
    read = reading_of(f"pasted/{name}.eml")
    (report,) = read.reports
    assert "spamcop" in hits(read)
    assert chains(read) == [["10.1.2.3", "203.0.113.9"]]
    assert accused(read) == ["203.0.113.9"]
    assert report.addresses[0].origin == "spamcop:email-from"
    assert str(report.addresses[0].at) == "2026-08-03 10:00:05+09:00"


def test_the_services_own_links_are_not_the_spams() -> None:
    (report,) = reading_of("pasted/spamcop.eml").reports
    assert [link.host for link in report.links] == ["www.shop.example"]


def test_a_report_of_a_site_without_its_mail_gives_the_site() -> None:
    (report,) = reading_of("pasted/spamcop-site.eml").reports
    assert report.found_as is FoundAs.VENDOR_TEXT
    assert [link.host for link in report.links] == ["www.shop.example"]
    assert not report.has_full_headers
