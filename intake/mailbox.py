"""A mailbox that reports arrive in: each mail is decided and stored, and only then moved on.

Killed between the two, the mail is still there and is taken in again: the store knows it by its bytes and counts a repeat, no more.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from config.errors import AbuseDeskError
from config.limits import Limits
from config.sections import MailboxSettings
from intake.arrival import arrival_of
from intake.reception import Reception
from parsers.fields import HeaderBlock, parse_header_block
from parsers.submission import Door, Envelope, Submission
from routing.verdict import Verdict

log = logging.getLogger(__name__)


class BoxAway(AbuseDeskError):
    """The mailbox cannot be reached, or does not do what it is asked; the next look may go better."""


class TooLarge(AbuseDeskError):
    """A mail that is larger than any that is taken in."""


class Box(Protocol):
    """A mailbox.   All methods block, and raise BoxAway."""

    def waiting(self) -> Sequence[str]:
        """The names of the mails that are there, oldest first; begins a visit."""
        ...

    def fetch(self, name: str) -> bytes | None:
        """A mail, byte for byte; None when it has gone in the meantime.   Raises TooLarge."""
        ...

    def move(self, name: str, folder: str) -> None:
        """Move it to another folder, which is made where it is missing; one that has gone is as good as moved."""
        ...

    def leave(self) -> None:
        """End the visit."""
        ...


class Watch:
    """Looks into a mailbox from time to time.   Any number of processes may watch the same one: each mail is stored once."""

    def __init__(self, box: Box, reception: Reception, settings: MailboxSettings, limits: Limits) -> None:
        self._box = box
        self._reception = reception
        self._settings = settings
        self._limits = limits

    async def run(self) -> None:
        """Look, for ever."""
        while True:
            try:
                await self.visit()
            except AbuseDeskError as error:
                log.warning("mailbox: %s", error)
            except Exception:  # one bad visit must not end all others
                log.exception("a visit to the mailbox failed")
            await asyncio.sleep(self._settings.every_s)

    async def visit(self) -> int:
        """Take in what is there; how many mails that were.   Raises BoxAway, StorageError and its kin; what is not stored stays there."""
        taken = 0
        try:
            for name in await asyncio.to_thread(self._box.waiting):
                if self._reception.is_full:
                    break
                taken += await self._take(name)
        finally:
            await asyncio.to_thread(self._box.leave)
        return taken

    async def _take(self, name: str) -> bool:
        try:
            raw = await asyncio.to_thread(self._box.fetch, name)
        except TooLarge as error:
            log.warning("mailbox: %s: %s", name, error)
            await asyncio.to_thread(self._box.move, name, self._settings.refused_folder)
            return False
        if raw is None:
            return False
        recorded = await self._reception.process(arrival_of(submission_of(raw, name, self._limits)))
        is_refused = recorded.verdict is Verdict.REJECTED
        await asyncio.to_thread(self._box.move, name, self._settings.refused_folder if is_refused else self._settings.done_folder)
        return True


def submission_of(raw: bytes, name: str, limits: Limits) -> Submission:
    """A delivered mail as a submission; its envelope is what final delivery wrote above it (RFC 5321 section 4.4)."""
    header = parse_header_block(raw, limits)
    to = _address(header, "delivered-to") or _address(header, "x-original-to")
    envelope = Envelope(mail_from=_address(header, "return-path"), rcpt_to=(to,) if to else ())
    return Submission(raw=raw, door=Door.SMTP, arrived_at=datetime.now(UTC), envelope=envelope, name=name)


def _address(header: HeaderBlock, name: str) -> str:
    field = header.first(name)
    written = field.value.strip().removeprefix("<").removesuffix(">").strip() if field else ""
    return written if len(written) <= 320 and written.isprintable() and " " not in written else ""
