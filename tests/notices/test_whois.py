"""What RDAP cannot tell is asked by whois: of the five registries and of national ones, within bounds."""

import asyncio
import time
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import LookupFailed
from config.sections import LookupSettings
from faults.rdap_server import RdapServer, rdap_server
from faults.rdap_server import says as answers
from faults.whois_server import Answering, drips, endless, says, whois_server
from notices import whois_answer, whois_client
from notices.registries import Registries
from notices.whois_answer import blocks_of, led_to, read_records, read_whois
from notices.whois_client import MAX_BYTES, WhoisServers, ask_whois
from routing.facts import Known, NetworkAnswer
from tests.notices import registry_answers, whois_answers
from tests.notices.test_registries import POLICY, THERE, UNKNOWN


def found(text: str, address: str = THERE) -> NetworkAnswer:
    answer = read_whois(ip_address(address), read_records(text))
    assert answer is not None
    return answer.answer


@pytest.mark.parametrize(
    "text, address, network, organisation, abuse",
    [
        (whois_answers.ARIN, THERE, "198.51.100.0/24", "Other Host Inc. (OTHER)", "abuse@other-host.example"),
        (whois_answers.RIPE, THERE, "198.51.100.0/25", "Ripe Host B.V.", "abuse@ripe-host.example"),
        (whois_answers.APNIC, "2001:db8:20::7", "2001:db8:20::/48", "AP Host Pty Ltd", "irt@ap-host.example"),
        (whois_answers.LACNIC, THERE, "198.51.100.0/24", "Lac Host Ltda", "abuse@lac-host.example"),
        (whois_answers.AFRINIC, THERE, "198.51.0.0/16", "Afri Host (Pty) Ltd", "abuse@afri-host.example"),
        (whois_answers.JPNIC, THERE, "198.51.100.0/24", "Nihon Host K.K.", "abuse@nihon-host.example"),
        (whois_answers.KRNIC, THERE, "198.51.100.0/24", "Hanguk Host", "abuse@hanguk-host.example"),
        (whois_answers.TWNIC, THERE, "198.51.100.0/24", "Taiwan Host Ltd.", "abuse@taiwan-host.example"),
        (whois_answers.REGISTRO_BR, THERE, "198.51.100.0/24", "Brasil Host S.A.", "abuse@brasil-host.example"),
    ],
    ids=["arin", "ripe", "apnic", "lacnic", "afrinic", "jpnic", "krnic", "twnic", "registro.br"],
)
def test_each_registrys_text_names_network_organisation_and_abuse_address(
    text: str, address: str, network: str, organisation: str, abuse: str
) -> None:
    expected = NetworkAnswer(known=Known.FOUND, network=network, organisation=organisation, abuse_address=abuse)
    assert found(text, address) == expected
    assert found(text.replace("\n", "\r\n"), address) == expected


@pytest.mark.parametrize(
    "text, host",
    [
        ("refer:        whois.apnic.net\n", "whois.apnic.net"),
        ("ReferralServer:  whois://whois.ripe.net\n", "whois.ripe.net"),
        ("ReferralServer:  rwhois://rwhois.host.example:4321\n", "rwhois://rwhois.host.example:4321"),  # no server's name: not followed
        (whois_answers.JPNIC_BLOCK, "whois.nic.ad.jp"),
        ("mnt-by:  MNT-KRNIC-AP\n", "whois.krnic.net"),
        ("mnt-by:  MAINT-TW-TWNIC\n", "whois.twnic.net"),
        (whois_answers.RIPE, ""),
    ],
)
def test_who_knows_more_is_told_by_the_answer(text: str, host: str) -> None:
    assert led_to(read_records(text)) == host


def test_an_answer_about_another_network_is_none() -> None:
    assert read_whois(ip_address("192.0.2.1"), read_records(whois_answers.ARIN)) is None
    assert read_whois(ip_address("2001:db8::1"), read_records(whois_answers.ARIN)) is None


@pytest.mark.parametrize("written", ["abuse@a.example, x@b.example", "abuse@a.example\tBcc: x", "<abuse@a.example>", "abuse at a.example"])
def test_what_is_not_one_plain_address_is_no_abuse_address(written: str) -> None:
    assert found(f"inetnum: 198.51.100.0/24\nabuse-mailbox: {written}\n").abuse_address == ""


@given(st.text(alphabet=st.sampled_from("%[]:-./ \n\r\tainetum0198@'"), max_size=400))
def test_any_text_is_read(text: str) -> None:
    read_whois(ip_address(THERE), read_records(text))


@pytest.mark.parametrize("piece", ["%", "[", "[a", "a ", " ", "a:", "\n", "% Abuse contact for '", "inetnum: 0.0.0.0/0\n", "-"])
def test_a_hostile_text_is_read_line_by_line(piece: str) -> None:
    text = (piece * MAX_BYTES)[:MAX_BYTES]
    started = time.process_time()
    read_whois(ip_address(THERE), read_records(text))
    assert time.process_time() - started < 5  # minutes, where a pattern tries everything twice


@pytest.mark.parametrize("written", ["", "x", "1 - 2", "198.51.100.0 - 2001:db8::", "198.51.100.9 - 198.51.100.0", "198.51.100.0/33", "/"])
def test_what_is_no_range_is_refused(written: str) -> None:
    with pytest.raises(LookupFailed):
        blocks_of(written)


