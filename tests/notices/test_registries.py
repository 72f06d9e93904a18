"""Whose network an address is, asked of registries on loopback that behave, and of such that do not."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network
from typing import Any, TypeVar

import pytest

from config.policy import Policy
from config.sections import LookupSettings
from faults.rdap_server import Answering, RdapServer, drips, drips_headers, rdap_server, says
from notices.rdap_client import MAX_BYTES
from notices.registries import Registries, canonical
from routing.facts import Known, NetworkAnswer
from tests.notices import registry_answers

T = TypeVar("T")
POLICY = Policy(routable=tuple(map(ip_network, ("198.51.100.0/24", "2001:db8::/32"))))
THERE = "198.51.100.7"
UNKNOWN = NetworkAnswer(known=Known.UNKNOWN)


def with_registries(server: RdapServer, work: Callable[[Registries], Coroutine[Any, Any, T]], **settings: Any) -> T:
    async def run() -> T:
        registries = Registries(
            replace(LookupSettings(whois=False, rdap_server=server.url, rdap_hosts=(), rdap_timeout_s=5.0), **settings), POLICY
        )
        try:
            return await work(registries)
        finally:
            registries.close()

    return asyncio.run(run())


def found(answering: Answering, address: str = THERE, **settings: Any) -> NetworkAnswer:
    with rdap_server(answering) as server:
        return with_registries(server, lambda registries: registries.find(address), **settings)


@pytest.mark.parametrize(
    "answer, address, network, organisation, abuse",
    [
        (registry_answers.arin, THERE, "198.51.100.0/24", "Other Host Inc.", "abuse@other-host.example"),
        (registry_answers.ripe, THERE, "198.51.100.0/25", "Ripe Host B.V.", "abuse@ripe-host.example"),
        (registry_answers.apnic, "2001:db8:20::7", "2001:db8:20::/48", "AP-HOST", "irt@ap-host.example"),
        (registry_answers.lacnic, THERE, "198.51.100.0/24", "Lac Host Ltda X-Evil: yes", "abuse@lac-host.example"),
        (registry_answers.afrinic, THERE, "198.51.0.0/16", "Afri Host", ""),
    ],
    ids=["arin", "ripe", "apnic", "lacnic", "afrinic"],
)
def test_each_registrys_answer_names_network_organisation_and_abuse_address(
    answer: Callable[[], bytes], address: str, network: str, organisation: str, abuse: str
) -> None:
    expected = NetworkAnswer(known=Known.FOUND, network=network, organisation=organisation, abuse_address=abuse)
    assert found(says(answer()), address) == expected


def test_a_redirection_to_an_allowed_registry_is_followed() -> None:
    registry_there = rdap_server(says(registry_answers.arin()))
    with registry_there as registry, rdap_server(says(b"", 302, Location=f"{registry.url}/ip/{THERE}")) as first:
        answer = with_registries(first, lambda registries: registries.find(THERE), rdap_hosts=(registry.netloc,))
        assert answer.abuse_address == "abuse@other-host.example"
        assert registry.asked == [f"/rdap/ip/{THERE}"]


def test_a_redirection_elsewhere_is_not_followed() -> None:
    with rdap_server(says(registry_answers.arin())) as elsewhere:
        assert found(says(b"", 302, Location=f"{elsewhere.url}/ip/{THERE}")) == UNKNOWN
        assert elsewhere.asked == []


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://user@127.0.0.1/", "//127.0.0.1:1/", "gopher://127.0.0.1/"])
def test_a_redirection_to_what_is_no_registry_is_not_followed(location: str) -> None:
    assert found(says(b"", 302, Location=location)) == UNKNOWN


def test_a_circle_of_redirections_ends() -> None:
    with rdap_server(says(b"", 302, Location="/again")) as server:
        assert with_registries(server, lambda registries: registries.find(THERE)) == UNKNOWN
        assert len(server.asked) == 5


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    sent = []

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(200):
            handler.wfile.write(b" " * 1_000_000)
            sent.append(1_000_000)

    assert found(endless) == UNKNOWN
    assert sum(sent) < 40 * MAX_BYTES


def test_an_answer_of_the_largest_size_is_read_and_one_byte_more_is_not() -> None:
    plain = registry_answers.arin()
    assert found(says(plain + b" " * (MAX_BYTES - len(plain) - 1))).known is Known.FOUND
    assert found(says(plain + b" " * (MAX_BYTES - len(plain)))).known is Known.FOUND
    assert found(says(plain + b" " * (MAX_BYTES - len(plain) + 1))) == UNKNOWN


@pytest.mark.parametrize("answering", [drips, drips_headers], ids=["body", "headers"])
def test_a_byte_at_a_time_ends_at_the_deadline_and_frees_the_thread(answering: Answering) -> None:
    with rdap_server(answering) as server:

        async def many(registries: Registries) -> list[NetworkAnswer]:
            return await asyncio.gather(*(registries.find(f"198.51.100.{number}") for number in range(4)))

        started = time.monotonic()
        assert with_registries(server, many, rdap_timeout_s=0.4) == [UNKNOWN] * 4
        assert time.monotonic() - started < 5  # thirty seconds without the deadline


def test_who_is_told_to_come_back_later_does_not_ask_again_at_once() -> None:
    with rdap_server(says(b"", 429)) as server:

        async def two(registries: Registries) -> list[NetworkAnswer]:
            return [await registries.find("198.51.100.1"), await registries.find("198.51.100.2")]

        assert with_registries(server, two) == [UNKNOWN] * 2
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"7", b"{}", b'{"entities": 5}', b"[" * 100_000, b"\xff\xfe", b"{" * 9]
)
def test_what_is_no_answer_is_unknown(body: bytes) -> None:
    assert found(says(body)) == UNKNOWN


def test_an_answer_about_another_network_is_not_believed() -> None:
    assert found(says(registry_answers.apnic())) == UNKNOWN


def test_what_the_registry_does_not_know_is_absent() -> None:
    assert found(says(b"", 404)).known is Known.ABSENT


def test_a_network_is_asked_for_once() -> None:
    with rdap_server(says(registry_answers.arin())) as server:

        async def several(registries: Registries) -> None:
            await asyncio.gather(registries.find(THERE), registries.find(THERE))
            await registries.find("198.51.100.200")
            assert registries.known([THERE, "192.0.2.1", "no address"]).keys() == {THERE}

        with_registries(server, several)
        assert len(server.asked) == 1


def test_a_server_that_fails_three_times_is_left_alone_for_a_minute() -> None:
    now = [0.0]
    with rdap_server(says(b"", 500)) as server:

        async def ask() -> None:
            registries = Registries(LookupSettings(whois=False, rdap_server=server.url), POLICY, clock=lambda: now[0])
            for number in range(6):
                await registries.find(f"198.51.100.{number}")
            assert len(server.asked) == 3
            now[0] = 61.0
            await registries.find("198.51.100.7")
            assert len(server.asked) == 4
            registries.close()

        asyncio.run(ask())


def test_what_is_known_expires() -> None:
    now = [0.0]
    with rdap_server(says(registry_answers.arin())) as server:

        async def ask() -> None:
            registries = Registries(LookupSettings(whois=False, rdap_server=server.url), POLICY, clock=lambda: now[0])
            await registries.find(THERE)
            assert registries.known([THERE])
            now[0] = 86_401.0
            assert not registries.known([THERE])
            registries.close()

        asyncio.run(ask())


@pytest.mark.parametrize(
    "written, asked",
    [
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2002:c633:6407::1", "198.51.100.7"),
        ("198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", None),
        ("10.0.0.1", None),
        ("100.64.0.1", None),
        ("169.254.169.254", None),
        ("fe80::1%eth0", None),
        ("224.0.0.1", None),
        ("198.51.100.007", None),
        ("127.1", None),
        ("www.shop.example", None),
    ],
)
def test_only_public_addresses_are_asked_for_in_their_plain_form(written: str, asked: str | None) -> None:
    plain = canonical(written, POLICY)
    assert (str(plain) if plain else None) == asked


@pytest.mark.parametrize("asks, loaded", [(True, "True"), (False, "False")])
def test_the_library_is_there_before_the_first_mail_where_registries_are_asked(asks: bool, loaded: str) -> None:
    program = (
        "import sys; from config.policy import Policy; from config.sections import LookupSettings;"
        "from notices.registries import Registries;"
        f"Registries(LookupSettings(rdap={asks}), Policy()).prepare(); print('ipwhois.rdap' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip() == loaded
