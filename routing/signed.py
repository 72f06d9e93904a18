"""What a signature on a reported mail proved, as a value (RFC 6376, RFC 8617)."""

from dataclasses import dataclass
from enum import StrEnum


class SignatureResult(StrEnum):
    """How a signature came out."""

    PASS = "pass"  # Signer, signed header fields and body are proved.  # noqa: S105
    BODY_CHANGED = "body-changed"  # The body is not the one that was signed; common after delivery, never a reproach.
    FAIL = "fail"  # The signature does not fit.
    UNKNOWN = "unknown"  # No key was to be had, or the signature was not looked at.


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedSignature:
    """One signature of a reported mail.

    kind: "dkim" or "arc".   domain, selector: the signer's.   field_index: of the field that holds it.
    instance: of an ARC set, 0 otherwise.   covers_received: the chain is among what was signed.
    """

    kind: str
    domain: str
    selector: str
    result: SignatureResult
    field_index: int = -1
    instance: int = 0
    covers_received: bool = False
    because: str = ""
