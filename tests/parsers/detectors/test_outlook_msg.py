from parsers.report import FoundAs
from tests.parsers.fixture_mail import chains, message_ids, reading_of


def test_a_received_item_gives_the_transport_header_as_the_mail_had_it() -> None:
    read = reading_of("containers/outlook-item-received.eml")
    (report,) = read.reports
    assert report.found_as is FoundAs.OUTLOOK_MSG
    assert report.has_full_headers
    assert chains(read) == [["10.1.2.3", "203.0.113.51"]]
    assert [link.url for link in report.links] == ["http://offers.elsewhere.example/31"]


def test_an_item_without_transport_headers_is_header_less_and_still_tells_who_what_and_where() -> None:
    (report,) = reading_of("containers/outlook-item-without-transport-headers.eml").reports
    assert not report.has_full_headers
    assert report.message is not None
    assert report.message.subject == "Special offer 32"
    assert report.message.from_ == '"Prize Dept" <offers@mailer.example>'
    assert report.message.message_id == "<spam-32@mailer.example>"
    assert report.message.date is not None
    assert report.message.date.isoformat() == "2026-08-02T22:59:50+00:00"
    assert [link.host for link in report.links] == ["offers.elsewhere.example"]


def test_an_item_in_an_item_is_the_reported_one() -> None:
    assert message_ids(reading_of("containers/outlook-item-in-an-item.eml")) == ["<spam-33@mailer.example>"]


def test_an_item_handed_in_as_a_file_is_known_by_its_first_bytes() -> None:
    read = reading_of("containers/handed-in.msg")
    assert message_ids(read) == ["<spam-34@mailer.example>"]


def test_strings_that_are_not_unicode_are_read_in_the_items_code_page() -> None:
    (report,) = reading_of("containers/outlook-item-in-cp932.eml").reports
    assert report.message is not None
    assert report.message.subject == "当選のお知らせ"
    assert report.message.from_ == '"賞品係" <offers@mailer.example>'
    assert "お手続きはこちら" in report.text
