"""What a decision would like to ask the outside world."""

from ipaddress import ip_address

from config.policy import Policy
from parsers.report import Reading
from routing.facts import Questions


def questions_of(reading: Reading, policy: Policy) -> Questions:
    """The hosts of links that neither their name nor a literal address decides; each once, in order, within limits.looked_up_hosts."""
    hosts = dict.fromkeys(link.host for report in reading.reports for link in report.links if _needs_look_up(link.host, policy))
    return Questions(hosts=tuple(hosts)[: policy.limits.looked_up_hosts])


def _needs_look_up(host: str, policy: Policy) -> bool:
    return "." in host and not _is_literal(host) and not policy.is_own_domain(host)


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
