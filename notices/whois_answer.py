"""The text of a whois answer (RFC 3912), read by the names of its lines: the five registries' and those of the national ones.

ipwhois also reads whois texts, but gives all their mail addresses without telling which is the abuse desk's, and its patterns take
time that grows with the square of a hostile text; here a line is looked at once.
"""

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address, ip_network, summarize_address_range
from itertools import islice
from typing import NamedTuple

from config.errors import LookupFailed
from notices.registry_answer import Address, Network, RegistryAnswer, mail_address_in, plain_words
from routing.facts import Known, NetworkAnswer

_LINES = 20_000
_LINE_CHARS = 500
_BLOCKS = 64  # of one range

# "inetnum:  …" (RPSL, RFC 2622), "NetRange:  …" (ARIN), "a. [Network Number]  …" (JPNIC), "IPv4 Address       : …" (KRNIC)
_LINE = re.compile(r"\s{0,8}(?:[a-z]\. )?(?:\[([^\[\]:]{1,40})\]|([A-Za-z][A-Za-z0-9 /_-]{0,40}):)(.{0,500})")
# "% Abuse contact for '198.51.100.0 - 198.51.100.127' is 'abuse@ripe-host.example'" (RIPE, APNIC, AFRINIC)
_ABUSE_REMARK = re.compile(r"% Abuse contact for '[^']{1,100}' is '([^']{1,254})'")
_HEADING = re.compile(r"\[ ?([A-Za-z][A-Za-z0-9 ]{1,60}[A-Za-z]) ?\]\s*")

_RANGES = frozenset(("inetnum", "inet6num", "netrange", "network number", "ipv4 address", "ipv6 address", "netblock", "route", "route6"))
_ABUSE = ("abuse-mailbox", "orgabuseemail", "rabuseemail", "abuse", "abuse contact", "abuse-contact")
_MAIL = ("e-mail", "email")
_ORGANISATIONS = ("orgname", "org-name", "owner", "organization", "organization name", "custname", "descr", "network name", "netname")

# Who keeps what of APNIC's space, by what its objects say of them, and their servers.
NATIONAL: dict[str, str] = {
    "JPNIC": "whois.nic.ad.jp",
    "KRNIC": "whois.krnic.net",
    "TWNIC": "whois.twnic.net",
    "CNNIC": "whois.cnnic.cn",
    "IDNIC": "whois.idnic.net",
    "VNNIC": "whois.vnnic.vn",
    "NIC.BR": "whois.registro.br",
}
_KEPT_BY = ("source", "mnt-by", "mnt-lower", "netname", "network name", "owner")


class Record(NamedTuple):
    """Lines that stand together: name (lower case) and value.   about_abuse: its heading says that it is the abuse desk's."""

    lines: tuple[tuple[str, str], ...]
    about_abuse: bool = False

    def first(self, names: Iterable[str]) -> str:
        """The first value there is, by the order of the names."""
        return next((value for name in names for here, value in self.lines if here == name and value), "")


def read_records(text: str) -> tuple[Record, ...]:
    """The records of an answer, as they stand; blank lines, headings and rules are between them."""
    records: list[Record] = []
    lines: list[tuple[str, str]] = []
    about_abuse = False
    for line in islice(text.splitlines(), _LINES):
        short = line[:_LINE_CHARS].rstrip()
        heading = _HEADING.fullmatch(short)
        if heading or not short or short.startswith(("---", "===")):
            records.append(Record(tuple(lines), about_abuse))
            lines, about_abuse = [], "abuse" in heading[1].lower() if heading else about_abuse and not short
            continue
        lines += _line(short)
    records.append(Record(tuple(lines), about_abuse))
    return tuple(one for one in records if one.lines)


def _line(line: str) -> Iterator[tuple[str, str]]:
    if remark := _ABUSE_REMARK.match(line):
        yield "abuse-mailbox", remark[1].strip()
    elif not line.startswith(("%", "#")) and (found := _LINE.match(line)):
        yield (found[1] or found[2]).strip().lower(), found[3].lstrip(" \t:").strip()


def led_to(records: Iterable[Record]) -> str:
    """The host that knows more, as the answer says; "" for none.

    "refer:" (IANA), "ReferralServer: whois://…" (ARIN), or a national registry's name in what APNIC and LACNIC say.
    """
    lines = [line for record in records for line in record.lines]
    for name, value in lines:
        if name in ("refer", "referralserver", "whois") and (host := value.removeprefix("whois://").rstrip("/").lower()):
            return host
    said = " ".join(value.upper() for name, value in lines if name in _KEPT_BY)
    return next((host for name, host in NATIONAL.items() if name in said), "")


def read_whois(address: Address, records: tuple[Record, ...]) -> RegistryAnswer | None:
    """The narrowest network that holds an address; None where none of them does."""
    networks = [(blocks, number) for number, record in enumerate(records) for blocks in _networks(record) if _holds(blocks, address)]
    if not networks:
        return None
    blocks, number = min(networks, key=lambda one: (sum(block.num_addresses for block in one[0]), -one[1]))
    about = (records[number], *records[number + 1 :], *records[:number])
    answer = NetworkAnswer(
        known=Known.FOUND,
        network=", ".join(map(str, blocks[:3])),
        organisation=_organisation(about),
        abuse_address=_abuse_address(about),
    )
    return RegistryAnswer(answer=answer, blocks=blocks)


def _networks(record: Record) -> Iterator[tuple[Network, ...]]:
    for name, value in record.lines:
        if name in _RANGES:
            try:
                yield blocks_of(value)
            except LookupFailed:
                continue


def blocks_of(written: str) -> tuple[Network, ...]:
    """ "198.51.100.0 - 198.51.100.255", "198.51.100.0/24", "198.51.100/24" (LACNIC).   Raises LookupFailed."""
    first, dash, last = (part.strip() for part in written.partition("(")[0].partition(" - "))
    try:
        if dash:
            ends = ip_address(first), ip_address(last)
            return tuple(islice(summarize_address_range(*ends), _BLOCKS))  # one of each raises TypeError
        number, slash, length = first.partition("/")
        missing = 3 - number.count(".") if slash and ":" not in number else 0
        return (ip_network(f"{number}{'.0' * missing}{slash}{length}", strict=False),)
    except (ValueError, TypeError) as error:
        raise LookupFailed("no range of addresses") from error


def _holds(blocks: Iterable[Network], address: Address) -> bool:
    return any(address in block for block in blocks)


def _organisation(about: tuple[Record, ...]) -> str:
    """The network's own record first, then the organisation that is told beside it."""
    named = [one.first(_ORGANISATIONS[:6]) for one in about]
    return plain_words(next(filter(None, named), "") or about[0].first(_ORGANISATIONS))


def _abuse_address(about: tuple[Record, ...]) -> str:
    """Of a line that is the abuse desk's, or of a record that is; in the network's own record first."""
    candidates = [one.first(_ABUSE) for one in about]
    candidates += [one.first(_MAIL) for one in about if one.about_abuse]
    candidates += [one.first(_MAIL) for one in _contacts(about)]
    return next(filter(None, map(mail_address_in, candidates)), "")


def _contacts(about: tuple[Record, ...]) -> Iterator[Record]:
    """The person that "abuse-c:" names (LACNIC, registro.br)."""
    handles = {value for record in about for name, value in record.lines if name in ("abuse-c", "ownerabuse") and value}
    for record in about:
        if record.first(("nic-hdl", "nic-hdl-br")) in handles:
            yield record
