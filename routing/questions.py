"""What a decision would like to ask the outside world."""

from ipaddress import ip_address

from config.policy import Policy
from parsers.report import Reading
from routing.facts import Questions
from routing.signatures import key_names


def questions_of(reading: Reading, policy: Policy) -> Questions:
    """The hosts of links that neither their name nor a literal address decides, and the keys of the mails' signatures.

    Each once, in order, within limits.looked_up_hosts and limits.looked_up_keys.
    """
    limits = policy.limits
    hosts = dict.fromkeys(link.host for report in reading.reports for link in report.links if _needs_look_up(link.host, policy))
    signed = reading.reports if policy.asks_for_keys else ()
    keys = dict.fromkeys(name for report in signed for name in key_names(report, limits))
    return Questions(hosts=tuple(hosts)[: limits.looked_up_hosts], keys=tuple(keys)[: limits.looked_up_keys])


def _needs_look_up(host: str, policy: Policy) -> bool:
    return "." in host and not _is_literal(host) and not policy.is_own_domain(host)


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
