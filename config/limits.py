"""Every bound on what a message may cost, in one place.

The defaults come from measured attacks (docs/limits.md). A message over a parse limit is stored whole and
held for a person; it is never dropped.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds that the parsers keep; bytes unless the name says otherwise."""

    header_block_bytes: int = 262_144
    header_field_bytes: int = 102_400
    header_fields: int = 2_000
    analysed_field_bytes: int = 8_192
    received_fields: int = 100
    walked_hops: int = 50
    parts: int = 1_000
    nesting: int = 50
    boundary_bytes: int = 2_048
    encoded_words: int = 500
    addresses: int = 1_000
    parameter_segments: int = 200
    reports: int = 50
    links: int = 500
    looked_up_hosts: int = 20
    text_chars: int = 1_048_576
    unpacked_bytes: int = 52_428_800
    unpacked_ratio: int = 100
    unpacked_members: int = 100
    unpacking_depth: int = 2
    enclosure_depth: int = 10
    image_pixels: int = 40_000_000
    images: int = 10
    signatures: int = 5
    signed_blank_run: int = 1_000
