"""Tests of parsers/own_site.py."""

import pytest

from parsers.report import Role
from parsers.submission import Door
from tests.parsers.fixture_mail import reading


def roles(words: str, author: str = "ken@reporter.example") -> dict[str, Role]:
    """What each host that a report links to is."""
    header = f"Received: from a by mx.example-host.jp; Mon, 3 Aug 2026 11:30:00 +0900\nFrom: {author}\nTo: abuse@example-host.jp\n"
    read = reading(f"{header}Subject: report\n\n{words}".encode(), door=Door.SMTP)
    return {link.host: link.role for link in read.reports[0].links}


def test_beside_another_link_the_reporters_own_site_is_only_mentioned() -> None:
    said = roles("Phishing: http://www.shop.example/login\n\nKen\nhttps://www.reporter.example/\n")
    assert said == {"www.shop.example": Role.SOURCE, "www.reporter.example": Role.MENTIONED}


def test_a_site_alone_is_what_is_complained_of() -> None:
    assert roles("Our page was defaced: http://www.reporter.example/index.html\n") == {"www.reporter.example": Role.SOURCE}


def test_a_site_behind_a_label_is_what_is_complained_of() -> None:
    said = roles("URL: http://www.reporter.example/index.html\nCopy of it: http://www.mirror.example/1\n")
    assert said["www.reporter.example"] is Role.SOURCE


@pytest.mark.parametrize("dashes", ["-- ", "--"])
def test_below_a_signatures_dashes_a_site_is_mentioned_even_alone(dashes: str) -> None:
    assert roles(f"See the picture.\n{dashes}\nKen\nhttps://www.reporter.example/\n") == {"www.reporter.example": Role.MENTIONED}


def test_the_desks_own_people_may_report_what_is_on_the_desks_own_site() -> None:
    said = roles("http://member.example-host.jp/a and http://www.shop.example/b\n", author="staff@example-host.jp")
    assert set(said.values()) == {Role.SOURCE}


def test_a_mail_handed_in_as_a_file_has_no_reporter() -> None:
    mail = b"Received: from a by b; Mon, 3 Aug 2026 11:30:00 +0900\nFrom: x@shop.example\nTo: v@victim.example\nSubject: buy\n\n"
    (report,) = reading(mail + b"http://www.shop.example/ http://www.cdn.example/\n").reports
    assert {link.role for link in report.links} == {Role.SOURCE}
