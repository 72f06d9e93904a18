"""The block of addresses that one address is counted under: what one customer, or one neighbourhood, usually has."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

IPV4_LENGTH = 24
IPV6_LENGTH = 48

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def block_of(address: Address) -> str:
    """Its /24 or /48, as text; an IPv4-mapped address counts as IPv4."""
    plain = address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
    if isinstance(plain, IPv4Address):
        number = int(plain) >> 8 << 8
        return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.0/{IPV4_LENGTH}"
    return str(ip_network((plain, IPV6_LENGTH), strict=False))


def blocks_in(network: Network, limit: int) -> tuple[str, ...]:
    """The blocks that a network holds, or the one that holds it; () when there are more than limit."""
    length = IPV4_LENGTH if network.version == 4 else IPV6_LENGTH
    if network.prefixlen >= length:
        return (block_of(network.network_address),)
    if network.prefixlen + limit.bit_length() <= length:
        return ()
    blocks = tuple(str(block) for block in network.subnets(new_prefix=length))
    return blocks if len(blocks) <= limit else ()
