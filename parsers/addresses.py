"""IP addresses in a reporter's text, as people and machines write them there: refanged, with a port, in brackets.

What looks like an address and is none is passed over: version numbers, object identifiers, parts of host names,
product tokens of a User-Agent, times of day, MAC addresses, whole networks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from parsers.report import Address

# "[.]", "(.)", "{.}", "[dot]" between two characters of a word; also the half-written "[." and ".]".
_FANGED_DOT = re.compile(r"(?<=\w)(?:[\[({]\s?(?:\.|dot)\s?[\])}]|\[\.|\.\])(?=\w)", re.IGNORECASE)
_FANGED_COLON = re.compile(r"(?<=[0-9a-fA-F:])\[:\]|\[:\](?=[0-9a-fA-F:])")
# Full-width forms of ASCII (U+FF01 to U+FF5E) and the ideographic space.
_FULL_WIDTH_LETTER = re.compile("[！-～]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x3002: 0x3002}

# dotted-quad = 1*3DIGIT "." 1*3DIGIT "." 1*3DIGIT "." 1*3DIGIT, then ".port" (tcpdump), ":port", "#port" (BIND) or "/bits".
# What stands before is looked at after the first digit, so that the search runs from digit to digit.
_DOTTED_QUAD = re.compile(
    r"(\d(?<![A-Za-z0-9_.-]\d)\d{0,2}\.\d{1,3}\.\d{1,3}\.\d{1,3})"
    r"(?:\.(\d{1,5})(?=\s?[>:]|\s*$|,)|[:#](\d{1,5})(?!\d)|/(\d{1,2})(?!\d))?(?!\.?[A-Za-z0-9_]|-[A-Za-z0-9_])",
    re.MULTILINE,
)
# IPv6address (RFC 4291 section 2.2) has two colons with at most four hexadecimal digits between them; ipaddress reads the rest.
_TWO_COLONS = re.compile(r":[0-9a-fA-F]{0,4}:")
_COLON_FORM = re.compile(r"[0-9a-fA-F:.]{2,46}")
_PORT_OR_BITS = re.compile(r"\]:(\d{1,5})(?!\d)|/(\d{1,3})(?!\d)")
_IN_ADDRESS = frozenset("0123456789abcdefABCDEF:.")
# User-Agent = product *( RWS ( product / comment ) )   (RFC 9110 section 10.1.5): "Chrome/120.0.0.0"
_PRODUCT = re.compile(r"(?:[A-Za-z]/|\bv|\b(?:version|release|build|rev)[ :]{1,2})$", re.IGNORECASE)
_WITH_SLASH = re.compile(r"(?:host|ip|addr\w{0,5}|from|by|client|outside|inside|dmz|src|dst)[ :=]{0,2}/$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An address where it stands in a text.   start, end: its place, port included.   port: None where none is written."""

    ip: Address
    start: int
    end: int
    port: int | None = None


def refang(text: str) -> str:
    """Undo what keeps addresses and names from being clicked, and full-width digits; line count is kept."""
    if not text.isascii() and _FULL_WIDTH_LETTER.search(text):
        text = text.translate(_FULL_WIDTH)
    if "[" in text or "(" in text or "{" in text:
        text = _FANGED_COLON.sub(":", _FANGED_DOT.sub(".", text))
    return text


def find_addresses(text: str, *, at_most: int) -> tuple[Mention, ...]:
    """Every address in a refanged text, in order; a network ("/24" without host bits) is none."""
    found = list(_bounded(_dotted_quads(text), at_most))
    if ":" in text:
        found += _bounded(_colon_forms(text), at_most)
        found.sort(key=lambda mention: mention.start)
        found = _without_overlaps(found)
    return tuple(found[:at_most])


def is_for_everyone(ip: Address) -> bool:
    """Whether an address can belong to somebody on the internet; documentation ranges count as if they could."""
    plain = ip.ipv4_mapped or ip if isinstance(ip, IPv6Address) else ip
    if plain.is_multicast or plain.is_loopback or plain.is_link_local or plain.is_unspecified:
        return False
    if plain.version == 4:
        number = int(plain)
        return not any(first <= number <= last for first, last in _RESERVED_4)
    return int(plain) >> 121 != 0x7E  # fc00::/7


