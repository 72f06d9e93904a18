"""Who handed a mail over, as the from clause of a Received field tells it (RFC 5321 sections 4.1.3 and 4.4).

The clause mixes what the server saw with what the client said. Servers put what they saw into a comment or a literal;
the client's HELO argument is taken away first, wherever it stands. What then remains must be a complete address, and
two groups that name different ones are not chosen between.
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from parsers.clauses import Clauses

# IPv4-address-literal = Snum 3("." Snum) ; IPv6-address-literal = "IPv6:" IPv6-addr ; RFC 5321 section 4.1.3.
# A port follows as ":25" or ".49152" (older Exim), a zone as "%eth0" (RFC 6874).
_ADDRESS = re.compile(
    r"(?:(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?::\d{1,5}|\.\d{4,5})?"
    r"|(?:[Ii][Pp][Vv]6:)?([0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{1,41})(?:%[^\s\]]{1,32})?)\Z"
)
# ehlo = "EHLO" SP ( Domain / address-literal ) ; RFC 5321 section 4.1.1.1, as servers quote it back: "HELO name",
# "helo=name", "LHLO name", one of them with a slip of the pen. All up to the end of the group is the client's.
_HELO = re.compile(r"[EeHhLl](?<![\w.@-].)(?:(?<=[Hh])[Ee]|(?<=[EeLl])[Hh]|(?<=[Ee])[Hh][Ee])[Ll][Oo](?![^\s=])\s*+=?\s*+")
# "ident=[…]", "envelope-from <…>": values that somebody else chose.
_CHOSEN = re.compile(r"=[^\s()]*+|<[^<>]*+>")
_BRACKETED = re.compile(r"\[([^\[\]]*+)\](?![\w.-])")
# A date or a masked address where the address should be.
_NO_ADDRESS = re.compile(r"[\d.]{4,}\Z|[^\s:]*+:[^\s:]*+:\S*+\Z|[A-Za-z]{3}, ?\d")
_FIRST = re.compile(r"\s*+(\[[^\[\]]*+\][^\s(]*+|\"[^\"]*+\"[^\s(]*+|[^\s(]++)?")
_LOCAL = frozenset({"local", "unix socket", "unix: localhost", "unknown", "undefined"})
_NAMELESS = frozenset({"unknown", "unverified", "softdnserr", "undefined", "nodnsquery", "may"})


@dataclass(slots=True, kw_only=True)
class Peer:
    """The other side of one hop.

    name: the first word of the clause.   helo: what the client called itself; the first word where it is not marked.
    is_unreadable: what stands in the place of the address is none.   is_contested: two groups name different addresses.
    """

    name: str | None = None
    helo: str | None = None
    rdns: str | None = None
    ip: IPv4Address | IPv6Address | None = None
    is_unreadable: bool = False
    is_contested: bool = False


@dataclass(slots=True, kw_only=True)
class _Group:
    """What one comment or literal says.   is_taken: it stands where the server's own finding would stand."""

    ip: IPv4Address | IPv6Address | None = None
    rdns: str | None = None
    helo: str | None = None
    has_helo: bool = False
    is_taken: bool = False
    is_unreadable: bool = False


def read_address(written: str) -> IPv4Address | IPv6Address | None:
    """A complete address as servers write it, without tag, zone and port; mapped ones as IPv4. None when it is none."""
    found = _ADDRESS.match(written)
    if found is None:
        return None
    try:
        if found[1]:
            return IPv4Address(found[1])
        address = IPv6Address(found[2])
    except AddressValueError:
        return None
    return address.ipv4_mapped or address


def read_peer(clauses: Clauses) -> Peer:
    """Read the from clause; an empty Peer when there is none.   Raises: nothing."""
    clause = clauses.named.get("from")
    if clause is None:
        return Peer()
    text = clauses.text
    first = _FIRST.match(text, clause.start, clause.end)
    token, token_end = (first[1] or "", first.end()) if first else ("", clause.start)
    groups = [
        _literal(text, start, end, token_end) if text[start - 1] == "[" else _comment(text[start:end])
        for start, end in clauses.groups
        if token_end <= start - 1 < clause.end
    ]
    peer = Peer(name=_bare(token))
    for group in groups:
        _take(peer, group)
    _settle(peer, token, groups)
    return peer


def _take(peer: Peer, group: _Group) -> None:
    """Add what a group says to what is known."""
    if group.has_helo and peer.helo is None:
        peer.helo = group.helo or ""
    peer.is_unreadable = peer.is_unreadable or (group.is_unreadable and peer.ip is None)
    if group.ip is None:
        return
    if peer.ip is None:
        peer.ip, peer.rdns = group.ip, group.rdns
    elif peer.ip != group.ip:
        peer.is_contested = True


def _settle(peer: Peer, token: str, groups: list[_Group]) -> None:
    """Fall back on the first word: as address where no group holds one, as HELO name where none is marked."""
    is_literal = token.startswith("[")
    if not groups or not any(group.is_taken for group in groups):
        peer.ip = read_address(_without_brackets(token))
        peer.is_unreadable = is_literal and peer.ip is None
    if peer.helo is None:
        peer.helo = peer.name
    elif peer.rdns is None and peer.name is not None:
        peer.rdns = _as_name(peer.name) if "." in peer.name else None
    peer.helo = peer.helo or None
    if peer.is_unreadable or peer.is_contested:
        peer.ip = peer.rdns = None


def _literal(text: str, start: int, end: int, since: int) -> _Group:
    """A literal outside of any comment: "name [address]"; not one that is the argument of HELO or of "ident="."""
    opening = start - 1
    marker = _HELO.search(text, max(since, opening - 8), opening)
    if marker and marker.end() == opening:
        return _Group(helo=text[start:end], has_helo=True)
    if opening > since and text[opening - 1] == "=":
        return _Group()
    inside = text[start:end].strip("() ")
    ip = read_address(inside)
    return _Group(ip=ip, is_taken=True, is_unreadable=ip is None and inside.lower() not in _LOCAL)


def _comment(inside: str) -> _Group:
    """A comment: "(rdns [address])", "(address)", "([address]:port helo=name)" and what else there is."""
    group = _Group()
    if marker := _HELO.search(inside):
        group.has_helo = True
        group.helo = _bare(inside[marker.end() :].partition(" ")[0])
        inside = inside[: marker.start()].rstrip(" ,")
        if not inside:
            return group
    if "=" in inside or "<" in inside:
        inside = _CHOSEN.sub("=", inside)
    if bracketed := _BRACKETED.search(inside):
        _read_bracketed(group, inside[: bracketed.start()].split(), bracketed[1].strip())
    else:
        _read_words(group, inside)
    return group


def _read_bracketed(group: _Group, before: list[str], written: str) -> None:
    group.is_taken = True
    group.ip = read_address(written)
    group.is_unreadable = group.ip is None and written.lower() not in _LOCAL
    if len(before) == 1:
        group.rdns = _as_name(before[0])


def _read_words(group: _Group, inside: str) -> None:
    """An address without brackets: the first word, after "name.tld", or an IPv6 one, which is no version number."""
    words = inside.split(None, 8)
    for index, word in enumerate(words):
        is_placed = index == 0 or word.count(":") > 1 or (index == 1 and len(words) == 2 and "." in words[0])
        if is_placed and (ip := read_address(word.rpartition("@")[2].rstrip(","))):
            group.ip, group.is_taken = ip, True
            return
    group.is_unreadable = _NO_ADDRESS.match(inside.strip()) is not None
    group.is_taken = group.is_unreadable or not words or (len(words) == 1 and "=" not in inside)


def _as_name(word: str) -> str | None:
    """A host name that the server looked up, without "ident@" and the closing dot; None when it is none."""
    name = word.rpartition("@")[2].removeprefix("IDENT:").strip("<>").rstrip(".")
    if not name or name.lower() in _NAMELESS or ":" in name or "=" in name or name.rpartition(".")[2].isdigit():
        return None
    return name


def _bare(token: str) -> str | None:
    """A word without brackets, quotes and commas around it; None when nothing is left."""
    if token.startswith("["):
        return token[1:].partition("]")[0] or None
    return token.strip('"<>,;]') or None


def _without_brackets(token: str) -> str:
    """The inside of "[address]", with a port after it if there is one; another token as it is."""
    if not token.startswith("["):
        return token
    inside, _, port = token[1:].partition("]")
    return inside + port
