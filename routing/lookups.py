"""EDGE: the outside world over DNS, within one time budget, cached; fixed answers are asked first.

No failure leaves this file as an exception: what was not answered in time is unknown.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, TypeVar

from parsers.report import Address
from routing.facts import Facts, HostAnswer, KeyAnswer, Known, Questions

if TYPE_CHECKING:
    from dns.asyncresolver import Resolver

T = TypeVar("T")
_CACHED = 20_000


class FixedLookups:
    """Look-ups switched off: only fixed answers; everything else is off."""

    def __init__(self, hosts: Mapping[str, tuple[Address, ...]]) -> None:
        self._hosts = {name.lower(): addresses for name, addresses in hosts.items()}

    def answer(self, questions: Questions) -> Facts:
        """The fixed answers; immediate."""
        known = {name: _fixed(self._hosts[name]) for name in questions.hosts if name in self._hosts}
        return Facts(hosts=known, is_offline=True)

    async def gather(self, questions: Questions) -> Facts:
        """The same, for whoever expects to wait."""
        return self.answer(questions)


class DnsLookups:
    """Addresses of hosts and key records by DNS.

    resolver: "" for the system's, else "address:port".   timeout_s: budget of one gather(), whatever it asks.
    """

    def __init__(self, *, hosts: Mapping[str, tuple[Address, ...]], resolver: str = "", timeout_s: float = 1.0) -> None:
        self._fixed = FixedLookups(hosts)
        self._resolver_address = resolver
        self._timeout_s = timeout_s
        self._resolver: Resolver | None = None
        self._hosts: OrderedDict[str, tuple[float, HostAnswer]] = OrderedDict()
        self._keys: OrderedDict[str, tuple[float, KeyAnswer]] = OrderedDict()

    async def gather(self, questions: Questions) -> Facts:
        """Answer within the time budget; questions run side by side. Raises: nothing."""
        hosts = dict(self._fixed.answer(questions).hosts)
        asked = [name for name in questions.hosts if name not in hosts]
        tasks = [asyncio.ensure_future(self._host(name)) for name in asked]
        key_tasks = [asyncio.ensure_future(self._key(name)) for name in questions.keys]
        if tasks or key_tasks:
            await asyncio.wait([*tasks, *key_tasks], timeout=self._timeout_s)
        unknown_host, unknown_key = HostAnswer(known=Known.UNKNOWN, origin="dns"), KeyAnswer(known=Known.UNKNOWN)
        hosts |= {name: _result_or(task, unknown_host) for name, task in zip(asked, tasks, strict=True)}
        keys = {name: _result_or(task, unknown_key) for name, task in zip(questions.keys, key_tasks, strict=True)}
        return Facts(hosts=hosts, keys=keys)

    async def _host(self, name: str) -> HostAnswer:
        cached = _fresh(self._hosts, name)
        if cached is not None:
            return cached
        answers = await asyncio.gather(self._addresses(name, "A"), self._addresses(name, "AAAA"))
        addresses = tuple(address for _, found in answers for address in found)
        if addresses:
            answer = HostAnswer(known=Known.FOUND, addresses=addresses, origin="dns")
        else:
            is_absent = all(known is Known.ABSENT for known, _ in answers)
            answer = HostAnswer(known=Known.ABSENT if is_absent else Known.UNKNOWN, origin="dns")
        _keep(self._hosts, name, answer, 300.0 if answer.known is not Known.UNKNOWN else 15.0)
        return answer

    async def _addresses(self, name: str, record_type: str) -> tuple[Known, tuple[Address, ...]]:
        from dns.exception import DNSException
        from dns.resolver import NXDOMAIN, NoAnswer

        try:
            answer = await self._ask().resolve(name + ".", record_type, search=False, lifetime=self._timeout_s)
        except (NXDOMAIN, NoAnswer):
            return Known.ABSENT, ()
        except (DNSException, OSError, ValueError):
            return Known.UNKNOWN, ()
        return Known.FOUND, tuple(ip_address(record.address) for record in list(answer)[:16])

    async def _key(self, name: str) -> KeyAnswer:
        cached = _fresh(self._keys, name)
        if cached is not None:
            return cached
        from dns.exception import DNSException
        from dns.resolver import NXDOMAIN, NoAnswer

        try:
            answer = await self._ask().resolve(name, "TXT", search=False, lifetime=self._timeout_s)
        except (NXDOMAIN, NoAnswer):
            found = KeyAnswer(known=Known.ABSENT)
        except (DNSException, OSError, ValueError):
            return KeyAnswer(known=Known.UNKNOWN)
        else:
            found = KeyAnswer(known=Known.FOUND, record=b"".join(next(iter(answer)).strings)[:8_192])
        _keep(self._keys, name, found, 300.0)
        return found

    def _ask(self) -> "Resolver":
        """The resolver, made when the first question comes, since reading the system's settings is I/O."""
        if self._resolver is None:
            from dns.asyncresolver import Resolver

            resolver = Resolver(configure=not self._resolver_address)
            if self._resolver_address:
                host, _, port = self._resolver_address.rpartition(":")
                resolver.nameservers, resolver.port = [host.strip("[]")], int(port)
            self._resolver = resolver
        return self._resolver


def _fixed(addresses: tuple[Address, ...]) -> HostAnswer:
    return HostAnswer(known=Known.FOUND if addresses else Known.ABSENT, addresses=addresses, origin="fixed")


def _result_or(task: asyncio.Future[T], otherwise: T) -> T:
    if not task.done():
        task.cancel()
        return otherwise
    return otherwise if task.cancelled() or task.exception() else task.result()


def _fresh(cache: OrderedDict[str, tuple[float, T]], name: str) -> T | None:
    held = cache.get(name)
    return held[1] if held and held[0] > time.monotonic() else None


def _keep(cache: OrderedDict[str, tuple[float, T]], name: str, answer: T, seconds: float) -> None:
    cache[name] = (time.monotonic() + seconds, answer)
    if len(cache) > _CACHED:
        cache.popitem(last=False)
