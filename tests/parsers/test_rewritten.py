"""Rewritten links give back what they hold; look-alikes and other schemes give nothing."""

from base64 import urlsafe_b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.rewritten import MAX_LAYERS, unwrap
from parsers.urls import Url, read_url


def inside(written: str) -> str | None:
    url = read_url(written)
    assert url is not None
    inner = unwrap(url)
    return inner.written if inner else None


def base64url(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


SAFELINKS = "https://nam02.safelinks.protection.outlook.com/?url="


@pytest.mark.parametrize(
    "written, real",
    [
        (f"{SAFELINKS}https%3A%2F%2Fa.example%2Flogin%3Fb%3D1&data=05&reserved=0", "https://a.example/login?b=1"),
        (f"{SAFELINKS}https%3A%2F%2Fa.example%2F&amp;data=05&amp;reserved=0", "https://a.example/"),
        ("https://urldefense.proofpoint.com/v1/url?u=http://a.example/&k=x", "http://a.example/"),
        ("https://urldefense.proofpoint.com/v2/url?u=http-3A__a.example_b-5Fc-3Fd-3D1&d=x&e=", "http://a.example/b_c?d=1"),
        ("https://urldefense.com/v3/__https://a.example:443/s?q=a*b__;Kw!!x!y$", "https://a.example:443/s?q=a+b"),
        (f"https://urldefense.com/v3/__http:/a.example/**A__;{base64url('ああ')}!!x$", "http://a.example/ああ"),
        ("https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fa.example%2f&c=E,1", "https://a.example/"),
        ("https://protect2.fireeye.com/v1/url?k=1&u=http%3A%2F%2Fa.example%2F", "http://a.example/"),
        ("https://x.ctp.trendmicro.com/wis/clicktime/v1/query?url=http%3A%2F%2Fa.example%2F&umid=1", "http://a.example/"),
        (f"https://eu-west-1.protection.sophos.com?d=a.example&u={base64url('http://a.example/b')}", "http://a.example/b"),
        ("https://secure-web.cisco.com/1aB/https%3A%2F%2Fa.example%2Fb", "https://a.example/b"),
        ("https://protect.checkpoint.com/v2/___http://a.example/b___.abc", "http://a.example/b"),
        ("https://www.google.com/url?q=https://a.example/&sa=D", "https://a.example/"),
        ("https://www.google.co.jp/amp/s/a.example/b", "https://a.example/b"),
        (f"https://www.bing.com/ck/a?!&&p=1&u=a1{base64url('http://a.example/b')}&ntb=1", "http://a.example/b"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example&h=1", "https://a.example"),
        ("https://x.r.us-east-1.awstrack.me/L0/https:%2F%2Fa.example%2Fb/1/c", "https://a.example/b"),
        ("https://protect-us.mimecast.com/s/abc?domain=a.example", "http://a.example"),
        (f"{SAFELINKS}https%3A%2F%2Furldefense.proofpoint.com%2Fv2%2Furl%3Fu%3Dhttp-3A__a.example_b%26d%3D1", "http://a.example/b"),
    ],
)
def test_a_rewritten_link_is_undone(written: str, real: str) -> None:
    assert inside(written) == real


@pytest.mark.parametrize(
    "written",
    [
        "https://nam02.safelinks.protection.outlook.com.evil.example/?url=http%3A%2F%2Fa.example",
        "https://evilsafelinks.protection.outlook.com/?url=http%3A%2F%2Fa.example",
        f"{SAFELINKS}javascript%3Aalert%281%29",
        f"{SAFELINKS}",
        "https://www.google.evil.example/url?q=http://a.example/",
        "https://www.google.com/search?q=http://a.example/",
        "https://protect-us.mimecast.com/s/abc",
        "https://urldefense.com/v3/nothing",
        "https://www.bing.com/ck/a?u=a1%%%",
        "http://a.example/?url=http://b.example/",
    ],
)
def test_what_holds_no_link_or_is_no_such_service_is_left_alone(written: str) -> None:
    assert inside(written) is None


def test_layers_beyond_the_limit_stay_wrapped() -> None:
    layered = "http://a.example/"
    for _ in range(MAX_LAYERS):
        layered = f"https://l.facebook.com/l.php?u={quote(layered, safe='')}"
    assert inside(layered) == "http://a.example/"
    once_more = f"https://l.facebook.com/l.php?u={quote(layered, safe='')}"
    assert inside(once_more) == "https://l.facebook.com/l.php?u=http%3A%2F%2Fa.example%2F"


@given(
    st.text(max_size=200),
    st.sampled_from(["urldefense.com/v3/__", "secure-web.cisco.com/", "www.google.com/amp/", "mimecast.com/?domain="]),
)
def test_any_remainder_of_a_rewritten_link_is_undone_or_left(rest: str, service: str) -> None:
    unwrap(Url(written=f"https://{service}{rest}", host=service.partition("/")[0]))


def test_many_parameters_hide_no_link() -> None:
    assert inside(f"https://l.facebook.com/l.php?{'a=1&' * 1_500}u=http%3A%2F%2Fa.example%2F") == "http://a.example/"
