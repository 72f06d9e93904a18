"""What came in at a door: the bytes, how they came, and when.

"Submission" here is what a reporter sent us; it has nothing to do with RFC 6409 (port 587).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address


class Door(StrEnum):
    """What is known of the outermost mail from the way it came in."""

    SMTP = "smtp"  # It was addressed to abuse@: the outermost mail is the reporter's own.
    FILE = "file"  # It was handed in as a file: the outermost mail may be the reported one itself.


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The SMTP envelope (RFC 5321 section 2.3.1)."""

    mail_from: str = ""  # "" is the null reverse-path
    rcpt_to: tuple[str, ...] = ()
    peer: IPv4Address | IPv6Address | None = None  # None: not over a network
    helo: str = ""


def digest_of(mail_from: str, raw: bytes) -> str:
    """Identity: SHA-256 over envelope sender and bytes, hex; a repeat has the same."""
    return hashlib.sha256(mail_from.encode("utf-8", "surrogateescape") + b"\0" + raw).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A mail that was refused because something was missing, which its reporter has answered.   reference: as it was told."""

    reference: str
    raw: bytes
    door: Door
    arrived_at: datetime
    envelope: Envelope = Envelope()

    @property
    def digest(self) -> str:
        """As of a submission."""
        return digest_of(self.envelope.mail_from, self.raw)


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One message as received, byte for byte.

    arrived_at is aware and in UTC; it is part of what a verdict rests on (replay hands the stored one in).
    completes: the mails that it answers and is decided together with, oldest first; they are no part of its identity.
    """

    raw: bytes
    door: Door
    arrived_at: datetime
    envelope: Envelope = Envelope()
    name: str = ""  # file name or "" ; shown, never decided upon
    completes: tuple[Earlier, ...] = ()

    @cached_property
    def digest(self) -> str:
        """Identity: SHA-256 over envelope sender and bytes, hex; a repeat has the same."""
        return digest_of(self.envelope.mail_from, self.raw)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 over the bytes alone, hex: what proves that the evidence is what came in."""
        return hashlib.sha256(self.raw).hexdigest()
