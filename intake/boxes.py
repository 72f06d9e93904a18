"""The mailboxes that the settings name."""

from collections.abc import Sequence

from config.sections import Settings
from intake.mailbox import Box
from intake.maildir_box import MaildirBox


def boxes_of(settings: Settings) -> Sequence[Box]:
    """None, one or two.   Raises ConfigError for settings that cannot work."""
    boxes: list[Box] = []
    if settings.mailbox.host:
        from intake.imap_box import ImapBox  # imap-tools, only where there is such a mailbox

        boxes.append(ImapBox(settings.mailbox, most_bytes=settings.smtp.max_message_bytes))
    if settings.mailbox.maildir:
        boxes.append(MaildirBox(settings.mailbox.maildir, most_bytes=settings.smtp.max_message_bytes))
    return boxes
