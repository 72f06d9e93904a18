"""ipwhois, as far as it is trusted: the reading of one RDAP answer (RFC 9083).   It is never let near the network.

Its own requests follow any redirection, read any size, and sleep for minutes when told to come back; so the answer is fetched
before (notices/rdap_client.py), and its check of reserved addresses is not used, because ours knows what the site calls routable.
"""

import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, summarize_address_range
from itertools import islice
from typing import Any

from config.errors import LookupFailed
from routing.facts import Known, NetworkAnswer

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_DEPTH = 6  # of entities inside entities
_ENTITIES = 200
_NAME_CHARS = 100
_BLOCKS = 64  # of one range
# addr-spec of RFC 5321 as far as an abuse desk's ever looks; nothing that could be more than one address
_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z0-9-]{2,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryAnswer:
    """What a registry says of an address, and the blocks that this holds for."""

    answer: NetworkAnswer
    blocks: tuple[Network, ...]


def load_library() -> None:
    """Import now what read_answer() would import beside the mails: it takes half a second."""
    importlib.import_module("ipwhois.rdap")


def read_answer(address: Address, document: Any) -> RegistryAnswer:
    """The network that holds an address.   Raises LookupFailed for an answer that is none, or is one to another question."""
    network = _network(address, document)
    blocks = _blocks(network)
    if not any(address in block for block in blocks):
        raise LookupFailed("the answer is about another network")
    entities = tuple(_entities(document))
    answer = NetworkAnswer(
        known=Known.FOUND,
        network=", ".join(map(str, blocks[:3])),
        organisation=_organisation(entities) or plain_words(network.get("name")),
        abuse_address=_abuse_address(entities),
    )
    return RegistryAnswer(answer=answer, blocks=blocks)


def _network(address: Address, document: Any) -> Mapping[str, Any]:
    from ipwhois.net import Net
    from ipwhois.rdap import RDAP

    class KnownNet(Net):  # type: ignore[misc] # untyped; its own constructor refuses reserved addresses and reads /etc/resolv.conf
        def __init__(self) -> None:
            self.address, self.address_str, self.version = address, str(address), address.version

    try:
        found = RDAP(KnownNet()).lookup(response=document, bootstrap=True, retry_count=0, rate_limit_timeout=0, root_ent_check=False)
        return dict(found["network"])
    except Exception as error:  # hostile input reaches the library here; whatever it raises means that it could not read it
        raise LookupFailed(f"the answer cannot be read: {type(error).__name__}") from error


def _blocks(network: Mapping[str, Any]) -> tuple[Network, ...]:
    try:
        first, last = ip_address(network["start_address"]), ip_address(network["end_address"])
        found: Iterator[Any] = summarize_address_range(first, last)
        return tuple(islice(found, _BLOCKS))
    except (KeyError, TypeError, ValueError) as error:  # TypeError: one of each version
        raise LookupFailed("the answer names no range of addresses") from error


def _entities(document: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """All entities with their depth, the outer ones first; a registrant's contacts stand inside it (ARIN), or beside it (the others)."""
    level: list[Mapping[str, Any]] = [document]
    seen = 0
    for depth in range(_DEPTH):
        inner: list[Mapping[str, Any]] = [one for outer in level for one in _list(outer.get("entities")) if isinstance(one, dict)]
        for one in inner:
            seen += 1
            if seen > _ENTITIES:
                return
            yield depth, one
        level = inner


def _abuse_address(entities: tuple[tuple[int, Mapping[str, Any]], ...]) -> str:
    found = (_mail_address(one) for _, one in entities if "abuse" in _roles(one))
    return next((address for address in found if address), "")


def _organisation(entities: tuple[tuple[int, Mapping[str, Any]], ...]) -> str:
    named = [(one, _name(one)) for _, one in entities if "registrant" in _roles(one)]
    organisations = [name for one, name in named if name and _kind(one) != "individual"]
    return next(iter(organisations), "")


def _roles(entity: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(role.lower() for role in _list(entity.get("roles")) if isinstance(role, str))


def _card(entity: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """jCard properties (RFC 7095): name and first value."""
    card = _list(entity.get("vcardArray"))
    for one in _list(card[1] if len(card) > 1 else None):
        if isinstance(one, list) and len(one) >= 4 and isinstance(one[0], str):
            yield one[0].lower(), one[3]


def _mail_address(entity: Mapping[str, Any]) -> str:
    written = (value for name, value in _card(entity) if name == "email" and isinstance(value, str))
    return next(filter(None, map(mail_address_in, written)), "")


def _name(entity: Mapping[str, Any]) -> str:
    found = {name: plain_words(value) for name, value in _card(entity) if name in ("fn", "org")}
    return found.get("fn") or found.get("org", "")


def _kind(entity: Mapping[str, Any]) -> str:
    return next((str(value).lower() for name, value in _card(entity) if name == "kind"), "")


def mail_address_in(written: str) -> str:
    """The one mail address that a value is, "" for anything else."""
    plain = written.strip()
    return plain if len(plain) <= 254 and _MAIL_ADDRESS.fullmatch(plain) else ""


def plain_words(value: Any) -> str:
    """Words for a line of a letter: printable, in one line, short."""
    text = value if isinstance(value, str) else ""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text[:1_000]).split())[:_NAME_CHARS]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
