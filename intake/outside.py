"""The outside world as the settings allow it."""

from config.sections import Settings
from routing.facts import Lookups


def lookups_of(settings: Settings, *, is_offline: bool = False) -> Lookups:
    """What look-ups may ask: DNS, or only the fixed answers."""
    from routing.lookups import DnsLookups, FixedLookups

    hosts = settings.lookups.hosts
    if is_offline or not settings.lookups.dns:
        return FixedLookups(hosts)
    return DnsLookups(hosts=hosts, resolver=settings.lookups.resolver, timeout_s=settings.lookups.timeout_s)
