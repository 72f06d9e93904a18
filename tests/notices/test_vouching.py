"""Whoever is written to is who they say: SPF or DKIM says so, over a name server on loopback; everything else vouches for nobody."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

import dkim
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from config.policy import Policy
from config.sections import LookupSettings
from notices.vouching import Vouching
from parsers.submission import Door, Envelope, Submission
from routing.lookups import DnsLookups
from tests.routing.test_signatures import RSA_PRIVATE, RSA_RECORD

ENDLESS = {(f"a{number}.loop.example.", "TXT"): f'"v=spf1 include:a{number + 1}.loop.example -all"' for number in range(30)}
ZONE = ENDLESS | {
    ("reporter.example.", "TXT"): '"v=spf1 ip4:192.0.2.0/25 -all"',
    ("mx.example.", "TXT"): '"v=spf1 mx -all"',
    ("mx.example.", "MX"): "10 mail.mx.example.",
    ("mail.mx.example.", "A"): "192.0.2.25",
    ("soft.example.", "TXT"): '"v=spf1 ~all"',
    ("anybody.example.", "TXT"): '"v=spf1 +all"',
    ("broken.example.", "TXT"): '"v=spf1 ip4:not-an-address -all"',
    ("s1._domainkey.signed.example.", "TXT"): " ".join(f'"{RSA_RECORD.decode()[at : at + 200]}"' for at in range(0, len(RSA_RECORD), 200)),
}
POLICY = Policy(trusted_networks=(ip_network("203.0.113.25/32"),))
MAIL = b"From: You <you@signed.example>\r\nTo: abuse@example-host.jp\r\nSubject: spam\r\n\r\nPlease look.\r\n"
THERE, ELSEWHERE = "192.0.2.25", "198.51.100.7"


class NameServer(threading.Thread):
    """Answers what ZONE holds, NXDOMAIN for other names, and nothing to names that begin with "silent"."""

    def __init__(self) -> None:
        super().__init__()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.socket.getsockname()[1]}"

    def run(self) -> None:
        while (received := self.socket.recvfrom(4096))[0]:
            query = dns.message.from_wire(received[0])
            name, kind = query.question[0].name.to_text().lower(), dns.rdatatype.to_text(query.question[0].rdtype)
            self.asked.append(name)
            reply = dns.message.make_response(query)
            if (name, kind) in ZONE:
                reply.answer.append(dns.rrset.from_text(name, 60, "IN", kind, ZONE[name, kind]))
            else:
                reply.set_rcode(dns.rcode.NXDOMAIN)
            if not name.startswith("silent"):
                self.socket.sendto(reply.to_wire(), received[1])

    def stop(self) -> None:
        self.socket.sendto(b"", self.socket.getsockname())
        self.join()
        self.socket.close()


@pytest.fixture
def server() -> Iterator[NameServer]:
    server = NameServer()
    server.start()
    yield server
    server.stop()


def vouched(server: NameServer, sender: str, *, peer: str = THERE, raw: bytes = MAIL, has_dns: bool = True) -> bool:
    settings = LookupSettings(resolver=server.address, dns=has_dns, timeout_s=2.0)
    lookups = DnsLookups(hosts={}, resolver=server.address, timeout_s=2.0)
    envelope = Envelope(mail_from=sender, peer=ip_address(peer))
    submission = Submission(raw=raw, door=Door.SMTP, arrived_at=datetime(2026, 8, 3, tzinfo=UTC), envelope=envelope)
    return asyncio.run(Vouching(lookups, settings, POLICY).vouches(submission))


def signed(domain: bytes = b"signed.example", raw: bytes = MAIL) -> bytes:
    return bytes(dkim.sign(raw, b"s1", domain, RSA_PRIVATE, include_headers=[b"from", b"subject"])) + raw


@pytest.mark.parametrize(
    "sender, peer, is_vouched",
    [
        ("you@reporter.example", THERE, True),
        ("you@reporter.example", ELSEWHERE, False),
        ("you@mx.example", THERE, True),
        ("you@mx.example", ELSEWHERE, False),
        ("you@soft.example", THERE, False),
        ("you@nothing.example", THERE, False),
        ("you@broken.example", THERE, False),
        ("you@a0.loop.example", THERE, False),
        ("", THERE, False),
    ],
)
def test_spf_vouches_for_the_address_that_handed_it_over(server: NameServer, sender: str, peer: str, is_vouched: bool) -> None:
    assert vouched(server, sender, peer=peer) is is_vouched


def test_spf_asks_no_more_than_the_ten_questions_of_the_standard(server: NameServer) -> None:
    assert not vouched(server, "you@a0.loop.example")
    assert len(set(server.asked)) <= 12


@pytest.mark.parametrize("peer", ["127.0.0.1", "203.0.113.25"])
@pytest.mark.parametrize("ip, is_vouched", [(THERE, True), (ELSEWHERE, False)])
def test_behind_a_relay_of_ours_the_relay_says_whom_it_had_it_from(server: NameServer, peer: str, ip: str, is_vouched: bool) -> None:
    newest = f"Received: from mail.reporter.example ([{ip}]) by mx.example-host.jp with ESMTP id 1; Mon, 3 Aug 2026 09:00:00 +0900\r\n"
    forged = "Received: from mail.reporter.example ([192.0.2.25]) by mx.example-host.jp with ESMTP id 2; Mon, 3 Aug 2026 09:00:00 +0900\r\n"
    assert vouched(server, "you@reporter.example", peer=peer, raw=(newest + forged).encode() + MAIL) is is_vouched


def test_dkim_of_the_senders_own_domain_vouches(server: NameServer) -> None:
    assert vouched(server, "you@signed.example", peer=ELSEWHERE, raw=signed())
    assert vouched(server, "you@lists.signed.example", peer=ELSEWHERE, raw=signed())


def test_dkim_of_another_domain_does_not(server: NameServer) -> None:
    assert not vouched(server, "you@other.example", peer=ELSEWHERE, raw=signed())
    assert not vouched(server, "you@example", peer=ELSEWHERE, raw=signed())


def test_a_mail_that_was_changed_does_not(server: NameServer) -> None:
    assert not vouched(server, "you@signed.example", peer=ELSEWHERE, raw=signed().replace(b"Please look", b"Please hook"))


def test_a_key_that_cannot_be_had_does_not(server: NameServer) -> None:
    assert not vouched(server, "you@unsigned.example", peer=ELSEWHERE, raw=signed(b"unsigned.example"))


def test_without_dns_nobody_is_vouched_for_and_nobody_is_asked(server: NameServer) -> None:
    assert not vouched(server, "you@reporter.example", has_dns=False)
    assert server.asked == []
