"""Whose mail it was: the values that the walk over a reported mail's Received chain gives."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from parsers.received import ReceivedHop
from parsers.report import Address


class HopStatus(StrEnum):
    """What a hop is worth."""

    OWN = "own"  # Written inside the receiving side about itself.
    BORDER = "border"  # Written by the receiving side about the host that handed the mail over.
    ATTESTED = "attested"  # Written by a provider that handed the mail over and that we recognised.
    CLAIMED = "claimed"  # Below the border: the sender could have written it.
    CONTRADICTED = "contradicted"  # Below the border, and something proves it wrong.
    UNREADABLE = "unreadable"  # Cannot be read with certainty; nothing below it is believed.


class Grade(StrEnum):
    """How sure the handover address is."""

    CONFIRMED = "confirmed"  # The border hop, and at least one independent header or signature agrees.
    ASSERTED = "asserted"  # The border hop alone.
    CONFLICT = "conflict"  # The receiving side's own headers name two addresses.
    CLAIMED = "claimed"  # No border: only what a report or the sender states.
    UNREADABLE = "unreadable"  # The border hop cannot be read.
    NONE = "none"  # There is no chain, or it names no public address.


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One header (or signature) that names the handover address.

    kind: "received-spf", "authentication-results", "arc-authentication-results", "x-sender-ip", "arf:source-ip" ...
    authority: who wrote it.   is_believed: passed the position and authority filters; because says why (not).
    """

    kind: str
    ip: Address | None
    field_index: int
    authority: str = ""
    is_believed: bool = False
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkedHop:
    """A hop, what it is worth, and the sentence why."""

    hop: ReceivedHop
    status: HopStatus
    because: str
    marks: tuple[str, ...] = ()  # forgery tests that struck, by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """An address below the border: attested by a provider, claimed, or contradicted."""

    ip: Address
    status: HopStatus
    provider: str = ""
    field_index: int = -1
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Whose mail it was.

    ip: the handover address, None when unreadable or none.   conflicting: the other addresses when grade is conflict.
    handed_over_at: the border's time stamp; ownership is asked for that time; None when it has none.
    receiver: organizational domain or operator of the receiving side, receiver_because the way it was told.
    """

    hops: tuple[WalkedHop, ...] = ()
    ip: Address | None = None
    grade: Grade = Grade.NONE
    evidence: tuple[Evidence, ...] = ()
    rungs: tuple[Rung, ...] = ()
    conflicting: tuple[Address, ...] = ()
    handed_over_at: datetime | None = None
    receiver: str = ""
    receiver_because: str = ""
    because: str = ""
