"""A set of networks, asked often whether it holds an address: integers, no network objects."""

from collections.abc import Iterable
from ipaddress import ip_network

from parsers.report import Address


class Networks:
    """Networks of both versions.   `address in networks` holds for any address of any of them."""

    __slots__ = ("_of_version",)

    def __init__(self, written: Iterable[str] = ()) -> None:
        """written: CIDR notation.   Raises ValueError for host bits or nonsense."""
        self._of_version: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
        for one in written:
            network = ip_network(one)
            shift = network.max_prefixlen - network.prefixlen
            self._of_version[network.version].append((shift, int(network.network_address) >> shift))

    def __contains__(self, address: Address) -> bool:
        number = int(address)
        return any(number >> shift == prefix for shift, prefix in self._of_version[address.version])
