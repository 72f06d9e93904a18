"""What is yours, whose lines are believed, and what may be asked of the world."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated

from config import values
from config.prefixes import Network

_REGISTRIES = (
    "rdap.arin.net",
    "rdap.db.ripe.net",
    "rdap.apnic.net",
    "rdap.lacnic.net",
    "rdap.registro.br",
    "rdap.afrinic.net",
)

_WHOIS = (
    "whois.arin.net",
    "whois.ripe.net",
    "whois.apnic.net",
    "whois.lacnic.net",
    "whois.registro.br",
    "whois.afrinic.net",
    "whois.nic.ad.jp",
    "whois.krnic.net",
    "whois.twnic.net",
    "whois.cnnic.cn",
    "whois.idnic.net",
    "whois.vnnic.vn",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNetwork:
    """What is yours: a report is accepted when it concerns this."""

    prefixes: Annotated[tuple[Network, ...], values.each(values.network), "Your address space."] = ()
    prefix_files: Annotated[
        tuple[str, ...],
        values.each(values.text),
        "CSV files of prefix,contractor,service,valid_from,valid_to lines; a relative path counts from this file.",
    ] = ()
    asns: Annotated[
        tuple[int, ...],
        values.each(values.asn),
        "Your autonomous systems; what they announce is proposed to you, and yours only once it is confirmed.",
    ] = ()
    confirmed_file: Annotated[
        str, values.text, "The prefix file that `networks confirm` writes; a relative path counts from this file; empty for none."
    ] = ""
    domains: Annotated[tuple[str, ...], values.each(values.domain), "Your names, each with everything below it."] = ()
    routable: Annotated[
        tuple[Network, ...], values.each(values.network), "Reserved ranges to treat as routable; for demonstrations and tests."
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivers:
    """Whose Received lines are believed."""

    trusted: Annotated[
        tuple[Network | str, ...], values.each(values.host_or_network), "Hosts and prefixes whose Received lines you wrote yourself."
    ] = ()
    gateways: Annotated[
        tuple[str, ...], values.each(values.domain), "Inbound gateways of reporters, below which the walk through Received lines goes on."
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupSettings:
    """What may be asked of the outside world."""

    dns: Annotated[bool, values.flag, "Ask DNS for the addresses of linked hosts; false: no look-up leaves this machine."] = True
    dkim: Annotated[bool, values.flag, "Ask DNS for DKIM keys."] = True
    rdap: Annotated[bool, values.flag, "Ask registries, after the answer, whose network an address elsewhere is."] = True
    rdap_server: Annotated[str, values.text, "The RDAP server to begin with; it leads on to the registry that holds the address."] = (
        "https://rdap-bootstrap.arin.net/bootstrap"
    )
    rdap_hosts: Annotated[tuple[str, ...], values.each(values.text), "The RDAP servers that one may lead on to; no others are asked."] = (
        _REGISTRIES
    )
    rdap_timeout_s: Annotated[float, values.seconds, "How long one question to the registries may take, redirections included."] = 10.0
    whois: Annotated[bool, values.flag, "Ask by whois where RDAP fails or names no abuse address."] = True
    whois_server: Annotated[str, values.text, "The whois server to begin with, as host or host:port."] = "whois.iana.org"
    whois_hosts: Annotated[
        tuple[str, ...], values.each(values.text), "The whois servers that one may lead on to, national ones included; no others are asked."
    ] = _WHOIS
    whois_timeout_s: Annotated[float, values.seconds, "How long one question by whois may take, all servers included."] = 10.0
    asn_file: Annotated[
        str, values.text, "A file of networks in MaxMind's format (.mmdb) that is asked before any registry; empty for none."
    ] = ""
    asn_server: Annotated[str, values.text, "The whois server that tells what an autonomous system announces (RPSL origin)."] = (
        "whois.radb.net"
    )
    resolver: Annotated[str, values.resolver, "The name server, as address:port; empty for the system's."] = ""
    hosts: Annotated[
        Mapping[str, tuple[IPv4Address | IPv6Address, ...]],
        values.table(values.domain, values.each(values.address)),
        'Fixed answers, asked first, as in { "www.shop.example" = ["203.0.113.9"] }.',
    ] = field(default_factory=dict)
    timeout_s: Annotated[float, values.seconds, "How long one mail's look-ups may take together; what is missing then is unknown."] = 1.0
