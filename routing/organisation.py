"""The organisation that a host name belongs to: the name registered under a public suffix (publicsuffix.org)."""

from functools import cache, lru_cache
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList


@lru_cache(maxsize=8192)
def organisation_of(host: str | None) -> str:
    """The registered domain of a host, lower case; "" for an address, an unqualified name, a suffix itself or nothing.

    Private suffixes count: two customers of a hosting name such as sakura.ne.jp are two organisations.
    """
    name = plain_host(host)
    if "." not in name or _is_address(name):
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
