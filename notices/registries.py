"""EDGE: whose network an address is, as the registries say.   A verdict never waits for them: it takes what is known already.

A site's own file is asked first; it costs microseconds. Then RDAP, and whois where that fails or names no abuse address. Answers are
kept by network until they expire, failures for a minute, so that a flood about one network is one question. A server that fails again
and again is left alone for a while.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

from config.errors import LookupFailed
from config.policy import Policy
from config.sections import LookupSettings
from notices.breaker import Breakers
from notices.network_file import NetworkFile
from notices.rdap_client import NotRegistered, Servers, fetch_json
from notices.registry_answer import Address, Network, RegistryAnswer, load_library, read_answer
from notices.whois_client import WhoisServers, ask_whois
from routing.facts import Facts, Known, Lookups, NetworkAnswer, Questions

_THREADS = 4
_KEPT_S = 86_400.0
_FAILURE_KEPT_S = 60.0
_CACHED = 20_000

_UNKNOWN = NetworkAnswer(known=Known.UNKNOWN)
_ABSENT = NetworkAnswer(known=Known.ABSENT)


class Registries:
    """One for a process.   close() it."""

    def __init__(self, lookups: LookupSettings, policy: Policy, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises ConfigError for a file of networks that cannot be read."""
        breakers = Breakers(clock=clock)
        self._servers = Servers(first=lookups.rdap_server, others=frozenset(lookups.rdap_hosts), breakers=breakers)
        self._whois = WhoisServers(first=lookups.whois_server, others=lookups.whois_hosts, breakers=breakers) if lookups.whois else None
        self._file = NetworkFile(Path(lookups.asn_file)) if lookups.asn_file else None
        self._rdap_s, self._whois_s = lookups.rdap_timeout_s, lookups.whois_timeout_s
        self._is_asking = lookups.dns and lookups.rdap
        self._policy = policy
        self._clock = clock
        self._cache: OrderedDict[Network, tuple[float, NetworkAnswer]] = OrderedDict()
        self._lengths: set[tuple[int, int]] = set()
        self._asked: dict[Address, asyncio.Task[NetworkAnswer]] = {}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="registry")

    def prepare(self) -> None:
        """Have everything ready that the first question needs.   Blocking."""
        if self._is_asking:
            load_library()

    def known(self, addresses: Iterable[str]) -> Mapping[str, NetworkAnswer]:
        """What is known without asking anybody; an address that nothing is known of is left out."""
        found = {address: self._known(plain) for address in addresses if (plain := canonical(address, self._policy)) is not None}
        return {address: answer for address, answer in found.items() if answer is not None}

    async def find(self, address: str) -> NetworkAnswer:
        """Ask, unless it is known; within the deadline, and at most one question at a time for an address.   Raises: nothing."""
        plain = canonical(address, self._policy)
        if plain is None:
            return _ABSENT
        cached = self._cached(plain)
        if cached is not None:
            return cached
        if not self._is_asking:
            return self._on_file(plain) or _ABSENT
        task = self._asked.get(plain)
        if task is None:
            task = self._asked[plain] = asyncio.create_task(self._ask(plain))
            task.add_done_callback(lambda _: self._asked.pop(plain, None))
        return await asyncio.shield(task)

    def close(self) -> None:
        """Stop asking; questions that are under way end by their deadline."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._file is not None:
            self._file.close()

    async def _ask(self, address: Address) -> NetworkAnswer:
        asking = asyncio.get_running_loop().run_in_executor(self._threads, self._question, address)
        try:
            found = await asyncio.wait_for(asking, self._rdap_s + (self._whois_s if self._whois else 0.0))
        except NotRegistered:
            return self._keep((_itself(address),), _ABSENT, _KEPT_S)
        except (LookupFailed, TimeoutError, RuntimeError):  # RuntimeError: closed
            return self._keep((_itself(address),), _UNKNOWN, _FAILURE_KEPT_S)
        return self._keep(found.blocks, found.answer, _KEPT_S)

    def _question(self, address: Address) -> RegistryAnswer:
        """By RDAP; by whois what that cannot tell.   Raises LookupFailed, NotRegistered."""
        try:
            by_rdap = self._by_rdap(address)
        except NotRegistered:
            raise
        except LookupFailed:
            if self._whois is None:
                raise
            return ask_whois(self._whois, address, self._whois_s)
        if by_rdap.answer.abuse_address or self._whois is None:
            return by_rdap
        try:
            by_whois = ask_whois(self._whois, address, self._whois_s)
        except LookupFailed:
            return by_rdap
        return by_whois if by_whois.answer.abuse_address else by_rdap

    def _by_rdap(self, address: Address) -> RegistryAnswer:
        url = f"{self._servers.first.rstrip('/')}/ip/{address}"
        return read_answer(address, fetch_json(self._servers, url, self._rdap_s))

    def _on_file(self, address: Address) -> NetworkAnswer | None:
        return self._file.find(address) if self._file is not None else None

    def _known(self, address: Address) -> NetworkAnswer | None:
        cached = self._cached(address)
        return cached if cached is not None and cached.known is Known.FOUND else self._on_file(address)

    def _cached(self, address: Address) -> NetworkAnswer | None:
        """Of the narrowest network that is known."""
        for version, length in sorted(self._lengths, reverse=True):
            if version != address.version:
                continue
            held = self._cache.get(ip_network((address, length), strict=False))
            if held is not None and held[0] > self._clock():
                return held[1]
        return None

    def _keep(self, blocks: tuple[Network, ...], answer: NetworkAnswer, seconds: float) -> NetworkAnswer:
        for block in blocks:
            self._cache[block] = (self._clock() + seconds, answer)
            self._cache.move_to_end(block)
            self._lengths.add((block.version, block.prefixlen))
        while len(self._cache) > _CACHED:
            self._cache.popitem(last=False)
        return answer


class WithNetworks:
    """Look-ups that also tell what is known of the networks elsewhere; nobody is asked, nobody waits."""

    def __init__(self, lookups: Lookups, registries: Registries) -> None:
        self._lookups = lookups
        self._registries = registries

    async def gather(self, questions: Questions) -> Facts:
        """Answer within the time budget of the look-ups.   Raises: nothing."""
        facts = await self._lookups.gather(questions)
        known = self._registries.known(questions.addresses)
        return replace(facts, networks=known) if known else facts


def canonical(address: str, policy: Policy) -> Address | None:
    """The address that a registry can know: unmapped, public; None for any other."""
    try:
        written = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    plain = written.ipv4_mapped or written.sixtofour or written if isinstance(written, IPv6Address) else written
    return plain if policy.is_public(plain) else None


def _itself(address: IPv4Address | IPv6Address) -> Network:
    return ip_network(address)
