"""Look-ups against a name server on loopback: found, absent, silent, and the budget that bounds them all."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from ipaddress import ip_address

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from routing.facts import Facts, Known, Questions
from routing.lookups import DnsLookups, FixedLookups

ZONE = {
    ("shop.example.", "A"): "203.0.113.9",
    ("shop.example.", "AAAA"): "2001:db8:10::9",
    ("s1._domainkey.shop.example.", "TXT"): '"v=DKIM1; p=" "MIIB"',
}


class NameServer(threading.Thread):
    """Answers what ZONE holds, NXDOMAIN for other names, and nothing at all for names that begin with "silent"."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.asked: list[str] = []

    def run(self) -> None:
        while True:
            try:
                wire, client = self.socket.recvfrom(4096)
            except OSError:
                return
            query = dns.message.from_wire(wire)
            name = query.question[0].name.to_text()
            kind = dns.rdatatype.to_text(query.question[0].rdtype)
            self.asked.append(f"{name} {kind}")
            if not name.startswith("silent"):
                self.socket.sendto(self.answer(query, name, kind).to_wire(), client)

    @staticmethod
    def answer(query: dns.message.Message, name: str, kind: str) -> dns.message.Message:
        reply = dns.message.make_response(query)
        if name.startswith("broken"):
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif (name, kind) in ZONE:
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", kind, ZONE[name, kind]))
        elif not any(known == name for known, _ in ZONE):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply


@pytest.fixture
def server() -> Iterator[NameServer]:
    server = NameServer()
    server.start()
    yield server
    server.socket.close()


def ask(server: NameServer, *hosts: str, keys: tuple[str, ...] = (), timeout_s: float = 2.0) -> Facts:
    port = server.socket.getsockname()[1]
    fixed = {"www.shop.example": (ip_address("203.0.113.7"),)}
    lookups = DnsLookups(hosts=fixed, resolver=f"127.0.0.1:{port}", timeout_s=timeout_s)
    return asyncio.run(lookups.gather(Questions(hosts=hosts, keys=keys)))


def test_a_host_is_found_with_both_kinds_of_address(server: NameServer) -> None:
    answer = ask(server, "shop.example").host("shop.example")
    assert (answer.known, {str(ip) for ip in answer.addresses}) == (Known.FOUND, {"203.0.113.9", "2001:db8:10::9"})


def test_a_fixed_answer_is_given_without_asking(server: NameServer) -> None:
    assert ask(server, "www.shop.example").host("www.shop.example").origin == "fixed"
    assert server.asked == []


def test_a_name_that_does_not_exist_is_absent(server: NameServer) -> None:
    assert ask(server, "nowhere.example").host("nowhere.example").known is Known.ABSENT


@pytest.mark.parametrize("host", ["silent.example", "broken.example"])
def test_a_failure_is_unknown_and_never_a_no(server: NameServer, host: str) -> None:
    assert ask(server, host, timeout_s=0.3).host(host).known is Known.UNKNOWN


def test_a_silent_server_does_not_cost_the_others_their_answers(server: NameServer) -> None:
    facts = ask(server, "silent.example", "shop.example", timeout_s=1.0)
    assert facts.host("shop.example").known is Known.FOUND
    assert facts.host("silent.example").known is Known.UNKNOWN


def test_a_key_record_is_joined_from_its_strings(server: NameServer) -> None:
    key = ask(server, keys=("s1._domainkey.shop.example.",)).keys["s1._domainkey.shop.example."]
    assert (key.known, key.record) == (Known.FOUND, b"v=DKIM1; p=MIIB")


@pytest.mark.parametrize("name", ["a..example", "x" * 300 + ".example", "-.example\0"])
def test_a_name_that_is_none_is_unknown_not_an_error(server: NameServer, name: str) -> None:
    assert ask(server, name, timeout_s=0.5).host(name).known in (Known.UNKNOWN, Known.ABSENT)


def test_look_ups_that_are_switched_off_say_so() -> None:
    facts = FixedLookups({}).answer(Questions(hosts=("shop.example",)))
    assert facts.host("shop.example").known is Known.OFF
