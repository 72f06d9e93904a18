from tests.parsers.fixture_mail import chains, hits, message_ids, reading_of


def test_a_header_whose_folds_became_tabs_is_read() -> None:
    read = reading_of("pasted/cofense.eml")
    assert "cofense" in hits(read)
    assert message_ids(read) == ["<p-cofense@out.shop.example>"]
    assert chains(read) == [["10.1.2.3", "203.0.113.9"]]


def test_the_listed_links_are_refanged() -> None:
    (report,) = reading_of("pasted/cofense.eml").reports
    assert [link.url for link in report.links] == ["http://www.shop.example/claim?id=7"]


def test_the_reporters_block_is_not_the_mails_text() -> None:
    (report,) = reading_of("pasted/cofense.eml").reports
    assert report.text == ""
    assert "Reporting User" in report.words
