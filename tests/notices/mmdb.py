"""A writer of small files in MaxMind's format (MaxMind DB specification 2.0): a tree of bits, then values."""

import struct
from collections.abc import Mapping
from ipaddress import IPv6Network, ip_network
from pathlib import Path

Value = str | int | Mapping[str, "Value"] | list["Value"]

_EMPTY = None
_RECORD_BITS = 32
_WHOLE = {"build_epoch": 9, "node_count": 6, "autonomous_system_number": 6}  # uint64 and uint32; every other number is a uint16
_METADATA = b"\xab\xcd\xefMaxMind.com"


def write_mmdb(path: Path, networks: Mapping[str, Value], *, version: int = 6) -> Path:
    """networks: values by prefix; in a file of version 6, IPv4 stands below ::/96."""
    values = b"".join(map(_encoded, networks.values()))
    nodes: list[list[int | None]] = [[_EMPTY, _EMPTY]]
    offset = 0
    leaves: list[tuple[int, int, int]] = []
    for prefix, value in networks.items():
        node, bits = 0, _bits(prefix, version)
        for bit in bits[:-1]:
            below = nodes[node][bit]
            if below is None:
                nodes.append([_EMPTY, _EMPTY])
                below = nodes[node][bit] = len(nodes) - 1
            node = below
        leaves.append((node, bits[-1], offset))
        offset += len(_encoded(value))
    count = len(nodes)
    for node, bit, at in leaves:
        nodes[node][bit] = count + 16 + at
    tree = b"".join(struct.pack(">II", *(count if side is None else side for side in pair)) for pair in nodes)
    about = {
        "binary_format_major_version": 2, "binary_format_minor_version": 0, "build_epoch": 1, "database_type": "ASN", "description": {},
        "ip_version": version, "languages": [], "node_count": count, "record_size": _RECORD_BITS,
    }  # fmt: skip
    path.write_bytes(tree + bytes(16) + values + _METADATA + _encoded(about))  # type: ignore[arg-type]
    return path


def _bits(prefix: str, version: int) -> list[int]:
    network = ip_network(prefix)
    extra = 96 if version == 6 and not isinstance(network, IPv6Network) else 0
    number = f"{int(network.network_address):0{network.max_prefixlen}b}"
    return [0] * extra + [int(bit) for bit in number[: network.prefixlen]]


def _encoded(value: Value, key: str = "") -> bytes:
    match value:
        case str():
            return _control(2, len(value.encode())) + value.encode()
        case int():
            raw = value.to_bytes(4, "big").lstrip(b"\0")
            return _control(_WHOLE.get(key, 5), len(raw)) + raw
        case list():
            return _control(11, len(value)) + b"".join(map(_encoded, value))
        case _:
            return _control(7, len(value)) + b"".join(_encoded(key) + _encoded(one, key) for key, one in value.items())


def _control(kind: int, size: int) -> bytes:
    length, extra = (size, b"") if size < 29 else (29, bytes([size - 29]))
    return bytes([kind << 5 | length]) + extra if kind < 8 else bytes([length, kind - 7]) + extra
