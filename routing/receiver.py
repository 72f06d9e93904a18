"""Whose receiving side a reported mail shows, and what the submission says of it."""

from dataclasses import dataclass

from parsers.fields import HeaderBlock
from parsers.received import ReceivedHop
from parsers.report import Address
from parsers.submission import Door


@dataclass(frozen=True, kw_only=True)
class ReportContext:
    """What is known of the reporter's side from the submission.   peer: None when it came in by file."""

    door: Door
    reporter_domain: str = ""
    peer: Address | None = None
    header: HeaderBlock | None = None
    peeled: tuple[ReceivedHop, ...] = ()
