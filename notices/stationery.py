"""What letters are written on: the site's name and address, its templates and its key; the one way from values to bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config.errors import ConfigError
from config.policy import Policy
from config.sections import NoticeSettings
from notices.letter import Letter, fit_mailbox, render_letter, self_test
from notices.smarthost import Signer, signer_of
from notices.template import Templates
from storage.notices import NoticeKind, Written


@dataclass(frozen=True, kw_only=True)
class Stationery:
    """sender: the From address.   signer: None without a key."""

    sender: str
    sender_name: str
    templates: Templates
    signer: Signer | None

    def written(self, kind: NoticeKind, recipient: str, values: Mapping[str, str], *, event: str, language: str) -> Written:
        """The letter in words; values: what its template fills in, the reference among them."""
        subject, body = self.templates.template(kind, event, language).filled(values)
        message_id = f"<{values['reference']}.{kind}@{self.sender.rpartition('@')[2]}>".lower()
        return Written(recipient=recipient, subject=subject, body=body, message_id=message_id)

    def rendered(self, kind: NoticeKind, written: Written, at: datetime, *, in_reply_to: str = "") -> bytes:
        """The letter as it leaves.   Raises ValueError for what is not fit for a header."""
        letter = Letter(
            kind=kind,
            sender=self.sender,
            sender_name=self.sender_name,
            recipient=written.recipient,
            subject=written.subject,
            body=written.body,
            message_id=written.message_id,
            at=at,
            in_reply_to=in_reply_to,
        )
        return self.signed(render_letter(letter))

    def signed(self, raw: bytes) -> bytes:
        """A mail with the site's signature on top, where it has a key."""
        return self.signer.signed(raw) if self.signer else raw


def sender_of(settings: NoticeSettings, policy: Policy) -> str:
    """The address that is written from, "" for none."""
    return settings.sender or next(iter(policy.desk_addresses), "")


def open_stationery(settings: NoticeSettings, policy: Policy, now: datetime) -> Stationery:
    """The stationery that the settings ask for, with everything tried that can be.   Raises ConfigError."""
    sender = sender_of(settings, policy)
    if not fit_mailbox(sender):
        raise ConfigError("notices.sender: there is no address to write from; set it, or policy.desk_addresses")
    self_test(now)
    return Stationery(
        sender=sender,
        sender_name=settings.sender_name,
        templates=Templates(Path(settings.templates) if settings.templates else None),
        signer=signer_of(settings, sender),
    )
