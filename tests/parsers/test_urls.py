"""An address is read as a browser would open it, and stays as it was written where that is the same."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parsers.urls import Url, read_url, refang


@pytest.mark.parametrize(
    "written, refanged",
    [
        ("hxxp://evil[.]example[.]com/x", "http://evil.example.com/x"),
        ("hXXps[:]//evil(dot)example.com", "https://evil.example.com"),
        ("h**p://evil{.}example.com", "http://evil.example.com"),
        ("https[://]a[.b.]c", "https://a.b.c"),
        ("http:\\\\a.example\\x", "http://a.example\\x"),
        ("fxp://a.example/", "ftp://a.example/"),
        ("hxxp://203[.]0[.]113[.]9/", "http://203.0.113.9/"),
        ("http://[203.0.113.9]/", "http://203.0.113.9/"),
        ("http://[2001:db8::1]/", "http://[2001:db8::1]/"),
        ("www[.]a[.]example", "www.a.example"),
        ("http://a.example/list[0]", "http://a.example/list[0]"),
    ],
)
def test_an_address_is_refanged(written: str, refanged: str) -> None:
    assert refang(written) == refanged


@pytest.mark.parametrize(
    "written, host",
    [
        ("http://WWW.Shop.Example/Path", "www.shop.example"),
        ("http://shop.example.:8080/", "shop.example"),
        ("http://user:pw@shop.example/", "shop.example"),
        ("http://www.bank.example@203.0.113.9/", "203.0.113.9"),
        ("http://3405803785/", "203.0.113.9"),
        ("http://0xcb007109/", "203.0.113.9"),
        ("http://0313.0.0161.011/", "203.0.113.9"),
        ("http://203.0.28937/", "203.0.113.9"),
        ("http://203.0.113.9:99999/", "203.0.113.9"),
        ("http://[2001:DB8:0::9]/", "2001:db8::9"),
        ("http://[::ffff:203.0.113.9]/", "203.0.113.9"),
        ("http://例え.example/", "xn--r8jz45g.example"),
        ("http://ｓｈｏｐ．ｅｘａｍｐｌｅ/", "shop.example"),
        ("http://①②③.example/", "123.example"),
        ("http://%73hop.example/", "shop.example"),
        ("ftp://files.example/x", "files.example"),
        ("http://under_score.example/", "under_score.example"),
    ],
)
def test_the_host_is_the_one_that_a_browser_opens(written: str, host: str) -> None:
    assert read_url(written) == Url(written=written, host=host)


@pytest.mark.parametrize(
    "written, normal",
    [
        ("http:/\\evil.example\\@good.example/", "http://evil.example/@good.example/"),
        ("http:evil.example", "http://evil.example/"),
        (" http://a.example/ ", "http://a.example/"),
        ("ht\ntp://a.exam\tple/x", "http://a.example/x"),
    ],
)
def test_what_a_browser_reads_otherwise_is_written_as_it_reads_it(written: str, normal: str) -> None:
    url = read_url(written)
    assert url is not None
    assert url.written == normal


@pytest.mark.parametrize(
    "written", ["mailto:a@b.example", "javascript:alert(1)", "data:text/html,x", "http://", "http://@", "a.example/x", ""]
)
def test_what_is_no_web_address_is_none(written: str) -> None:
    assert read_url(written) is None


def test_a_host_that_no_browser_opens_is_kept_as_it_stands() -> None:
    assert read_url("http://exa<mple.example/") == Url(written="http://exa<mple.example/", host="exa<mple.example")


@given(st.text())
@example("。")
@example(".")
def test_any_text_after_a_scheme_is_an_address_or_none(text: str) -> None:
    url = read_url(refang(f"http://{text}"))
    assert url is None or (url.host and not url.host.endswith("."))
