"""The operator profiles: data that says where it comes from."""

from ipaddress import ip_address

import pytest

from routing.networks import Networks
from routing.operators import matches, operator_of, operator_sending_from, operators
from routing.organisation import organisation_of, plain_host
from routing.sides import side_of


def test_every_profile_says_where_its_facts_come_from() -> None:
    assert len(operators()) >= 20
    assert all(len(one.source) > 20 and one.title and one.domains for one in operators())


def test_no_two_operators_claim_the_same_name_or_address() -> None:
    domains = [domain for one in operators() for domain in one.domains]
    assert len(domains) == len(set(domains))


@pytest.mark.parametrize(
    "host, name",
    [
        ("MN0PR01MB0002.namprd01.prod.outlook.com", "microsoft"),
        ("BN9PR01CA0003.outlook.office365.com", "microsoft"),
        ("mx.google.com", "google"),
        ("2002:a05:612c:711:b0:381:73ac:3a65", "google"),
        ("IPv6:2002:a05:612c:711:b0:381:73ac:3a65", "google"),
        ("mailin001.protonmail.ch", "proton"),
        ("atlas101.free.mail.ne1.yahoo.com", "yahoo"),
        ("mx08-00000001.pphosted.com", "proofpoint"),
        ("www001.sakura.ne.jp", "sakura"),
        ("mogw0001.ocn.ad.jp", "ocn"),
        ("p101-mailgateway-smtp-0a1b2c3d-abcde", "apple"),
        ("inbound-smtp.eu-west-1.amazonaws.com", "amazon_ses"),
    ],
)
def test_a_host_belongs_to_its_operator(host: str, name: str) -> None:
    operator = operator_of(host)
    assert operator is not None
    assert operator.name == name


@pytest.mark.parametrize(
    "host",
    [
        "mx.google.com.evil.example",
        "ec2-192-0-2-1.eu-west-1.compute.amazonaws.com",
        "p1-mailgateway-smtp-x.evil.example",
        "notgoogle.com",
        "10.1.2.3",
        "2002:c000:201::1",
        "localhost",
        "",
        None,
        "a" * 300 + ".google.com",
    ],
)
def test_a_host_that_only_looks_like_it_does_not(host: str | None) -> None:
    assert operator_of(host) is None


def test_an_operator_is_known_by_the_addresses_from_which_it_sends() -> None:
    operator = operator_sending_from(ip_address("2a01:111:f403:c100::1"))
    assert operator is not None
    assert operator.name == "microsoft"
    assert operator_sending_from(ip_address("203.0.113.9")) is None


@pytest.mark.parametrize(
    "host, pattern, fits",
    [
        ("mx.a.example", "mx.a.example", True),
        ("mx.a.example", "*.a.example", True),
        ("x.mx.a.example", "*.a.example", True),
        ("a.example", "*.a.example", False),
        ("www12.a.example", "www*.a.example", True),
        ("www.a.example", "www*.a.example", False),
        ("www1.b.a.example", "www*.a.example", False),
        ("xwww1.a.example", "www*.a.example", False),
    ],
)
def test_patterns_keep_to_label_boundaries(host: str, pattern: str, *, fits: bool) -> None:
    assert matches(host, (pattern,)) is fits


@pytest.mark.parametrize(
    "host, organisation",
    [
        ("mx.victim.example", "victim.example"),
        ("MX.Victim.Example.", "victim.example"),
        ("a.b.co.jp", "b.co.jp"),
        ("a.customer.sakura.ne.jp", "customer.sakura.ne.jp"),
        ("co.jp", ""),
        ("localhost", ""),
        ("ex01.corp.local", ""),
        ("10.1.2.3", ""),
        ("[IPv6:2001:db8::1]", ""),
        (None, ""),
    ],
)
def test_the_organisation_is_what_is_registered(host: str | None, organisation: str) -> None:
    assert organisation_of(host) == organisation


def test_a_host_name_longer_than_dns_has_is_none() -> None:
    assert [len(plain_host("a" * length)) for length in (254, 255, 256)] == [254, 255, 0]


def test_a_party_is_an_operator_or_else_an_organisation() -> None:
    known, unknown = side_of("mx.google.com"), side_of("mx.victim.example")
    assert known is not None
    assert unknown is not None
    assert (known.name, known.title) == ("google", "Gmail and Google Workspace")
    assert (unknown.name, unknown.title, unknown.operator) == ("victim.example", "victim.example", None)
    assert side_of("mail") is None


def test_a_set_of_networks_holds_both_versions() -> None:
    networks = Networks(["192.0.2.0/24", "2001:db8::/32", "0.0.0.0/32"])
    inside = ("192.0.2.0", "192.0.2.255", "2001:db8::", "2001:db8:ffff::1", "0.0.0.0")
    outside = ("192.0.1.255", "192.0.3.0", "2001:db7::1", "::", "0.0.0.1")
    assert all(ip_address(one) in networks for one in inside)
    assert not any(ip_address(one) in networks for one in outside)
    with pytest.raises(ValueError, match="host bits"):
        Networks(["192.0.2.1/24"])