def ask(answering: Answering, deadline_s: float = 5.0) -> str:
    with whois_server(answering) as server:
        return ask_whois(WhoisServers(first=server.name, others=()), ip_address(THERE), deadline_s).answer.abuse_address


def test_a_national_registry_is_asked_in_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(whois_answer.NATIONAL, "JPNIC", "localhost")
    monkeypatch.setitem(whois_client.QUERIES, "localhost", whois_client.QUERIES["whois.nic.ad.jp"])
    with whois_server(says(whois_answers.JPNIC)) as jpnic, whois_server(says(whois_answers.JPNIC_BLOCK)) as apnic:
        servers = WhoisServers(first=apnic.name, others=(f"localhost:{jpnic.port}",))
        answer = ask_whois(servers, ip_address(THERE), 5.0).answer
    assert (answer.network, answer.abuse_address) == ("198.51.100.0/24", "abuse@nihon-host.example")
    assert (apnic.asked, jpnic.asked) == ([THERE], [f"{THERE}/e"])


def test_where_the_national_registry_is_silent_the_regional_ones_answer_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(whois_answer.NATIONAL, "JPNIC", "localhost")
    with whois_server(says(whois_answers.JPNIC_BLOCK)) as apnic:
        servers = WhoisServers(first=apnic.name, others=("localhost:1",))
        assert ask_whois(servers, ip_address(THERE), 5.0).answer.network == "198.51.0.0/16"


def test_every_national_registrys_server_may_be_asked_unless_the_site_says_otherwise() -> None:
    assert set(whois_answer.NATIONAL.values()) <= set(LookupSettings().whois_hosts)


def test_a_server_that_is_not_allowed_is_not_asked() -> None:
    with whois_server(says(whois_answers.ARIN)) as elsewhere:
        text = f"refer: 127.0.0.1:{elsewhere.port}\ninetnum: 198.51.0.0/16\nabuse-mailbox: hostmaster@registry.example\n"
        assert ask(says(text)) == "hostmaster@registry.example"
        assert elsewhere.asked == []


def test_a_circle_of_referrals_ends() -> None:
    with whois_server(says("refer: 127.0.0.1\n")) as server, pytest.raises(LookupFailed):
        ask_whois(WhoisServers(first=server.name, others=()), ip_address(THERE), 5.0)
    assert server.asked == [THERE]


@pytest.mark.parametrize("answering", [endless, drips, says(""), says("query rate limit exceeded\n"), says("\x00\xff" * 50)])
def test_what_is_no_answer_ends_at_the_deadline(answering: Answering) -> None:
    started = time.monotonic()
    with pytest.raises(LookupFailed):
        ask(answering, deadline_s=0.4)
    assert time.monotonic() - started < 5  # thirty seconds without the deadline


def test_an_answer_of_the_largest_size_is_read_and_one_byte_more_is_not() -> None:
    text = whois_answers.ARIN
    assert ask(says(text + "%" * (MAX_BYTES - len(text)))) == "abuse@other-host.example"
    with pytest.raises(LookupFailed):
        ask(says(text + "%" * (MAX_BYTES - len(text) + 1)))


def asked_of(rdap: RdapServer, whois: str, **settings: float) -> NetworkAnswer:
    async def run() -> NetworkAnswer:
        lookups = LookupSettings(rdap_server=rdap.url, rdap_hosts=(), whois_server=whois, whois_hosts=(), **settings)  # type: ignore[arg-type]
        registries = Registries(lookups, POLICY)
        try:
            return await registries.find(THERE)
        finally:
            registries.close()

    return asyncio.run(run())


@pytest.mark.parametrize("rdap", [answers(b"", 500), answers(b"", 429), answers(b"{"), answers(registry_answers.afrinic())])
def test_whois_is_asked_where_rdap_fails_or_names_no_abuse_address(rdap: object) -> None:
    with rdap_server(rdap) as first, whois_server(says(whois_answers.ARIN)) as second:  # type: ignore[arg-type]
        assert asked_of(first, second.name).abuse_address == "abuse@other-host.example"
        assert second.asked == [THERE]


def test_whois_is_not_asked_where_rdap_says_it_all_or_says_that_there_is_nothing() -> None:
    with whois_server(says(whois_answers.ARIN)) as second:
        with rdap_server(answers(registry_answers.arin())) as first:
            assert asked_of(first, second.name).abuse_address == "abuse@other-host.example"
        with rdap_server(answers(b"", 404)) as first:
            assert asked_of(first, second.name).known is Known.ABSENT
        assert second.asked == []


def test_what_rdap_knows_is_kept_where_whois_fails() -> None:
    with rdap_server(answers(registry_answers.afrinic())) as first, whois_server(drips) as second:
        answer = asked_of(first, second.name, whois_timeout_s=0.3)
        assert (answer.network, answer.organisation) == ("198.51.0.0/16", "Afri Host")


def test_both_failing_is_unknown_within_both_deadlines() -> None:
    with rdap_server(answers(b"", 500)) as first, whois_server(drips) as second:
        started = time.monotonic()
        assert asked_of(first, second.name, whois_timeout_s=0.3) == UNKNOWN
        assert time.monotonic() - started < 5
