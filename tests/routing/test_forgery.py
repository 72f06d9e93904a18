"""No innocent is accused: forged chains of every kind, each from a true one, and what they are made to say is not believed."""

from ipaddress import IPv4Address, ip_address

import pytest

from parsers.report import Address
from routing.forgery import CONTRADICTED_FROM, TESTS, is_contradicted
from routing.provenance import Grade, HopStatus, Provenance
from tests.routing.chains import FORGERIES, OURS, OURS_6, POLICY, RECEIVERS, STRANGER, STRANGER_6, Forgery, Receiver, trace

BELIEVED = (Grade.CONFIRMED, Grade.ASSERTED)
STAMPED = (
    "gmail", "microsoft", "proton", "yahoo", "postfix", "sendmail",
    "icloud-with-names-without-a-domain", "amazon-ses", "microsoft-for-government",
)  # fmt: skip


def named(one: Receiver | Forgery) -> str:
    return one.name


def is_ours(ip: Address | None) -> bool:
    return ip is not None and POLICY.prefixes.find(ip) is not None


def accuses_us(provenance: Provenance) -> bool:
    """Whether the provenance alone would have a case opened against our address."""
    handed_over = provenance.grade in BELIEVED and is_ours(provenance.ip)
    return handed_over or any(rung.status is HopStatus.ATTESTED and is_ours(rung.ip) for rung in provenance.rungs)


@pytest.mark.parametrize("receiver", RECEIVERS, ids=named)
@pytest.mark.parametrize("forgery", FORGERIES, ids=named)
def test_a_forged_chain_never_accuses_us(receiver: Receiver, forgery: Forgery) -> None:
    provenance = trace(forgery.forge(receiver))
    assert not accuses_us(provenance)
    assert not any(one.is_believed and is_ours(one.ip) for one in provenance.evidence)


@pytest.mark.parametrize("receiver", RECEIVERS, ids=named)
@pytest.mark.parametrize("forgery", FORGERIES, ids=named)
def test_a_forger_is_named_himself_or_nobody_is(receiver: Receiver, forgery: Forgery) -> None:
    provenance = trace(forgery.forge(receiver))
    assert provenance.ip in (ip_address(STRANGER), None)


@pytest.mark.parametrize("receiver", RECEIVERS, ids=named)
@pytest.mark.parametrize("ip", [OURS, OURS_6, STRANGER, STRANGER_6])
def test_the_true_chain_names_the_one_who_handed_over(receiver: Receiver, ip: str) -> None:
    provenance = trace(receiver.chain(ip=ip))
    assert provenance.ip == ip_address(ip)
    assert provenance.grade is (Grade.CONFIRMED if receiver.name in STAMPED else Grade.ASSERTED)
    assert accuses_us(provenance) == is_ours(ip_address(ip))


def test_there_are_more_than_two_hundred_forged_chains() -> None:
    assert len(RECEIVERS) * len(FORGERIES) > 200


def test_a_forged_line_below_the_border_is_seen_and_says_why() -> None:
    provenance = trace(next(one for one in FORGERIES if one.name == "gmail-block").forge(RECEIVERS[4]))
    forged = [one for one in provenance.hops if one.status is HopStatus.CONTRADICTED]
    assert forged
    assert "provider-contradiction" in forged[0].marks
    assert forged[0].because.startswith("proved wrong: it claims to be written by a large provider")
    assert any(rung.ip == IPv4Address(OURS) and rung.status is HopStatus.CONTRADICTED for rung in provenance.rungs)


def test_a_plain_claim_is_kept_as_a_claim() -> None:
    provenance = trace(next(one for one in FORGERIES if one.name == "bottom-postfix").forge(RECEIVERS[4]))
    (rung,) = [rung for rung in provenance.rungs if rung.ip == IPv4Address(OURS)]
    assert rung.status is HopStatus.CLAIMED
    assert rung.because == "the sender could have written it"


STAMP = "Authentication-Results: mx.victim.example; iprev=pass policy.iprev=198.51.100.9"
AT = "Mon, 3 Aug 2026 00:59:00 +0000"


@pytest.mark.parametrize(
    "line, mark",
    [
        (f"Received: from x (x [0.0.0.7]) by a.sender.example (Postfix) with ESMTP id 1; {AT}", "impossible-address"),
        (f"Received: from x (x [10.1.2.3]) by a.sender.example (Postfix) with ESMTP id 1; {AT}", "receiver-as-sender"),
        (f"Received: from x (HELO y) (Mon, 03 Aug 2026 00:59:00 +0000) by a.sender.example with SMTP; {AT}", "date-as-address"),
        (f"Received: from x ([198.51.100.9]) by a.sender.example with NNFMP; {AT}", "spamware-protocol"),
        (f"Received: from x ([198.51.100.9]) by a.elsewhere.example with SMTP; {AT}", "chain-break"),
        ("Received: from x ([198.51.100.9]) by a.sender.example with SMTP; Mon, 3 Aug 2026 01:05:08 +0000", "time-reversed"),
        (f"{STAMP}\nReceived: from x ([198.51.100.9]) by a.sender.example with SMTP; {AT}", "replayed-evidence"),
    ],
)
def test_each_test_strikes_what_it_is_for(line: str, mark: str) -> None:
    postfix = RECEIVERS[4]
    assert mark in trace(postfix.chain(rest=line + "\n")).hops[3].marks
    harmless = "Received: from x (x [198.51.100.9]) by a.sender.example (Postfix) with ESMTP id 1; Mon, 3 Aug 2026 01:05:07 +0000\n"
    assert trace(postfix.chain(rest=harmless)).hops[3].marks == ()


def test_one_light_mark_is_no_proof_and_three_points_are() -> None:
    light = tuple(test for test in TESTS if test.weight == 1)
    assert not is_contradicted(light[: CONTRADICTED_FROM - 1])
    assert is_contradicted(light[:CONTRADICTED_FROM])


def test_yahoo_writes_its_own_protocol_name_without_reproach() -> None:
    line = "Received: from [198.51.100.9] by ns1.bullet.mail.kks.yahoo.co.jp with NNFMP; Mon, 3 Aug 2026 00:59:00 +0000\n"
    assert "spamware-protocol" not in trace(RECEIVERS[4].chain(rest=line)).hops[3].marks
