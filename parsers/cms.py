"""The content of a CMS SignedData (RFC 5652 section 5), which S/MIME wraps around a whole mail body (RFC 8551 section 3.5.2).

Only enough BER (X.690 section 8) is read to find it. The signature is not checked: who vouches for a report changes nothing.
"""

from collections.abc import Iterator

# id-signedData, 1.2.840.113549.1.7.2, as an object identifier with its tag and length
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_OCTET_STRING, _OCTET_STRINGS = 0x04, 0x24  # one, or one in pieces
_PIECES = 100_000


def signed_content(der: bytes) -> bytes:
    """The MIME entity that was signed; empty when there is none, or when this is no SignedData.   Raises: nothing."""
    at = der.find(_SIGNED_DATA, 0, 32)
    if at < 0:
        return b""
    # ContentInfo: [0] { SignedData { version, digestAlgorithms, encapContentInfo { type, [0] { content } } } }
    at = _inside(der, _inside(der, at + len(_SIGNED_DATA)))
    at = _inside(der, _after(der, _after(der, at)))
    at = _inside(der, _after(der, at))
    return b"".join(_octets(der, at))


def _octets(der: bytes, at: int) -> Iterator[bytes]:
    """The pieces of the octet string that begins here."""
    tag, start, end = _element(der, at)
    if tag == _OCTET_STRING:
        yield der[start:end]
    if tag != _OCTET_STRINGS:
        return
    stop = end
    for _ in range(_PIECES):
        tag, piece, end = _element(der, start)
        if start >= stop or tag != _OCTET_STRING:
            return
        yield der[piece:end]
        start = end


def _inside(der: bytes, at: int) -> int:
    """Where the content of the element that begins here begins."""
    return _element(der, at)[1]


def _after(der: bytes, at: int) -> int:
    """Where the element after this one begins."""
    return _element(der, at)[2]


def _element(der: bytes, at: int) -> tuple[int, int, int]:
    """Tag, and where the content begins and ends; of indefinite length it ends with the data."""
    if at + 2 > len(der):
        return 0, len(der), len(der)
    length, start = der[at + 1], at + 2
    if length == 0x80:
        return der[at], start, len(der)
    if length > 0x80:
        octets = min(length & 0x7F, 8)
        length, start = int.from_bytes(der[start : start + octets]), start + octets
    return der[at], min(start, len(der)), min(start + length, len(der))
