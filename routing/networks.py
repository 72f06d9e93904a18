"""A set of networks, asked often whether it holds an address: integers, no network objects."""

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_network

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


# What is used inside a network and never between two: RFC 1918, 6598, 3927, 4193, 4291.
_INSIDE = Networks(
    (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "::1/128", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip


def is_inside(ip: Address) -> bool:
    """Whether an address is used inside networks only; 6to4 forms count as what they carry."""
    if isinstance(ip, IPv6Address) and ip.sixtofour is not None:
        return ip.sixtofour in _INSIDE
    return ip in _INSIDE
