"""Mail operators as data: what each one's hosts are called and which addresses they use (operators/*.toml).

A profile says nothing about good or bad; it says which Received lines an operator writes about itself, which about
others, and how its own hosts are told from strangers. Each names the source of its facts.
"""

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from ipaddress import ip_address
from pathlib import Path

from parsers.report import Address
from routing.networks import Networks
from routing.organisation import plain_host

_NONE = Networks()


@dataclass(frozen=True, kw_only=True)
class Operator:
    """One operator's profile.   Host patterns: a name, `*.suffix`, or `*` inside a label.

    name: its word in the trace.   source: where the facts come from.
    domains: what its host names end in; all count as one organisation.
    by_networks: addresses that it writes in the place of a by-host.
    by_names: hosts of its own that have no domain, or one that others share.
    borders: hosts that take mail from outside.   inner_hosts: hosts that take mail only from its own hosts.
    inner_names: verified reverse names of its own hosts.   inner_networks: their addresses, believed everywhere but at a border.
    outbound_names, outbound_networks: by which its hosts are recognised when they hand mail over to others.
    mail_domains: sender domains whose SPF names its hosts and no others.
    submission_hosts: hosts that take mail only after authentication.
    stamps_below: it writes its evidence directly below its border line too (Gmail), not only above.
    regroups: mail saved from it has the fields of one name together, so that their places are lost.
    is_replayed: its lines are often copied into forgeries; one below a stranger contradicts itself.
    """

    name: str
    title: str
    source: str
    domains: tuple[str, ...]
    by_networks: Networks = _NONE
    by_names: tuple[str, ...] = ()
    borders: tuple[str, ...] = ()
    inner_hosts: tuple[str, ...] = ()
    inner_names: tuple[str, ...] = ()
    inner_networks: Networks = _NONE
    outbound_names: tuple[str, ...] = ()
    outbound_networks: Networks = _NONE
    mail_domains: tuple[str, ...] = ()
    submission_hosts: tuple[str, ...] = ()
    stamps_below: bool = False
    regroups: bool = False
    is_replayed: bool = False

    def is_border(self, host: str) -> bool:
        """Whether it is one of the hosts that take mail from outside."""
        return matches(host, self.borders)

    def sends_from(self, address: Address) -> bool:
        """Whether its hosts hand mail over from this address."""
        return address in self.outbound_networks


def matches(host: str, patterns: tuple[str, ...]) -> bool:
    """Whether a plain host name fits one of the patterns, on label boundaries."""
    return any(_fits(host, pattern) for pattern in patterns)


def operator_of(host: str | None) -> Operator | None:
    """The operator that a host name, or an address in the place of one, belongs to."""
    return _operator_of(plain_host(host))


@lru_cache(maxsize=8192)
def _operator_of(name: str) -> Operator | None:
    by_domain, domain = _by_domain(), name
    while domain:
        if domain in by_domain:
            return by_domain[domain]
        domain = domain.partition(".")[2]
    return _operator_writing(name)


def _operator_writing(name: str) -> Operator | None:
    """The operator that writes such a name, or address, and owns no domain to tell it by."""
    try:
        address = ip_address(name.removeprefix("ipv6:"))
    except ValueError:
        return next((one for one in operators() if matches(name, one.by_names)), None)
    return next((one for one in operators() if address in one.by_networks), None)


@lru_cache(maxsize=8192)
def operator_sending_from(address: Address) -> Operator | None:
    """The operator whose outbound addresses hold this one."""
    return next((one for one in operators() if one.sends_from(address)), None)


@cache
def operators() -> tuple[Operator, ...]:
    """All profiles, by file name.   Raises ValueError naming the file that is not one."""
    folder = Path(__file__).with_name("operators")
    return tuple(_read(path) for path in sorted(folder.glob("*.toml")))


def render_operators() -> str:
    """The profiles as a Markdown table, for docs/provenance.md."""
    rows = [f"| `{one.name}` | {one.title} | {', '.join(one.domains)} |" for one in operators()]
    return "\n".join(["| word | operator | its hosts are under |", "|---|---|---|", *rows]) + "\n"


@cache
def _by_domain() -> dict[str, Operator]:
    return {domain: operator for operator in operators() for domain in operator.domains}


def _read(path: Path) -> Operator:
    table = tomllib.loads(path.read_text("utf-8"))
    for key, value in table.items():
        if isinstance(value, list):
            table[key] = Networks(value) if key.endswith("_networks") else tuple(value)
    try:
        return Operator(name=path.stem, **table)
    except TypeError as error:
        raise ValueError(f"{path.name}: {error}") from error


def _fits(host: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return host.count(".") == pattern.count(".") and fnmatchcase(host, pattern.replace("*", "?*"))
