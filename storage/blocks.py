"""Addresses as the store sorts and counts them.

The block that an address is counted under is what one customer, or one neighbourhood, usually has: a /24, or a /48.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

IPV4_LENGTH = 24
IPV6_LENGTH = 48

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def block_of(address: Address) -> str:
    """Its block, as text; an IPv4-mapped address counts as IPv4."""
    plain = _unmapped(address)
    if isinstance(plain, IPv4Address):
        number = int(plain)
        return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.0/{IPV4_LENGTH}"
    return str(ip_network((plain, IPV6_LENGTH), strict=False))


def block_around(network: Network) -> str:
    """The block that holds a network, "" for a network that is wider than a block."""
    length = IPV4_LENGTH if network.version == 4 else IPV6_LENGTH
    return block_of(network.network_address) if network.prefixlen >= length else ""


def sort_key(address: Address) -> str:
    """Thirty-two hex digits in the order of addresses; IPv4 stands where its mapped form does."""
    plain = _unmapped(address)
    return f"{int(plain) + 0xFFFF_0000_0000 if plain.version == 4 else int(plain):032x}"


def _unmapped(address: Address) -> Address:
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
