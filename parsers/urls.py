"""One address of the web as a browser would open it: refanged, its host canonical (WHATWG URL standard)."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

# scheme ":" "//" as written to keep it from being clicked: hxxp, h**p, [:]//, [://], :\\, (:)//
_FANGED_SCHEME = re.compile(r"\A(h|f)([tx*]{1,2})(ps?)[\[({]?:[\])}]?(?:[\[({]?[/\\]{2}[\])}]?|[/\\])", re.IGNORECASE)
# "[.]", "(dot)", "{.}", also half-written: "[." and ".]"
_FANGED_DOT = re.compile(r"(?<=[^\W_])(?:[\[({]\s?(?:\.|dot)\s?[\])}]|\[\.|\.\]|\\\.)(?=\w)", re.IGNORECASE)
_FANGED = re.compile(r"[\[({\\]")
_FANGED_MARK = re.compile(r"[\[({]([:/@])[\])}]")
_BRACKETED_QUAD = re.compile(r"//\[(\d{1,3}(?:\.\d{1,3}){3})\]")
# host = label *( "." label ), the last one a name, or IPv4address (RFC 3986 section 3.2.2): what every reader takes for the same
_LABELS = r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,30}\.(?!0x)[a-z0-9-]{0,62}[a-z][a-z0-9-]{0,62}"
_DEC_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_PLAIN = re.compile(
    rf"(?:https?|ftps?)://(?:({_LABELS})\.?|({_DEC_OCTET}(?:\.{_DEC_OCTET}){{3}}))(?::\d{{0,4}})?(?:[/?#][^\x00-\x20\x7f\\]*+)?",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(r"[a-z]{3,5}:[/\\]{0,9}([^/\\?#\s]{1,1024})", re.IGNORECASE)
_SCHEME = re.compile(r"(?:https?|ftps?):", re.IGNORECASE)
_NOT_AS_WRITTEN = re.compile(r"[\x00-\x20\x7f\\]|^[a-z]{3,5}:(?!//[^/])", re.IGNORECASE)
_IGNORED = str.maketrans("", "", "\t\r\n")
_TRIMMED = "".join(map(chr, range(0x21)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """An http, https or ftp address.

    written: as it stood where a browser reads that as it is meant, else as the browser would write it.
    host: lower case, A-labels, no trailing dot; an address in its usual form, without brackets.
    """

    written: str
    host: str


def refang(text: str) -> str:
    """Undo in one address what keeps it from being clicked: hxxp, [.], (dot), [:]//."""
    if text.startswith(("http://", "https://")) and not _FANGED.search(text):
        return text
    if "[" in text or "(" in text or "{" in text or "\\" in text:
        text = _FANGED_MARK.sub(r"\1", _FANGED_DOT.sub(".", text))
        text = _BRACKETED_QUAD.sub(r"//\1", text)
    return _FANGED_SCHEME.sub(lambda scheme: f"{_scheme(*scheme.groups())}://", text)


def read_url(written: str) -> Url | None:
    """Read an address that begins with its scheme; None for any other scheme and where there is no host."""
    plain = _PLAIN.fullmatch(written)
    if plain:
        return Url(written=written, host=(plain[1] or plain[2]).lower())
    written = written.strip(_TRIMMED).translate(_IGNORED)
    if not _SCHEME.match(written):
        return None
    return _as_a_browser(written) or _as_far_as_it_goes(written)


def _as_a_browser(written: str) -> Url | None:
    import ada_url  # only odd addresses need it, so it is loaded late

    try:
        url = ada_url.URL(written)
        host, normal = url.hostname, url.href
    except ValueError:
        return None
    usual = _usual_form(host or "")
    return Url(written=normal if _NOT_AS_WRITTEN.search(written) else written, host=usual) if usual else None


def _as_far_as_it_goes(written: str) -> Url | None:
    """What no browser opens is still evidence: its host as it stands."""
    authority = _AUTHORITY.match(written)
    if not authority:
        return None
    host = re.sub(r":\d{0,9}$", "", authority[1].rpartition("@")[2]).strip(".[]").lower()
    return Url(written=written, host=host) if host else None


def _usual_form(host: str) -> str:
    """An address in its usual form, an IPv4 one out of its IPv6 wrapping; a name without its root dot."""
    bare = host.strip("[]").rstrip(".")
    if ":" not in bare:
        return bare.lower()
    try:
        ip = ip_address(bare)
    except ValueError:
        return bare
    return str(ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else str(ip)


def _scheme(first: str, middle: str, last: str) -> str:
    """ "http" or "ftp" for each of their disguises."""
    kind = "ftp" if first in "fF" else "http"
    return kind + ("s" if last[1:] else "")
