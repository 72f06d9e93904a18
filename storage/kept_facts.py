"""Facts as JSON and back: they are kept with each verdict, so that it can be decided again from the same answers."""

import json
from ipaddress import ip_address
from typing import Any

from routing.facts import Facts, HostAnswer, KeyAnswer, Known, NetworkAnswer


def facts_to_json(facts: Facts) -> str:
    """Every answer that was had, by question."""
    return json.dumps(
        {
            "hosts": {
                name: {"known": answer.known, "addresses": [str(ip) for ip in answer.addresses], "origin": answer.origin}
                for name, answer in facts.hosts.items()
            },
            "keys": {name: {"known": answer.known, "record": answer.record.hex()} for name, answer in facts.keys.items()},
            "networks": {
                ip: {"known": one.known, "network": one.network, "organisation": one.organisation, "abuse_address": one.abuse_address}
                for ip, one in facts.networks.items()
            },
            "is_offline": facts.is_offline,
        },
        ensure_ascii=False,
    )


def facts_from_value(kept: dict[str, Any]) -> Facts:
    """The facts that facts_to_json() wrote, from the parsed JSON; what a later version added is passed over."""
    return Facts(
        hosts={
            name: HostAnswer(known=Known(one["known"]), addresses=tuple(ip_address(ip) for ip in one["addresses"]), origin=one["origin"])
            for name, one in kept.get("hosts", {}).items()
        },
        keys={
            name: KeyAnswer(known=Known(one["known"]), record=bytes.fromhex(one["record"])) for name, one in kept.get("keys", {}).items()
        },
        networks={
            ip: NetworkAnswer(
                known=Known(one["known"]),
                network=one["network"],
                organisation=one["organisation"],
                abuse_address=one["abuse_address"],
            )
            for ip, one in kept.get("networks", {}).items()
        },
        is_offline=kept.get("is_offline", False),
    )
