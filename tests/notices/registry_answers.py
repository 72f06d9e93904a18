"""Answers in the shapes of the five registries, all about documentation addresses and made-up parties."""

import json
from typing import Any


def card(**values: str) -> list[Any]:
    """A jCard."""
    return ["vcard", [["version", {}, "text", "4.0"], *([name, {}, "text", value] for name, value in values.items())]]


def arin() -> bytes:
    """The abuse contact stands inside the registrant."""
    abuse = {"handle": "ABUSE1-ARIN", "roles": ["abuse"], "vcardArray": card(fn="Abuse", email="abuse@other-host.example")}
    technical = {"handle": "TECH1-ARIN", "roles": ["technical"], "vcardArray": card(fn="Tech", email="noc@other-host.example")}
    owner = {
        "handle": "OTHER",
        "roles": ["registrant"],
        "vcardArray": card(fn="Other Host Inc.", kind="org"),
        "entities": [technical, abuse],
    }
    return _network("198.51.100.0", "198.51.100.255", [owner], handle="NET-198-51-100-0-1")


def ripe() -> bytes:
    """Contacts stand beside each other; the organisation's own name is in the registrant."""
    abuse = {"handle": "AR1-RIPE", "roles": ["abuse"], "vcardArray": card(fn="Abuse role", email="abuse@ripe-host.example")}
    admin = {"handle": "AA1-RIPE", "roles": ["administrative"], "vcardArray": card(fn="A. Person", kind="individual")}
    owner = {"handle": "ORG-RH1-RIPE", "roles": ["registrant"], "vcardArray": card(fn="Ripe Host B.V.", kind="org")}
    return _network("198.51.100.0", "198.51.100.127", [admin, abuse, owner], handle="198.51.100.0 - 198.51.100.127")


def apnic() -> bytes:
    """An incident response team with two addresses; no registrant."""
    team = {
        "handle": "IRT-EXAMPLE-AP",
        "roles": ["abuse"],
        "vcardArray": card(fn="IRT-EXAMPLE-AP", email="irt@ap-host.example"),
    }
    return _network("2001:db8:20::", "2001:db8:20:ffff:ffff:ffff:ffff:ffff", [team], version="v6", name="AP-HOST")


def lacnic() -> bytes:
    """Entities without a card, and a card with an address that is none."""
    bare = {"handle": "XX1", "roles": ["administrative"]}
    wrong = {"handle": "XX2", "roles": ["abuse"], "vcardArray": card(fn="Abuso", email="abuse@lac-host.example\r\nBcc: a@b.example")}
    right = {"handle": "XX3", "roles": ["abuse"], "vcardArray": card(fn="Abuso", email="abuse@lac-host.example")}
    owner = {"handle": "BR-LAC", "roles": ["registrant"], "vcardArray": card(fn="Lac Host Ltda\r\nX-Evil: yes")}
    return _network("198.051.100.000", "198.051.100.255", [bare, owner, wrong, right])


def afrinic() -> bytes:
    """No abuse contact at all."""
    return _network("198.51.0.0", "198.51.255.255", [{"handle": "ORG-A", "roles": ["registrant"], "vcardArray": card(fn="Afri Host")}])


def _network(first: str, last: str, entities: list[Any], *, version: str = "v4", handle: str = "NET-1", name: str = "NET") -> bytes:
    return json.dumps({
        "rdapConformance": ["rdap_level_0"], "objectClassName": "ip network", "handle": handle, "name": name,
        "startAddress": first, "endAddress": last, "ipVersion": version, "entities": entities,
        "events": [{"eventAction": "registration", "eventDate": "2020-01-01T00:00:00Z"}],
        "notices": [{"title": "Terms of Service", "description": ["Be kind."]}],
    }).encode()  # fmt: skip
