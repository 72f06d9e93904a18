"""Every bound on what a message may cost, in one place.

The defaults come from measured attacks. A message over a parse limit is stored whole and held for a person; it is
never dropped. Each can be set in the configuration's [limits].
"""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds that the parsers keep; bytes unless the name says otherwise."""

    header_block_bytes: Annotated[int, "One header block."] = 262_144
    header_field_bytes: Annotated[int, "One header field that is kept."] = 102_400
    header_fields: Annotated[int, "Fields of one header block."] = 2_000
    analysed_field_bytes: Annotated[int, "As much of a field as is read for what it says."] = 8_192
    received_fields: Annotated[int, "Received fields that are kept."] = 100
    walked_hops: Annotated[int, "Received fields that are walked for the handover, newest first."] = 50
    parts: Annotated[int, "MIME parts of one message."] = 1_000
    nesting: Annotated[int, "MIME parts inside each other."] = 50
    boundary_bytes: Annotated[int, "A MIME boundary."] = 2_048
    encoded_words: Annotated[int, "Encoded words of one field (RFC 2047)."] = 500
    addresses: Annotated[int, "Addresses found in one report."] = 1_000
    labels: Annotated[int, "Labelled lines of one report."] = 500
    parameter_segments: Annotated[int, "Segments of one parameter (RFC 2231)."] = 200
    reports: Annotated[int, "Mails complained of in one submission."] = 50
    links: Annotated[int, "Links of one report."] = 500
    looked_up_hosts: Annotated[int, "Hosts of one submission whose addresses are asked for."] = 20
    looked_up_keys: Annotated[int, "Keys of the signatures of one submission that are asked for."] = 20
    looked_up_addresses: Annotated[int, "Addresses of one submission whose network is told, when it is known."] = 20
    text_chars: Annotated[int, "Characters of one text body that are read."] = 1_048_576
    unpacked_bytes: Annotated[int, "An archive, unpacked."] = 52_428_800
    unpacked_ratio: Annotated[int, "How many times its size an archive may unpack to."] = 100
    unpacked_members: Annotated[int, "Files of one archive."] = 100
    unpacking_depth: Annotated[int, "Archives inside each other."] = 2
    enclosure_depth: Annotated[int, "Mails enclosed in each other."] = 10
    enclosed_mails: Annotated[int, "Mails enclosed in one submission, at any depth, that are opened."] = 250
    completed_mails: Annotated[int, "Earlier mails of one complaint that an answer is decided together with, the newest."] = 5
    completed_bytes: Annotated[int, "All of those together."] = 10_485_760
    image_pixels: Annotated[int, "Pixels of a picture that is looked at for a QR code."] = 40_000_000
    images: Annotated[int, "Pictures of one report that are looked at."] = 10
    signatures: Annotated[int, "DKIM signatures of one mail that are verified."] = 5
    signed_blank_run: Annotated[int, "Blanks in a row in a signature field, beyond which it is not verified."] = 1_000
