"""Links are found where people and machines write them, and end where the link ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.limits import Limits
from parsers.bodies import texts_of
from parsers.links import find_addresses, links_in_body, links_in_text
from parsers.mime import parse_mime
from parsers.report import Link, Role
from tests.parsers.fixture_mail import reading_of


def found(text: str) -> list[str]:
    return [link.url for link in links_in_text(text, Limits())]


def in_html(html: str) -> tuple[Link, ...]:
    (body,) = texts_of(parse_mime(f"Content-Type: text/html; charset=utf-8\n\n{html}".encode(), Limits()), Limits())
    return links_in_body(body, Limits())


@pytest.mark.parametrize(
    "text, urls",
    [
        ("see http://a.example/x(y). And (http://b.example/), ok", ["http://a.example/x(y)", "http://b.example/"]),
        ('<http://a.example> "http://b.example/q?a=1".', ["http://a.example", "http://b.example/q?a=1"]),
        (
            "「https://a.example/l」。http://b.example/。（http://c.example/）",
            ["https://a.example/l", "http://b.example/", "http://c.example/"],
        ),
        ("確認してください。http://a.example/p?u=%41b&x=1をクリック", ["http://a.example/p?u=%41b&x=1"]),
        ("http://例え.example/道 と http://a.exampleをご確認", ["http://例え.example/", "http://a.example"]),
        ("https://ru.example/путь/страница, да", ["https://ru.example/путь/страница"]),
        ("[l](http://a.example/a) [http://b.example](http://c.example)", ["http://a.example/a", "http://b.example", "http://c.example"]),
        ("http://a.example/,http://b.example/;http://c.example/|http://d.example/", [f"http://{host}.example/" for host in "abcd"]),
        ("'http://a.example','http://b.example'", ["http://a.example", "http://b.example"]),
        ("http://a.example/http://b.example/", ["http://a.example/http://b.example/"]),
        ("http://[2001:db8::1]:8080/a http://3405803785/b", ["http://[2001:db8::1]:8080/a", "http://3405803785/b"]),
        ("hxxp://evil[.]example[.]com/x, evil(dot)example[.]net.", ["http://evil.example.com/x", "http://evil.example.net"]),
        ("www.a.example/w and WWW.B.EXAMPLE", ["http://www.a.example/w", "http://WWW.B.EXAMPLE"]),
        ("a.example.com/login and URL:b.example.org/x", ["http://a.example.com/login", "http://b.example.org/x"]),
        ("ftp://a.example/x http://b.example&gt;", ["ftp://a.example/x", "http://b.example"]),
        ("http://a.example http://a.example/ http://a.example", ["http://a.example"]),
        ("text/html setup.py/x 1.2.3/4 ken@a.example.com/x bob[@]evil[.]example file(s).txt mailto:a@b.example", []),
        ("foo@www.example.com http:// https://. ://x", []),
    ],
)
def test_a_text_gives_its_links(text: str, urls: list[str]) -> None:
    assert found(text) == urls


def test_a_link_keeps_how_it_was_written() -> None:
    (link,) = links_in_text("go to hxxp://evil[.]example/a.", Limits(), origin="words")
    assert link == Link(url="http://evil.example/a", host="evil.example", origin="words", written="hxxp://evil[.]example/a")


def test_of_a_rewritten_link_both_are_kept_the_real_one_first() -> None:
    wrapped = "https://l.facebook.com/l.php?u=http%3A%2F%2Fa.example%2F&h=1"
    real, rewriting = links_in_text(wrapped, Limits())
    assert (real.url, real.host, real.wrapped) == ("http://a.example/", "a.example", wrapped)
    assert (rewriting.url, rewriting.wrapped) == (wrapped, "")


def test_an_address_that_a_link_only_shows_is_named_and_accuses_nobody() -> None:
    leads, shown = in_html('<a href="http://203.0.113.9/x">https://www.bank.example/login</a>')
    assert (leads.host, leads.role, leads.shown) == ("203.0.113.9", Role.SOURCE, "https://www.bank.example/login")
    assert (shown.host, shown.role, shown.origin) == ("www.bank.example", Role.TARGET, "shown")


def test_a_link_that_shows_itself_is_one_link() -> None:
    (link,) = in_html('<a href="http://www.shop.example/">www.shop.example</a>')
    assert link.role is Role.SOURCE


@pytest.mark.parametrize(
    "target", ["mailto:a@b.example", "javascript:location='http://a.example/'", "data:text/html,http://a.example/", "cid:1"]
)
def test_other_schemes_are_no_links(target: str) -> None:
    assert in_html(f'<a href="{target}">x</a>') == ()


def test_a_hidden_scheme_is_read_as_a_browser_reads_it() -> None:
    assert [link.url for link in in_html('<a href=" ht\ntp://a.example/b\nc ">x</a><img src="//b.example/i">')] == [
        "http://a.example/bc",
        "http://b.example/i",
    ]


@pytest.mark.parametrize("count, kept", [(2, 2), (3, 3), (4, 3)])
def test_links_beyond_the_limit_are_not_read(count: int, kept: int) -> None:
    text = " ".join(f"http://a{number}.example/" for number in range(count))
    assert len(links_in_text(text, Limits(links=3))) == kept


def test_repeats_hide_no_later_link() -> None:
    assert found("http://a.example/ " * 1_000 + "http://b.example/") == ["http://a.example/", "http://b.example/"]


@pytest.mark.parametrize(
    "name, origin, urls",
    [
        ("qr-code", "qr", ["http://www.shop.example/qr?c=1"]),
        ("calendar", "calendar", ["http://www.shop.example/calendar?x=1", "http://www.shop.example/url"]),
        ("text-attachment", "attachment", ["http://www.shop.example/attached"]),
        ("html-attachment", "attachment", ["http://www.shop.example/post", "http://www.shop.example/script"]),
        ("pdf-stays-closed", "", []),
    ],
)
def test_links_are_found_in_what_comes_with_a_mail(name: str, origin: str, urls: list[str]) -> None:
    links = reading_of(f"links/{name}.eml").reports[0].links
    assert [link.url for link in links] == urls
    assert {link.origin for link in links} <= {origin}


@given(st.text(alphabet="htp:/.[](){}<>@aw日。'\",;|& \n", max_size=300))
def test_what_is_found_stands_in_the_text_in_order(text: str) -> None:
    at = 0
    for written in find_addresses(text):
        at = text.index(written, at) + len(written)
