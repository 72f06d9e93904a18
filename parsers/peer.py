"""Who handed a mail over, as the from clause of a Received field tells it (RFC 5321 sections 4.1.3 and 4.4).

The clause mixes what the server saw with what the client said. Servers put what they saw into a comment or a literal;
the client's HELO argument is taken away first, wherever it stands. What then remains must be a complete address, and
between two groups that name different ones there is no choice.
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from parsers.clauses import MARK, Clauses

# ehlo = "EHLO" SP ( Domain / address-literal ) ; RFC 5321 section 4.1.1.1, as servers quote it back: "HELO name",
# "helo=name", "LHLO name", "ehelo" by a slip. All up to the end of the comment is the client's.
_HELO = re.compile(r"(?<![\w.@-])(?:[Ee]?[Hh][Ee]|[EeLl][Hh])[Ll][Oo](?![^\s=:])\s*+[=:]?\s*+")
# "port=25", "ident=[…]", "envelope-from <…>", "mailfrom:…": arguments, most of which somebody else chose.
_ARGUMENT = re.compile(r"=[^\s()]*+|<[^<>]*+>|(?:envelope-from |envelope-sender |mailfrom:)[^\s()]*+")
# Comments about the connection, which no host name can look like. None of them holds the client's address.
_REMARKS = ("using TLS", "using SSL", "No client cert", "Client did not", "Authenticated sender", "version=TLS", "may be ")
# "[address]" and whether more of a word follows, which no port begins with. "[[UNIX: localhost]]" has two brackets.
_BRACKETED = re.compile(r"\[++([^\[\]]*+)\]?+([\w.-]?)")
# A port behind a quad: ":25", or ".49152" in older Exim.
_QUAD_AND_PORT = re.compile(r"(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?::\d{1,5}|\.\d{4,5})\Z")
# A date or a masked address where the address should be.
_NO_ADDRESS = re.compile(r"\s*+(?:[\d.]{4,}\Z|[^\s:]*+:[^\s:]*+:\S*+\Z|[A-Za-z]{3}, ?\d)")
_LOCAL = frozenset({"local", "unix socket", "unix: localhost", "unknown", "undefined"})
_NAMELESS = frozenset({"unknown", "unverified", "softdnserr", "undefined", "nodnsquery", "may"})
_WORDS = 8  # of a comment that are looked at for an address


@dataclass(slots=True, kw_only=True)
class Peer:
    """The other side of one hop.

    name: the first word of the clause.   helo: what the client called itself; the first word where it is not marked.
    rdns: the name that the server looked up, where its format has one.
    is_unreadable: what stands in the place of the address is none.   is_contested: two groups name different addresses.
    """

    name: str | None = None
    helo: str | None = None
    rdns: str | None = None
    ip: IPv4Address | IPv6Address | None = None
    is_unreadable: bool = False
    is_contested: bool = False
    has_place: bool = False  # A group stood where the server puts its own finding.
    has_helo: bool = False  # The HELO argument was marked as such.


def read_address(written: str) -> IPv4Address | IPv6Address | None:
    """A complete address as servers write it, without tag, zone and port; mapped ones as IPv4. None when it is none."""
    if ":" not in written and not written[:1].isdigit():
        return None
    if (":" in written or written.count(".") == 4) and "." in written and (found := _QUAD_AND_PORT.match(written)):
        written = found[1]
    try:
        if ":" not in written:
            return IPv4Address(written)
        untagged = written[5:] if written[:5].lower() == "ipv6:" else written
        address = IPv6Address(untagged.partition("%")[0])
    except AddressValueError:
        return None
    return address.ipv4_mapped or address


def read_peer(clauses: Clauses) -> Peer:
    """Read the from clause; an empty Peer when there is none.   Raises: nothing."""
    peer = Peer()
    first, rest = [*clauses.text("from").split(None, 1), "", ""][:2]
    numbers = clauses.groups_about_peer()
    if first == MARK and clauses.groups[numbers[0]][0] != "(":
        first = clauses.groups[numbers[0]] + clauses.texts[numbers[0] + 1].partition(" ")[0]
        numbers = numbers[1:]
    peer.name = _bare(first) if first != MARK else None
    is_marked = "lo" in rest.lower() and _HELO.search(rest) is not None
    for number in numbers:
        group = clauses.groups[number]
        if group[0] == "(":
            _read_comment(peer, group[1:-1])
        elif group[0] == "[" and not is_marked and not clauses.texts[number][-1:].strip():
            _take_bracketed(peer, group[1:-1].strip("() "))
    if not peer.has_place and first != MARK:
        _fall_back(peer, first)
    _name(peer)
    return peer


def _read_comment(peer: Peer, inside: str) -> None:
    """A comment: "(rdns [address])", "(address)", "([address]:port helo=name)" and what else there is."""
    if inside.startswith(_REMARKS):
        return
    if "lo" in inside.lower() and (marker := _HELO.search(inside)):
        if not peer.has_helo:
            peer.has_helo, peer.helo = True, _bare(inside[marker.end() :].partition(" ")[0])
        inside = inside[: marker.start()].rstrip(" ,")
        if not inside:
            return
    if "=" in inside or "<" in inside or "from" in inside or "sender" in inside:
        inside = _ARGUMENT.sub("=", inside)
    if "[" not in inside:
        _read_words(peer, inside)
        return
    words = inside.partition("[")[0].split()
    for bracketed in _BRACKETED.finditer(inside):
        _take_bracketed(peer, "" if bracketed[2] else bracketed[1].strip(), words[0] if len(words) == 1 else "")


def _read_words(peer: Peer, inside: str) -> None:
    """An address without brackets: the first word, the second of "name.tld address", or an IPv6 one, which is no version number."""
    words = inside.split(None, _WORDS)
    for index, word in enumerate(words):
        is_placed = index == 0 or word.count(":") > 1 or (index == 1 and len(words) == 2 and "." in words[0])
        if is_placed and (ip := read_address(word.rpartition("@")[2].rstrip(","))):
            _take(peer, ip)
            return
    if _NO_ADDRESS.match(inside):
        peer.has_place = True
        peer.is_unreadable = peer.is_unreadable or peer.ip is None
    elif not words or (len(words) == 1 and "=" not in inside):
        peer.has_place = True


def _take_bracketed(peer: Peer, written: str, rdns: str = "") -> None:
    """Take what stands in brackets: an address, a word for a local socket, or something that makes the hop unreadable."""
    if ip := read_address(written):
        _take(peer, ip, rdns)
        return
    peer.has_place = True
    if peer.ip is None and written.lower() not in _LOCAL:
        peer.is_unreadable = True


def _take(peer: Peer, ip: IPv4Address | IPv6Address, rdns: str = "") -> None:
    """Take an address; the first one counts, and a different one contests it."""
    peer.has_place = True
    if peer.ip is None:
        peer.ip, peer.rdns = ip, _as_name(rdns)
    elif peer.ip != ip:
        peer.is_contested = True


def _fall_back(peer: Peer, first: str) -> None:
    """Take the first word where no group has the place for an address: "from [address] (helo=name)"."""
    if first[:1] != "[":
        peer.ip = read_address(first)
        return
    inside, _, after = first[1:].partition("]")
    peer.ip = read_address(inside) if after[:1] in ("", ":") else None
    peer.is_unreadable = peer.ip is None


def _name(peer: Peer) -> None:
    """Settle the names. Where HELO is marked, the first word is the server's own, and an address there counts too.

    Behind a proxy on the same host (Yahoo with TLS) that is a loopback address, and says nothing.
    """
    if not peer.has_helo:
        peer.helo = peer.name
    elif (own := read_address(peer.name or "")) and not own.is_loopback:
        peer.is_contested = peer.is_contested or own != peer.ip
    elif peer.rdns is None and peer.name is not None and "." in peer.name:
        peer.rdns = _as_name(peer.name)
    if peer.is_unreadable or peer.is_contested:
        peer.ip = None
    if peer.ip is None:
        peer.rdns = None


def _bare(word: str) -> str | None:
    """A word without what encloses it and what is stuck to that; None when nothing is left."""
    return (word[1:].partition("]")[0] if word[:1] == "[" else word.strip('<>",')) or None


def _as_name(word: str) -> str | None:
    """A host name, without "ident@" and the closing dot; None when it is none."""
    name = word.rpartition("@")[2].removeprefix("IDENT:").strip("<>").rstrip(".")
    if not name or name.lower() in _NAMELESS or ":" in name or "=" in name or name.rpartition(".")[2].isdigit():
        return None
    return name
