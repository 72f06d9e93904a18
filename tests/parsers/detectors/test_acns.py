import pytest

from config.limits import Limits
from parsers.acns import read_acns
from parsers.defects import DefectKind
from parsers.report import FoundAs
from tests.parsers.fixture_mail import accused, reading_of


@pytest.mark.parametrize(
    "name, number",
    [
        ("in-its-own-part", 100),
        ("in-a-signed-text", 101),
        ("quoted-by-a-forwarder", 102),
        ("carriage-returns-written-out", 103),
        ("tags-do-not-match", 104),
        ("entities-are-not-expanded", 107),
    ],
)
def test_a_notice_in_any_wrapping_names_address_port_time_and_case(name: str, number: int) -> None:
    (report,) = reading_of(f"acns/{name}.eml").reports
    (address,) = report.addresses
    assert (report.found_as, report.machine_type) == (FoundAs.ACNS, "acns")
    assert (str(address.ip), address.port, str(address.at)) == (f"203.0.113.{number}", 51413, "2026-08-02 22:59:50+00:00")
    assert report.stated_value("case-id") == f"case-{number}"
    assert report.stated_value("file-name") == "a.film.of.our.own.mkv"


def test_the_complainant_is_the_claimant_and_the_provider_is_not() -> None:
    (report,) = reading_of("acns/in-its-own-part.eml").reports
    assert report.stated_value("claimant") == "Film & Music Rights, A. Notice, notice@rights.example"


def test_a_page_in_the_source_is_a_link() -> None:
    read = reading_of("acns/page-not-address.eml")
    assert [link.url for link in read.reports[0].links] == ["https://www.shop.example/film"]
    assert accused(read) == ["198.51.100.105"]


def test_tags_that_do_not_match_are_flagged_and_lose_only_their_own_value() -> None:
    (report,) = reading_of("acns/tags-do-not-match.eml").reports
    assert [defect.kind for defect in report.defects] == [DefectKind.SCHEMA]
    assert report.stated_value("title") == "A Film of Our Own"


def test_entities_that_a_notice_declares_are_not_expanded() -> None:
    (report,) = reading_of("acns/entities-are-not-expanded.eml").reports
    assert report.stated_value("title") == "&b;&f;"


def test_two_notices_in_one_text_are_two_reports() -> None:
    notice = "<Infringement><Source><IP_Address>{}</IP_Address></Source></Infringement>\n"
    found = read_acns(notice.format("203.0.113.1") + "and\n" + notice.format("203.0.113.2"), Limits())
    assert [str(one.addresses[0].ip) for one in found] == ["203.0.113.1", "203.0.113.2"]


def test_the_word_infringement_alone_is_no_notice() -> None:
    assert read_acns("Notice of <b>Infringement</b>", Limits()) == ()
