"""A refusal names the responsible network when it is known, and never waits for it."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network

import pytest

from config.limits import Limits
from config.policy import Policy
from config.prefixes import Assignment, PrefixTable
from config.sections import LookupSettings
from faults.rdap_server import rdap_server, says
from faults.whois_server import says as whois_says
from faults.whois_server import whois_server
from intake.pipeline import conclude, examine
from notices.registries import Registries, WithNetworks
from parsers.submission import Door, Submission
from routing.lookups import FixedLookups
from tests.notices import registry_answers, whois_answers

POLICY = Policy(
    prefixes=PrefixTable([Assignment(prefix="203.0.113.0/24")]),
    routable=tuple(map(ip_network, ("198.51.100.0/24", "203.0.113.0/24", "192.0.2.0/24"))),
    trusted_names=("mx.reporter.example",),
    asks_registries=True,
)
HEAD = "Received: from mail.sender.example ([{ip}]) by mx.reporter.example with ESMTP id 1; Mon, 3 Aug 2026 09:00:00 +0900\n"
MAIL = "From: Seller <seller@sender.example>\nTo: you@reporter.example\nSubject: buy now\nMessage-ID: <1@sender.example>\n\nBuy now!\n"


def spam(*ips: str) -> Submission:
    raw = "".join(HEAD.format(ip=ip) for ip in ips) + MAIL
    return Submission(raw=raw.encode(), door=Door.FILE, arrived_at=datetime(2026, 8, 3, tzinfo=UTC))


def test_the_addresses_that_a_refusal_may_name_are_asked_for() -> None:
    assert examine(spam("198.51.100.7", "203.0.113.9", "10.0.0.1"), POLICY).questions.addresses == ("198.51.100.7",)


def test_nothing_is_asked_for_where_registries_are_not() -> None:
    assert examine(spam("198.51.100.7"), replace(POLICY, asks_registries=False)).questions.addresses == ()


@pytest.mark.parametrize("count", [2, 3, 4])
def test_no_more_addresses_are_asked_for_than_the_limit(count: int) -> None:
    mail = spam(*(f"198.51.100.{number}" for number in range(count)))
    assert len(examine(mail, replace(POLICY, limits=Limits(looked_up_addresses=3))).questions.addresses) == min(count, 3)


def test_a_refusal_names_the_network_that_is_known() -> None:
    examined = examine(spam("198.51.100.7"), POLICY)

    async def run(url: str) -> tuple[str, str]:
        registries = Registries(LookupSettings(whois=False, rdap_server=url), POLICY)
        lookups = WithNetworks(FixedLookups({}), registries)
        before = conclude(examined, await lookups.gather(examined.questions), POLICY).answer
        await registries.find("198.51.100.200")  # another address of that network
        after = conclude(examined, await lookups.gather(examined.questions), POLICY).answer
        registries.close()
        return before, after

    with rdap_server(says(registry_answers.arin())) as server:
        before, after = asyncio.run(run(server.url))
    assert "[out-of-network]" in before
    assert "abuse@other-host.example" not in before
    assert "198.51.100.7 belongs to Other Host Inc. (198.51.100.0/24); please report to abuse@other-host.example" in after


def test_a_verdict_does_not_wait_for_a_registry_that_says_nothing() -> None:
    def silent(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(3)

    async def run(url: str) -> bool:
        registries = Registries(LookupSettings(whois=False, rdap_server=url, rdap_timeout_s=2.0), POLICY)
        asking = asyncio.create_task(registries.find("198.51.100.7"))
        await asyncio.sleep(0.05)
        await WithNetworks(FixedLookups({}), registries).gather(examine(spam("198.51.100.7"), POLICY).questions)
        was_first = not asking.done()
        asking.cancel()
        registries.close()
        return was_first

    with rdap_server(silent) as server:
        assert asyncio.run(run(server.url))


def test_no_registry_is_asked_on_the_way_to_a_verdict() -> None:
    """Three hundred refusals about networks that nothing is known of: neither RDAP nor whois hears of them before the answer."""

    async def run(rdap: str, whois: str) -> None:
        registries = Registries(LookupSettings(rdap_server=rdap, whois_server=whois), POLICY)
        lookups = WithNetworks(FixedLookups({}), registries)
        for number in range(300):
            examined = examine(spam(f"198.51.100.{number % 250}"), POLICY)
            conclude(examined, await lookups.gather(examined.questions), POLICY)
        registries.close()

    with rdap_server(says(registry_answers.arin())) as first, whois_server(whois_says(whois_answers.ARIN)) as second:
        asyncio.run(run(first.url, second.name))
        assert (first.asked, second.asked) == ([], [])
