from pathlib import Path

import pytest

from parsers.report import FoundAs
from tests.parsers.fixture_mail import MAILS, hits, reading_of

NO_FORWARDS = {"reply-is-no-forward", "own-answer-quoted"}
FORWARDS = sorted(path.stem for path in (MAILS / "forwarded-inline").glob("*.eml") if path.stem not in NO_FORWARDS)


@pytest.mark.parametrize("name", FORWARDS)
def test_a_forward_tells_who_and_what_about_and_is_header_less(name: str) -> None:
    (report,) = reading_of(f"forwarded-inline/{name}.eml").reports
    assert report.found_as is FoundAs.INLINE_FORWARD
    assert report.message is not None
    assert "offers@shop.example" in report.message.from_
    assert report.message.subject
    assert not report.has_full_headers
    assert report.hops == ()
    assert [link.url for link in report.links] == ["http://www.shop.example/claim?id=7"]


@pytest.mark.parametrize("name", sorted(NO_FORWARDS))
def test_a_quoted_reply_is_no_forward(name: str) -> None:
    assert "inline-forward" not in hits(reading_of(f"forwarded-inline/{name}.eml"))


@pytest.mark.parametrize(
    "name, subject",
    [
        ("gmail", "Special offer for you"),
        ("outlook-ja", "重要なお知らせ"),
        ("form-ja", "重要なお知らせ"),
        ("sender-ja", "重要なお知らせ"),
        ("webmail-zh-hans", "紧急通知"),
        ("webmail-zh-hant", "緊急通知"),
        ("webmail-ko", "결제 확인"),
        ("webmail-ru", "Ваш приз"),
        ("thunderbird-fr", "Votre cadeau"),
        ("forwarded-twice", "Special offer for you"),
        ("yahoo", "Special offer for you"),
    ],
)
def test_the_subject_is_the_forwarded_mails(name: str, subject: str) -> None:
    (report,) = reading_of(f"forwarded-inline/{name}.eml").reports
    assert report.message is not None
    assert report.message.subject == subject


def test_the_date_is_read_where_it_has_a_zone() -> None:
    (report,) = reading_of("forwarded-inline/thunderbird-ja.eml").reports
    assert report.message is not None
    assert str(report.message.date) == "2026-08-03 00:59:58+00:00"


def test_links_above_the_forward_are_the_reporters_own() -> None:
    (report,) = reading_of("forwarded-inline/html-links-below-only.eml").reports
    assert all("reporter.example" not in link.url for link in report.links)
    assert "Ken Sato" in report.words


def test_four_pasted_lines_are_a_forward() -> None:
    (report,) = reading_of("pasted/four-lines.eml").reports
    assert report.found_as is FoundAs.INLINE_FORWARD
    assert report.text.startswith("Dear customer")


def test_there_is_a_fixture_for_every_client_family() -> None:
    families = {Path(name).stem.partition("-")[0] for name in FORWARDS}
    assert families >= {"gmail", "outlook", "apple", "ios", "thunderbird", "yahoo", "webmail", "hotmail", "form"}
