"""A site's own file of networks is the first answer: nobody is asked for it, and nobody is waited for."""

import asyncio
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.sections import LookupSettings, Settings
from config.settings import build_policy
from faults.rdap_server import rdap_server, says
from intake.pipeline import errands_after, examine
from notices.network_file import NetworkFile
from notices.registries import Registries, WithNetworks
from parsers.submission import Door, Submission
from routing.decide import decide
from routing.facts import Facts, Known, NetworkAnswer
from routing.lookups import FixedLookups
from storage.errands import NETWORK
from tests.notices import registry_answers
from tests.notices.desks import NOON
from tests.notices.mmdb import write_mmdb
from tests.notices.test_correspondent import report
from tests.notices.test_registries import POLICY, THERE

ON_FILE = NetworkAnswer(known=Known.FOUND, network="198.51.100.0/24", organisation="Other Host Inc. (AS64501)")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    networks = {
        "198.51.100.0/24": {"autonomous_system_number": 64501, "autonomous_system_organization": "Other Host Inc."},
        "2001:db8:20::/48": {"autonomous_system_number": 64502},
        "192.0.2.0/25": "no table",
    }
    return write_mmdb(tmp_path / "asn.mmdb", networks)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address, network, organisation",
    [("198.51.100.7", "198.51.100.0/24", "Other Host Inc. (AS64501)"), ("2001:db8:20::1", "2001:db8:20::/48", "AS64502")],
)
def test_the_file_names_network_and_organisation(path: Path, address: str, network: str, organisation: str) -> None:
    found = NetworkFile(path).find(ip_address(address))
    assert found == NetworkAnswer(known=Known.FOUND, network=network, organisation=organisation)


@pytest.mark.parametrize("address", ["203.0.113.9", "2001:db8:21::1", "192.0.2.1"])
def test_what_is_not_in_the_file_is_not_known(path: Path, address: str) -> None:
    assert NetworkFile(path).find(ip_address(address)) is None


def test_a_file_of_ipv4_says_nothing_of_ipv6(tmp_path: Path) -> None:
    path = write_mmdb(tmp_path / "4.mmdb", {"198.51.100.0/24": {"autonomous_system_number": 64501}}, version=4)
    assert NetworkFile(path).find(ip_address("198.51.100.7")) is not None
    assert NetworkFile(path).find(ip_address("2001:db8::1")) is None


@pytest.mark.parametrize("content", [b"", b"no database", None])
def test_what_is_no_such_file_is_an_error_of_the_configuration(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "x.mmdb").write_bytes(content)
    with pytest.raises(ConfigError, match=r"lookups\.asn_file"):
        NetworkFile(tmp_path / "x.mmdb")


def test_a_damaged_file_says_nothing(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    end = raw.index(b"\xab\xcd\xefMaxMind.com")
    raw[end - 120 : end] = b"\xff" * 120
    path.write_bytes(raw)
    assert NetworkFile(path).find(ip_address("198.51.100.7")) is None


def test_a_refusal_names_what_the_file_says_and_nobody_is_asked(path: Path) -> None:
    policy = build_policy(Settings(lookups=LookupSettings(dns=False, rdap=False, asn_file=str(path))))
    policy = replace(policy, routable=POLICY.routable, trusted_names=("mx.reporter.example",))

    async def facts() -> Facts:
        registries = Registries(LookupSettings(rdap=False, asn_file=str(path)), policy)
        examined = examine(Submission(raw=report(), door=Door.FILE, arrived_at=NOON), policy)
        gathered = await WithNetworks(FixedLookups({}), registries).gather(examined.questions)
        assert await registries.find(THERE) == ON_FILE
        assert (await registries.find("198.51.101.1")).known is Known.ABSENT
        registries.close()
        return gathered

    assert asyncio.run(facts()).networks == {THERE: ON_FILE}


def test_a_registry_is_still_asked_for_the_abuse_address(path: Path) -> None:
    with rdap_server(says(registry_answers.arin())) as server:

        async def run() -> tuple[NetworkAnswer, NetworkAnswer]:
            registries = Registries(LookupSettings(whois=False, rdap_server=server.url, asn_file=str(path)), POLICY)
            before = registries.known([THERE])[THERE]
            await registries.find(THERE)
            after = registries.known([THERE])[THERE]
            registries.close()
            return before, after

        before, after = asyncio.run(run())
    assert before == ON_FILE
    assert after.abuse_address == "abuse@other-host.example"


def test_a_registry_that_fails_leaves_what_the_file_says(path: Path) -> None:
    with rdap_server(says(b"", 500)) as server:

        async def run() -> NetworkAnswer:
            registries = Registries(LookupSettings(whois=False, rdap_server=server.url, asn_file=str(path)), POLICY)
            assert (await registries.find(THERE)).known is Known.UNKNOWN  # so that it is asked again later
            known = registries.known([THERE])[THERE]
            registries.close()
            return known

        assert asyncio.run(run()) == ON_FILE


@pytest.mark.parametrize(
    "networks, is_asked",
    [({}, True), ({THERE: ON_FILE}, True), ({THERE: replace(ON_FILE, abuse_address="abuse@other-host.example")}, False)],
)
def test_the_errand_to_the_registries_is_left_until_an_abuse_address_is_known(networks: dict[str, NetworkAnswer], is_asked: bool) -> None:
    policy = replace(POLICY, asks_registries=True, trusted_names=("mx.reporter.example",))
    examined = examine(Submission(raw=report(), door=Door.FILE, arrived_at=NOON), policy)
    facts = Facts(networks=networks)
    decision = decide(examined.submission, examined.reading, facts, policy)
    assert (NETWORK in errands_after(decision, facts, policy)) is is_asked
