"""Links that a mail filter or portal has rewritten, with the real one inside: one row for each service.

The formats are the services' own, read off their links. A host is compared whole or as a suffix on a label boundary,
so that a look-alike ("safelinks.protection.outlook.com.evil.example") is no rewriting service.
"""

import binascii
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from urllib.parse import unquote, unquote_plus

from parsers.urls import Url, read_url

MAX_LAYERS = 5


def unwrap(url: Url) -> Url | None:
    """The innermost link that a rewriting service's link holds; None where it is no such link.

    Services wrap each other's links; at most five layers are undone. What is inside must be http, https or ftp.
    """
    innermost: Url | None = None
    for _ in range(MAX_LAYERS):
        inner = _inside(innermost or url)
        if inner is None:
            break
        innermost = inner
    return innermost


def _inside(url: Url) -> Url | None:
    """What one layer holds."""
    read = _google if "google" in url.host and _GOOGLE.fullmatch(url.host) else _service(url.host)
    target = read(url.written) if read else ""
    return read_url(target) if target else None


def _service(host: str) -> Callable[[str], str] | None:
    """The row of the host's longest known suffix."""
    suffix = host
    while suffix:
        if suffix in _SERVICES:
            return _SERVICES[suffix]
        suffix = suffix.partition(".")[2]
    return None


def _parameter(name: str, *, encoding: Callable[[str], str] = str) -> Callable[[str], str]:
    """A reader of one query parameter, percent-decoded; "" where it is not there."""
    # name "=" value, between "?" or "&" and "&" or "#"; RFC 3986 section 3.4 and the HTML form encoding
    pattern = re.compile(rf"[?&]{name}=([^&#]{{0,8192}})", re.IGNORECASE)

    def read(written: str) -> str:
        found = pattern.search(written.replace("&amp;", "&"))
        return encoding(unquote_plus(found[1])) if found else ""

    return read


_q, _u, _url, _domain = map(_parameter, ("q", "u", "url", "domain"))


def _path(written: str) -> str:
    """What follows the authority, the leading slash left out."""
    return written.partition("://")[2].partition("/")[2]


def _base64(text: str) -> str:
    """base64url without its padding; "" where it is none."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("utf-8", "replace")
    except (ValueError, binascii.Error):
        return ""


def _urldefense(written: str) -> str:
    """Proofpoint URL Defense, versions 1 to 3; in the second "-" stands for "%" and "_" for "/"."""
    path = _path(written)
    if path.startswith("v1/"):
        return _u(written)
    if path.startswith("v2/"):
        return unquote(_u(written).translate({ord("-"): "%", ord("_"): "/"}))
    return _urldefense_v3(path)


# v3 = "v3/__" url "__;" replaced "!" …: "*" stands for the next replaced character, "**" X for a run of as many as X says
_V3 = re.compile(r"v3/__(.{1,8192}?)__;([\w=-]{0,4096})!")
_V3_MARK = re.compile(r"\*(\*[\w-])?")
_V3_RUN = {letter: length for length, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 2)}
_ONE_SLASH = re.compile(r"\A([a-z]{3,5}:/)(?!/)", re.IGNORECASE)


def _urldefense_v3(path: str) -> str:
    found = _V3.match(path)
    if not found:
        return ""
    replaced = iter(_base64(found[2]))

    def characters(mark: re.Match[str]) -> str:
        count = _V3_RUN.get(mark[1][1], 1) if mark[1] else 1
        return "".join(next(replaced, "*") for _ in range(count))

    return _ONE_SLASH.sub(r"\1/", _V3_MARK.sub(characters, unquote(found[1])))


def _check_point(written: str) -> str:
    """Check Point Harmony: ".../v2/___https://host/path___.…"."""
    return _path(written).partition("___")[2].partition("___")[0]


def _cisco(written: str) -> str:
    """Cisco Secure Email: "/<id>/https%3A%2F%2Fhost%2Fpath"."""
    return unquote(_path(written).partition("/")[2])


def _awstrack(written: str) -> str:
    """Amazon SES: "/L0/https:%2F%2Fhost%2Fpath/1/<id>"."""
    pieces = _path(written).split("/")
    return unquote(pieces[1]) if len(pieces) > 1 and pieces[0] in ("L0", "CL0", "L1") else ""


# Google's own hosts under every country's domain: "www.google.co.jp", "google.com", "www.google.de"
_GOOGLE = re.compile(r"(?:www\.)?google\.(?:com|[a-z]{2}|com?\.[a-z]{2})")
_AMP = re.compile(r"amp/(s/)?(?=\w)")


def _google(written: str) -> str:
    """Google's redirect "/url?q=" and its AMP viewer "/amp/s/host/path"."""
    path = _path(written)
    if path.startswith("url?"):
        return _q(written) or _url(written)
    amp = _AMP.match(path)
    return f"http{'s' if amp[1] else ''}://{path[amp.end() :]}" if amp else ""


def _bing(written: str) -> str:
    """Bing: "/ck/a?…&u=a1<base64url>"."""
    target = _u(written)
    return _base64(target[2:]) if target.startswith("a1") else ""


def _mimecast(written: str) -> str:
    """Mimecast keeps the link to itself and tells its domain."""
    domain = _domain(written)
    return f"http://{domain}" if domain else ""


_SERVICES: dict[str, Callable[[str], str]] = {
    "safelinks.protection.outlook.com": _url,
    "safelinks.protection.office365.us": _url,
    "urldefense.proofpoint.com": _urldefense,
    "urldefense.com": _urldefense,
    "urldefense.us": _urldefense,
    "linkprotect.cudasvc.com": _parameter("a"),
    "fireeye.com": _u,
    "trendmicro.com": _url,
    "protection.sophos.com": _parameter("u", encoding=_base64),
    "secure-web.cisco.com": _cisco,
    "checkpoint.com": _check_point,
    "url.avanan.click": _check_point,
    "clicktime.symantec.com": _u,
    "clicktime.cloud.postoffice.net": _u,
    "link.edgepilot.com": _u,
    "mimecast.com": _mimecast,
    "mimecastprotect.com": _mimecast,
    "awstrack.me": _awstrack,
    "bing.com": _bing,
    "l.facebook.com": _u,
    "lm.facebook.com": _u,
    "l.messenger.com": _u,
    "l.instagram.com": _u,
    "linkedin.com": _url,
    "youtube.com": _q,
    "vk.com": _parameter("to"),
}
