"""dkimpy, as far as it is trusted: header canonicalisation and the arithmetic of one signature.

Its body canonicalisation takes quadratic time on blanks, so that is done here; its checks against the clock are not
used, because a report comes late and the question is whether the signature was good when the mail arrived.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping

HASHES = {b"rsa-sha256": hashlib.sha256, b"ed25519-sha256": hashlib.sha256, b"rsa-sha1": hashlib.sha1}

_LINE_END = re.compile(rb"\r?\n")
_BLANKS = re.compile(rb"[ \t]+")

HeaderField = tuple[bytes, bytes]  # name, and value with CRLF in its folds and at its end


def as_signed(name: str, raw: bytes) -> HeaderField:
    """A field in the form that was signed, whatever line ends the file has now."""
    return name.encode("ascii"), _LINE_END.sub(b"\r\n", raw) + b"\r\n"


def signature_holds(
    signature: HeaderField, tags: Mapping[bytes, bytes], fields: list[HeaderField], signed: list[bytes], record: bytes
) -> bool | None:
    """Whether a signature fits the header fields that it names; the body is not looked at.

    fields: topmost first.   signed: names in lower case, in the order of h=.   record: the key record (RFC 6376 section 3.6.1).
    None: signature or key cannot be read.   Raises: nothing.
    """
    from dkim import DKIM

    without_body = {name: value for name, value in tags.items() if name != b"bh"}
    signer = DKIM()
    signer.headers = fields
    try:
        return bool(signer.verify_sig(without_body, list(signed), signature, lambda _name, timeout=0: record))
    except Exception:  # hostile input reaches the library here; whatever it raises means that it could not read it
        return None


def body_fits(tags: Mapping[bytes, bytes], body: bytes) -> bool:
    """Whether the body is the one whose hash was signed (RFC 6376 sections 3.4.3, 3.4.4 and 3.7)."""
    canonicalisation = tags.get(b"c", b"").partition(b"/")[2].lower()
    canonical = _relaxed(body) if canonicalisation == b"relaxed" else _simple(body)
    try:
        return HASHES[tags[b"a"]](canonical).digest() == base64.b64decode(tags[b"bh"])
    except (binascii.Error, ValueError):
        return False


def _simple(body: bytes) -> bytes:
    return b"\r\n".join(_without_empty_end(_LINE_END.split(body))) + b"\r\n"


def _relaxed(body: bytes) -> bytes:
    lines = _without_empty_end([_BLANKS.sub(b" ", line).rstrip(b" ") for line in _LINE_END.split(body)])
    return b"\r\n".join(lines) + b"\r\n" if lines else b""


def _without_empty_end(lines: list[bytes]) -> list[bytes]:
    while lines and not lines[-1]:
        lines.pop()
    return lines
