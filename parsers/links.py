"""Links in text and HTML: found in one pass, refanged, unwrapped, each once, in the order in which they stand."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from config.limits import Limits
from parsers.bodies import TextBody, TextKind
from parsers.html import Hyperlink
from parsers.mime import Part
from parsers.qr import codes_in
from parsers.report import Link, Role
from parsers.rewritten import unwrap
from parsers.urls import Url, read_url, refang

# Scripts that are written without blanks: a link in such a text ends where they go on.
_EAST_ASIAN = "\u1100-\u11ff\u2e80-\u30ff\u3130-\u318f\u31f0-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
_NEVER_INSIDE = r"\s<>\"`\x00-\x1f\x7f「」『』【】〈〉《》〔〕（）［］。、，！？；：｡､｢｣“”„«»‹›"
# Where two addresses are glued: "](", "|http:", ",http:", "','", and what is left of an HTML reference.
_NOT_GLUED = r"\](?!\()|[|,;](?!h[tx*]{1,2}ps?[:\[({])|'(?!,?')|&(?!(?:gt|lt|quot|\#39|\#34);)"
# authority [ path-abempty ] [ "?" query ] [ "#" fragment ] (RFC 3986 section 3), as far as it goes in running text
_ADDRESS = re.compile(
    rf"((?:[^/?#\\\]|,;'&{_NEVER_INSIDE}]++|\](?!\())++)([/?#\\](?:[^\]|,;'&{_NEVER_INSIDE}{_EAST_ASIAN}]++|{_NOT_GLUED})*+)?+",
    re.IGNORECASE,
)
_PROSE_AFTER_HOST = re.compile(rf"(?<=[a-zA-Z0-9])(?=[{_EAST_ASIAN}])")
_CHARS = 8_192
# scheme ":" "//", disguised or not, found from its colon; then what may stand before that colon
_COLON = re.compile(r":[\])}]?[\[({]?[/\\]{2}[\])}]?")
_SCHEME_BEFORE = re.compile(r"(?:h[tx*]{1,2}ps?|f[tx]ps?)[\[({]?\Z", re.IGNORECASE)
_WWW = re.compile(r"www\d{0,2}(?:\.|[\[({](?:\.|dot)[\])}])(?=\w)", re.IGNORECASE)
_FANGED_DOT = re.compile(r"[\[({](?:\.|dot)[\])}]", re.IGNORECASE)
_SLASH_AFTER_NAME = re.compile(r"/(?<=[A-Za-z]/)(?=[\w~%?#-])")
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,9}", re.IGNORECASE)
_IN_HOST = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
_TOP_LEVEL = re.compile(r"\.([a-z]{2,24})\.?(?::\d{1,5})?(?=[/?#]|\Z)", re.IGNORECASE)
# Names that end in these are hosts even where neither scheme nor "www." says so; "setup.py/" and "notes.md/" are files.
_SURE_TOP_LEVELS = frozenset(
    (
        "com net org info biz io co app dev xyz top site online shop store club vip icu live pro tech cloud space website link click "
        "example jp cn kr tw hk sg in id vn th my ph au nz us ca mx br ar cl uk ie de fr nl be lu ch at it es pt se no dk fi is ee lv lt "
        "cz sk hu ro bg gr tr ru ua by kz il ae sa ir za ng ke eg me tv cc ws to eu asia edu gov"
    ).split()
)
_BEFORE_NO_HOST = frozenset("@/\\")
_FANGED_AT = ("[@]", "(@)", "[at]", "(at)")
_NO_LINKS = frozenset({"mailto", "javascript", "vbscript", "data", "cid", "mid", "tel", "sms", "file", "about", "blob"})
_TRAILING = frozenset(".,;:!?'*…’”")
_OPENERS = {")": "(", "]": "[", "}": "{"}
_LOOK_BACK = 200
_IGNORED_IN_ATTRIBUTES = str.maketrans("", "", "\t\r\n")
_BLANKS = "".join(map(chr, range(0x21)))


def links_of(message: Part, bodies: Iterable[TextBody], limits: Limits) -> tuple[Link, ...]:
    """Every link in one message: in its bodies, then in the QR codes of its images; at most limits.links."""
    found: dict[str, Link] = {}
    for body in bodies:
        _collect(found, links_in_body(body, limits), limits)
    for code in codes_in(message, limits):
        _collect(found, links_in_text(code, limits, origin="qr"), limits)
    return tuple(found.values())


def links_in_body(body: TextBody, limits: Limits, *, after: int = 0) -> tuple[Link, ...]:
    """Every link in one body from a place in its text on.

    An HTML body gives where its tags and scripts lead (origin "html"), another address that a link shows (origin
    "shown": no click goes there, so that where its host differs it is the imitated one), and what stands in its text.
    """
    origin = _ORIGINS.get(body.kind, "text") if not body.is_attachment else "attachment"
    found: dict[str, Link] = {}
    if body.page:
        hyperlinks = body.page.hyperlinks_after(after) if after else body.page.hyperlinks
        _collect(found, (link for hyperlink in hyperlinks for link in _links_in_tag(hyperlink, origin)), limits)
        _collect(found, _links(find_addresses(body.page.scripts), origin), limits)
    _collect(found, _links(find_addresses(body.text[after:]), origin), limits)
    return tuple(found.values())


def links_in_text(text: str, limits: Limits, *, origin: str = "text") -> tuple[Link, ...]:
    """Every link in a plain text in order, each once."""
    found: dict[str, Link] = {}
    _collect(found, _links(find_addresses(text), origin), limits)
    return tuple(found.values())


_ORIGINS = {TextKind.HTML: "html", TextKind.CALENDAR: "calendar"}


def _collect(found: dict[str, Link], links: Iterable[Link], limits: Limits) -> None:
    for link in links:
        if len(found) >= limits.links:
            return
        key = link.url if link.url.count("/") > 2 else f"{link.url}/"
        known = found.setdefault(key, link)
        if link.origin == "shown" and known.origin == "text":
            found[key] = link


def _links(addresses: Iterable[str], origin: str) -> Iterator[Link]:
    seen: set[str] = set()
    for written in addresses:
        if written not in seen:
            seen.add(written)
            yield from _unwrapped(written, origin)


def _unwrapped(written: str, origin: str, shown: str = "") -> Iterator[Link]:
    """The link, before it the one that a rewriting service has put inside it."""
    url = _url(written) if written else None
    if url is None:
        return
    inner = unwrap(url)
    if inner:
        yield Link(url=inner.written, host=inner.host, origin=origin, written=written, wrapped=url.written, shown=shown)
    yield Link(url=url.written, host=url.host, origin=origin, written=written, shown=shown)


def _url(written: str) -> Url | None:
    refanged = refang(written)
    return read_url(refanged if "://" in refanged[:9] or ":" in refanged[:6] else f"http://{refanged}")


def _links_in_tag(hyperlink: Hyperlink, origin: str) -> Iterator[Link]:
    target = hyperlink.target.strip(_BLANKS)
    if not target.isprintable():
        target = target.translate(_IGNORED_IN_ATTRIBUTES)
    if target.startswith("//"):
        target = f"http:{target}"
    if target.partition(":")[0].lower() in _NO_LINKS:
        return
    is_absolute = target[:4].lower() in ("http", "ftp:", "ftps", "hxxp")
    written = target if is_absolute else next(find_addresses(target), "")
    leads_to = tuple(_unwrapped(written, origin, hyperlink.shown))
    yield from leads_to
    hosts = {link.host for link in leads_to}
    for link in _unwrapped(next(find_addresses(hyperlink.shown), ""), "shown") if "." in hyperlink.shown else ():
        yield link if link.host in hosts or not hosts else replace(link, role=Role.TARGET)


def find_addresses(text: str) -> Iterator[str]:
    """What reads as the address of a link, as it stands in a text: with a scheme, with "www.", defanged, or host and path."""
    read_to = 0
    for start in sorted(_starts(text)):
        if start < read_to:
            continue
        end = _end_of_address(text, start)
        if end > start:
            read_to = end
            yield text[start : min(end, start + _CHARS)]


def _starts(text: str) -> Iterator[int]:
    """Where an address may begin."""
    for colon in _COLON.finditer(text):
        scheme = _SCHEME_BEFORE.search(text[max(0, colon.start() - 6) : colon.start()])
        if scheme:
            yield colon.start() - len(scheme[0])
    if "www" in text or "WWW" in text or "Www" in text:
        yield from (found.start() for found in _WWW.finditer(text) if not _is_inside_word(text, found.start()))
    if "[" in text or "(" in text or "{" in text:
        yield from _fanged_hosts(text)
    yield from _bare_hosts(text)


def _fanged_hosts(text: str) -> Iterator[int]:
    """Where a name with a disguised dot begins: somebody took care that it is not clicked."""
    done = 0
    for dot in _FANGED_DOT.finditer(text):
        if dot.start() < done:
            continue
        start = _run_start(text, dot.start())
        done = _end_of_address(text, start)
        if _HOST.fullmatch(text, start, dot.start()) and not _is_mailbox(text, start) and _is_host(refang(text[start:done])):
            yield start


def _bare_hosts(text: str) -> Iterator[int]:
    """Where a host with a path begins that needs no scheme to be one."""
    done = 0
    for slash in _SLASH_AFTER_NAME.finditer(text):
        if slash.start() < done:
            continue
        start = _run_start(text, slash.start())
        _, dot, top_level = text[start : slash.start()].rpartition(".")
        if not dot or top_level.lower() not in _SURE_TOP_LEVELS:
            continue
        done = _end_of_address(text, start)
        if _HOST.fullmatch(text, start, slash.start()) and text[start - 1 : start] not in _BEFORE_NO_HOST:
            yield start


def _run_start(text: str, end: int) -> int:
    """Where the run of host characters that ends here begins."""
    start, least = end, max(0, end - _LOOK_BACK)
    while start > least and text[start - 1] in _IN_HOST:
        start -= 1
    return start


def _is_mailbox(text: str, start: int) -> bool:
    """Whether the host that begins here is that of a mail address."""
    return text[start - 1 : start] == "@" or text[max(0, start - 4) : start].lower().endswith(_FANGED_AT)


def _is_host(address: str) -> bool:
    return "@" not in address and _TOP_LEVEL.search(address) is not None


def _is_inside_word(text: str, start: int) -> bool:
    before = text[start - 1 : start]
    return before in ("@", ".", "-", "_") if not before.isalnum() else before.isascii()


def _end_of_address(text: str, start: int) -> int:
    """Where the address that starts here ends; start itself when there is none."""
    colon = _COLON.search(text, start, start + 8)
    at = colon.end() if colon else start
    found = _ADDRESS.match(text, at)
    if found is None:
        return start
    end = found.end()
    authority = found[1]
    if not authority.isascii() and (prose := _PROSE_AFTER_HOST.search(authority)) and "." in authority[: prose.start()]:
        end = at + prose.start()
    return _without_punctuation(text, at, end)


def _without_punctuation(text: str, start: int, end: int) -> int:
    """The end without what belongs to the sentence: punctuation and brackets that were not opened inside."""
    address = text[start:end]
    unopened = {closer: address.count(closer) - address.count(opener) for closer, opener in _OPENERS.items()}
    while end > start:
        last = text[end - 1]
        if unopened.get(last, 0) > 0:
            unopened[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return end
