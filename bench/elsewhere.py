"""The world outside on loopback, in a process of its own: a name server that knows no name, and registries, well or hostile."""

import json
import multiprocessing
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network
from itertools import cycle
from multiprocessing.connection import Connection

from faults import rdap_server as rdap
from faults import whois_server as whois


class Registries(StrEnum):
    """How those on loopback behave."""

    OFF = "off"  # Nobody is asked.
    WELL = "well"  # Each answers at once.
    HOSTILE = "hostile"  # Each leads on to one that hangs, drips, sends 200 MB, refuses, or sends what is no answer.


_BLOCK = 48  # bits; each address of another such block is a question of its own
_EACH = 3  # servers of each hostile kind, so that none is left alone before the end of a round
_HANGS_S = 600
_LARGE = json.dumps({"remarks": [{"description": ["x"] * 10}] * 3_500}).encode()  # below the client's cap: it is read, parsed and refused

_SETTINGS = """\
dns = true
dkim = false
resolver = "127.0.0.1:{resolver}"
rdap = {asks}
rdap_server = "{first}"
rdap_hosts = {others}
rdap_timeout_s = 1.0
whois_server = "{whois}"
whois_hosts = []
whois_timeout_s = 1.0
"""


@contextmanager
def elsewhere(registries: Registries) -> Iterator[str]:
    """The settings of [lookups] that lead there, while it runs."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_run, args=(registries, there), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.kill()
        process.join()


def _run(registries: Registries, told: Connection) -> None:
    with ExitStack() as opened:
        is_hostile = registries is Registries.HOSTILE
        others = [opened.enter_context(rdap.rdap_server(one)) for one in _HOSTILE * _EACH] if is_hostile else []
        first = opened.enter_context(rdap.rdap_server(_leading_to(others) if others else _answers_well))
        by_whois = opened.enter_context(whois.whois_server(whois.drips if is_hostile else whois.says("")))
        resolver = opened.enter_context(socket.socket(type=socket.SOCK_DGRAM))
        resolver.bind(("127.0.0.1", 0))
        told.send(_SETTINGS.format(
            resolver=resolver.getsockname()[1], asks=json.dumps(registries is not Registries.OFF), first=first.url,
            others=json.dumps([one.netloc for one in others]), whois=by_whois.name,
        ))  # fmt: skip
        _know_no_name(resolver)


def _know_no_name(resolver: socket.socket) -> None:
    """NXDOMAIN to every question, for ever (RFC 1035 section 4.1.1)."""
    while True:
        asked, client = resolver.recvfrom(4_096)
        question = asked[12 : asked.index(b"\0", 12) + 5]
        resolver.sendto(asked[:2] + b"\x81\x83" + b"\0\1" + bytes(6) + question, client)


def _answers_well(handler: BaseHTTPRequestHandler) -> None:
    """The block of the address, with as much beside it as registries send."""
    network = ip_network((handler.path.rpartition("/")[2], _BLOCK), strict=False)
    card = ["vcard", [["fn", {}, "text", "Other Host Inc."], ["email", {}, "text", "abuse@other-host.example"]]]
    rdap.says(json.dumps({
        "objectClassName": "ip network", "handle": "NET-1", "name": "NET", "ipVersion": "v6",
        "startAddress": str(network[0]), "endAddress": str(network[-1]),
        "entities": [{"handle": f"{role}-1", "roles": [role], "vcardArray": card} for role in ("registrant", "technical", "abuse")],
        "notices": [{"title": "Terms of Service", "description": ["Be kind."]}] * 100,
    }).encode())(handler)  # fmt: skip


def _leading_to(others: list[rdap.RdapServer]) -> rdap.Answering:
    """To each in turn."""
    turns = cycle(others)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        rdap.says(b"", 302, Location=f"{next(turns).url}/ip/{handler.path.rpartition('/')[2]}")(handler)

    return answer


def _hangs(_handler: BaseHTTPRequestHandler) -> None:
    time.sleep(_HANGS_S)


_HOSTILE = [_hangs, rdap.endless, rdap.drips, rdap.says(b"", 429), rdap.drips_headers, rdap.says(_LARGE), rdap.says(b"{")]
