"""EDGE: which prefixes a routing registry names an autonomous system for (route and route6 objects, RFC 2622, RFC 4012).

Anybody can register a route; so this is never more than a proposal, until a person has confirmed it.
"""

import time
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Engine

from config.errors import LookupFailed
from config.prefixes import Network, PrefixTable, parse_network
from config.sections import Settings
from notices.breaker import Breakers
from notices.whois_answer import blocks_of, read_records
from notices.whois_client import fetch_text
from storage.announcements import Announced, keep_announced, list_announced
from storage.engine import reading, writing

_WIDEST = {4: 8, 6: 16}
_MOST = 20_000


def announced_by(asn: int, text: str) -> Iterator[Network]:
    """The prefixes of an answer that are announced by that autonomous system, each once, in their order."""
    found: dict[Network, None] = {}
    for record in read_records(text):
        if record.first(("origin",)).upper() == f"AS{asn}":
            found.update(dict.fromkeys(_prefixes(record.first(("route", "route6")))))
    yield from list(found)[:_MOST]


def ask_announced(settings: Settings, engine: Engine, now: datetime) -> list[str]:
    """Ask for each of our autonomous systems and keep what is said; what went wrong, a line for each that could not be asked.

    Blocking: called in a thread, or by a command.   Raises StorageError and its kin.
    """
    lookups, problems = settings.lookups, []
    for asn in settings.network.asns:
        try:
            ends_at = time.monotonic() + lookups.whois_timeout_s
            text = fetch_text(Breakers(), lookups.asn_server, f"-i origin AS{asn}", ends_at)
        except LookupFailed as error:
            problems.append(f"AS{asn}: {error}")
            continue
        with writing(engine) as connection:
            keep_announced(connection, asn, announced_by(asn, text), now)
    return problems


def proposals(settings: Settings, engine: Engine, own: PrefixTable) -> list[Announced]:
    """What is announced by our autonomous systems and is not among our prefixes yet."""
    with reading(engine) as connection:
        announced = list_announced(connection, settings.network.asns)
    return [one for one in announced if not _is_own(one.prefix, own)]


def _is_own(prefix: Network, own: PrefixTable) -> bool:
    """Whether all of it is ours: by one assignment around it, or by several, looked at in steps of a 256th."""
    held = own.find(prefix.network_address)
    if held is None:
        return False
    around = parse_network(held.prefix)
    if around.prefixlen <= prefix.prefixlen:
        return True
    steps = prefix.subnets(prefixlen_diff=min(8, prefix.max_prefixlen - prefix.prefixlen))
    return all(own.find(one.network_address) is not None for one in steps) and own.find(prefix.broadcast_address) is not None


def _prefixes(written: str) -> Iterator[Network]:
    try:
        prefixes = blocks_of(written)
    except LookupFailed:
        return
    yield from (one for one in prefixes if one.prefixlen >= _WIDEST[one.version] and not one.is_multicast and not one.is_loopback)
