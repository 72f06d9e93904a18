"""What a decision would like to ask the outside world."""

from collections.abc import Iterator

from config.policy import Policy
from parsers.report import Address, Reading, Report, Role
from routing.facts import Questions
from routing.ownership import literal_address
from routing.signatures import key_names


def questions_of(reading: Reading, policy: Policy) -> Questions:
    """The hosts of links that neither their name nor a literal address decides, the keys of the mails' signatures, the addresses elsewhere.

    Each once, in order, within limits.looked_up_hosts, looked_up_keys and looked_up_addresses.
    """
    limits = policy.limits
    hosts = dict.fromkeys(link.host for report in reading.reports for link in report.links if _needs_look_up(link.host, policy))
    signed = reading.reports if policy.asks_for_keys else ()
    keys = dict.fromkeys(name for report in signed for name in key_names(report, limits))
    told = reading.reports if policy.asks_registries else ()
    elsewhere = dict.fromkeys(str(ip) for report in told for ip in _accusable(report) if _is_elsewhere(ip, policy))
    return Questions(
        hosts=tuple(hosts)[: limits.looked_up_hosts],
        keys=tuple(keys)[: limits.looked_up_keys],
        addresses=tuple(elsewhere)[: limits.looked_up_addresses],
    )


def _accusable(report: Report) -> Iterator[Address]:
    """The addresses that a refusal may name."""
    yield from (hop.from_ip for hop in report.hops if hop.from_ip is not None)
    yield from (one.ip for one in report.addresses if one.role is Role.SOURCE)


def _is_elsewhere(ip: Address, policy: Policy) -> bool:
    return policy.is_public(ip) and policy.prefixes.find(ip) is None


def _needs_look_up(host: str, policy: Policy) -> bool:
    return "." in host and literal_address(host) is None and not policy.is_own_domain(host)