def _span(first: str, last: str) -> tuple[int, int]:
    return int(ip_address(first)), int(ip_address(last))


# RFC 1122 section 3.2.1.3 (0.0.0.0/8), RFC 1918, RFC 6598, RFC 1112 section 4
_RESERVED_4 = (
    (0, (1 << 24) - 1),
    _span("10.0.0.0", "10.255.255.255"),
    _span("100.64.0.0", "100.127.255.255"),
    _span("172.16.0.0", "172.31.255.255"),
    _span("192.168.0.0", "192.168.255.255"),
    _span("240.0.0.0", "255.255.255.255"),
)


def _bounded(mentions: Iterator[Mention], at_most: int) -> Iterator[Mention]:
    for number, mention in enumerate(mentions):
        if number >= at_most:
            return
        yield mention


def _dotted_quads(text: str) -> Iterator[Mention]:
    for match in _DOTTED_QUAD.finditer(text):
        ip = _address(match[1])
        if ip is None or _is_version(text, match.start()):
            continue
        bits, port = match[4], match[2] or match[3]
        if bits is not None and _is_network(ip, int(bits)):
            continue
        end = match.end(1) if bits is not None else match.end()
        yield Mention(ip=ip, start=match.start(), end=end, port=_port(port))


def _colon_forms(text: str) -> Iterator[Mention]:
    read_to = 0
    for match in _TWO_COLONS.finditer(text):
        if match.start() < read_to:
            continue
        start = _run_start(text, match.start(), read_to)
        form = _COLON_FORM.match(text, start)
        read_to = form.end() if form else match.end()
        written = form[0].rstrip(".") if form else ""
        end = start + len(written)
        if text[end : end + 1].isascii() and text[end : end + 1].isalnum():
            continue
        ip = _colon_address(written)
        suffix = _PORT_OR_BITS.match(text, end)
        if ip is None or (suffix and suffix[2] and _is_network(ip, int(suffix[2]))):
            continue
        port = _port(suffix[1]) if suffix else None
        yield Mention(ip=ip, start=start, end=suffix.end() if suffix and port else end, port=port)


def _run_start(text: str, position: int, least: int) -> int:
    """Where the run of address characters around a position starts."""
    start = position
    while start > least and position - start < 40 and text[start - 1] in _IN_ADDRESS:
        start -= 1
    return start


def _colon_address(written: str) -> Address | None:
    """An IPv6 address, with a sentence's or label's single colon at either end taken off."""
    if not written.endswith("::"):
        written = written.removesuffix(":")
    if not written.startswith("::"):
        written = written.removeprefix(":")
    is_whole = "::" in written or written.count(":") >= 6
    return _address(written) if is_whole and any(letter.isdigit() for letter in written) else None


@lru_cache(maxsize=1_024)
def _address(written: str) -> Address | None:
    """The address, leading zeros of a quad read as decimal; None when it is none."""
    if ":" not in written:
        written = ".".join(str(int(part)) for part in written.split("."))
    try:
        ip = ip_address(written)
    except ValueError:
        return None
    return ip.ipv4_mapped or ip if isinstance(ip, IPv6Address) else ip


def _is_version(text: str, start: int) -> bool:
    """Whether what stands before an address says that it is the version of something."""
    before = text[max(0, start - 16) : start]
    return bool(_PRODUCT.search(before)) and not _WITH_SLASH.search(before)


def _is_network(ip: Address, bits: int) -> bool:
    width = ip.max_prefixlen
    return bits < width and int(ip) & ((1 << (width - bits)) - 1) == 0


def _port(digits: str | None) -> int | None:
    number = int(digits) if digits else 0
    return number if 0 < number < 65_536 else None


def _without_overlaps(mentions: list[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in mentions:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept
