"""The organisation that a host name belongs to: the name registered under a public suffix (publicsuffix.org)."""

from functools import cache, lru_cache
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList

# Names that are used inside networks only, by standard or by habit: RFC 6761, 6762, 8375, and the name that ICANN set aside.
_INSIDE_ONLY = frozenset({"local", "localdomain", "localhost", "internal", "intranet", "lan", "home", "corp", "private", "arpa"})


@lru_cache(maxsize=8192)
def organisation_of(host: str | None) -> str:
    """The registered domain of a host, lower case; "" for an address, an unqualified or inside-only name, a suffix itself or nothing.

    Private suffixes count: two customers of a hosting name such as sakura.ne.jp are two organisations.
    """
    name = plain_host(host)
    if "." not in name or name.rpartition(".")[2] in _INSIDE_ONLY or _is_address(name):
        return ""
    return _suffixes().privatesuffix(name) or ""


@lru_cache(maxsize=8192)
def plain_host(host: str | None) -> str:
    """A host as it is compared: lower case, no brackets, no dot at the end; "" where it is no name (RFC 1035: 255 octets)."""
    name = (host or "").strip("[]<>. \t").lower()
    return name if len(name) <= 255 else ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name.removeprefix("ipv6:"))
    except ValueError:
        return False
    return True


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
