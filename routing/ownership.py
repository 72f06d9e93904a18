"""Is an address or a link's host ours, and who held it then?"""

from datetime import datetime
from ipaddress import ip_address

from config.policy import Policy
from parsers.report import Address, Link, ReportedAddress
from routing.decision import JudgedAddress, JudgedLink
from routing.facts import Facts, HostAnswer, Known


def literal_address(host: str) -> Address | None:
    """The address that a host is, or None; no name ends in a digit (RFC 3696 section 2)."""
    if ":" not in host and not host[-1:].isdigit():
        return None
    try:
        return ip_address(host)
    except ValueError:
        return None


def judge_link(link: Link, facts: Facts, policy: Policy, moment: datetime) -> JudgedLink:
    """Whether a link's host is ours: by name, by literal address, or by the addresses it resolves to.

    is_own is None when its addresses were not to be had: unknown is never "no".
    """
    if not link.host:
        return JudgedLink(link=link, is_own=False, because="the link names no host")
    literal = literal_address(link.host)
    answer = facts.host(link.host) if literal is None else HostAnswer(known=Known.FOUND, addresses=(literal,))
    addresses, known = answer.addresses, answer.known
    held = [found for address in addresses if (found := policy.prefixes.find(address, moment))]
    if held:
        because = f"{link.host} is at an address of {held[0].prefix}"
        return JudgedLink(link=link, addresses=addresses, is_own=True, assignment=held[0], because=because)
    if policy.is_own_domain(link.host):
        return JudgedLink(link=link, addresses=addresses, is_own=True, because=f"{link.host} is an own name")
    match known:
        case Known.FOUND:
            return JudgedLink(link=link, addresses=addresses, is_own=False, because=f"{link.host} is at {addresses[0]}, not ours")
        case Known.ABSENT:
            return JudgedLink(link=link, is_own=False, because=f"{link.host} has no address")
        case Known.OFF:
            return JudgedLink(link=link, is_own=False, because=f"{link.host} is not an own name, and look-ups are switched off")
        case Known.UNKNOWN:
            return JudgedLink(link=link, is_own=None, because=f"the addresses of {link.host} were not to be had")


def judge_address(reported: ReportedAddress, policy: Policy) -> JudgedAddress:
    """Whether a reported address was ours at the time that the report states (now, where it states none)."""
    held = policy.prefixes.find(reported.ip, reported.at)
    return JudgedAddress(reported=reported, is_own=held is not None, assignment=held)
