"""A letter as bytes (RFC 5322), with the fields that keep machines from answering machines (RFC 3834).

No text of a reporter's becomes a header: subjects are ours with a reference, addresses and Message-IDs are let in only whole and
only in their strict form, everything else goes into the body. self_test() proves that before the first letter is written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from config.errors import ConfigError
from storage.notices import AUTOMATIC, NoticeKind

# Mailbox of RFC 5321 section 4.1.2: Dot-string@Domain; no quoted local parts, no literals
_DOT_STRING = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}){0,20}"
_DOMAIN = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9-]{1,63}){1,20}"
_MAILBOX = re.compile(rf"({_DOT_STRING})@({_DOMAIN})")
# msg-id of RFC 5322 section 3.6.4, without folding and without quoted strings
_MESSAGE_ID = re.compile(r"<[!#-;=?A-Z^-~]{1,200}@[!#-;=?A-Z^-~]{1,200}>")

_ENCODED = "=?"

_FIELDS = (
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "X-Auto-Response-Suppress",
    "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """in_reply_to: the Message-ID of the report, "" where it has none that is fit."""

    kind: NoticeKind
    sender: str
    sender_name: str
    recipient: str
    subject: str
    body: str
    message_id: str
    at: datetime
    in_reply_to: str = ""


def fit_mailbox(written: str) -> str:
    """A mail address that may stand in an envelope and a header, "" for anything else."""
    found = _MAILBOX.fullmatch(written) if len(written) <= 254 else None
    return written if found and len(found[1]) <= 64 else ""


def fit_message_id(written: str) -> str:
    """A Message-ID that may stand in a header, "" for anything else."""
    return written if len(written) <= 250 and _MESSAGE_ID.fullmatch(written) else ""


def is_automatic(kind: NoticeKind) -> bool:
    """Whether a machine answers by itself: such a letter has the null sender, so that nothing comes back."""
    return kind in AUTOMATIC


def render_letter(letter: Letter) -> bytes:
    """The letter with CRLF.   Raises ValueError for an address, a Message-ID or a subject that is not fit for a header."""
    if not fit_mailbox(letter.recipient) or not fit_mailbox(letter.sender) or not fit_message_id(letter.message_id):
        raise ValueError("an address or Message-ID is not fit for a header")
    if not letter.subject.isprintable() or len(letter.subject) > 200 or _ENCODED in letter.subject:
        raise ValueError("the subject is not fit for a header")
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=_printable(letter.sender_name), addr_spec=letter.sender)
    message["To"] = Address(addr_spec=letter.recipient)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = letter.message_id
    if replied := fit_message_id(letter.in_reply_to):
        message["In-Reply-To"] = replied
        message["References"] = replied
    message["Auto-Submitted"] = "auto-replied" if is_automatic(letter.kind) else "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(_text(letter.body), charset="utf-8", cte="base64")
    return message.as_bytes()


def _printable(text: str) -> str:
    """One line; the beginning of an encoded word (RFC 2047) is taken apart, since the library would decode it, line ends and all."""
    plain = "".join(one if one.isprintable() else " " for one in text[:100]).replace(_ENCODED, "= ?")
    return " ".join(plain.split())


def _text(body: str) -> str:
    """Lines of printable characters; what would move the cursor, or write from right to left, is left out."""
    return "".join(one for one in body if one == "\n" or one.isprintable()) + ("" if body.endswith("\n") else "\n")


_HOSTILE = (
    "x\r\nBcc: victim@example.com", "x\nX-Evil: yes\n\nbody", "=?utf-8?q?x=0D=0ABcc:_victim@example.com?=", "x\x00\x0b\x0c\x85\u2028Bcc: y",
    "\r\n.\r\nMAIL FROM:<x@example.com>", "a" * 5_000, "\ud800", "\u202eevil",
    "a@example.com>\r\nBcc: <b@example.com", "a@example.com, b@example.com",
)  # fmt: skip


def hostile_letters(at: datetime) -> Iterator[Letter]:
    """Letters in which everything that can come from outside is an attack, one thing at a time."""
    plain = Letter(
        kind=NoticeKind.REFUSAL, sender="abuse@example-host.jp", sender_name="Abuse desk", recipient="a@example.com", subject="[R-0]",
        body="Hello\n",
        message_id="<1@example-host.jp>", at=at, in_reply_to="<2@example.com>",
    )  # fmt: skip
    yield plain
    for name in ("sender_name", "recipient", "subject", "body", "message_id", "in_reply_to"):
        for attack in _HOSTILE:
            changes: dict[str, Any] = {name: attack}
            yield replace(plain, **changes)


def self_test(at: datetime) -> None:
    """Write hostile letters, read them again and compare their fields.   Raises ConfigError when this Python lets one through."""
    for letter in hostile_letters(at):
        try:
            raw = render_letter(letter)
        except (ValueError, UnicodeError):
            continue  # refused: good
        if not is_clean(raw, letter):
            raise ConfigError("notices.enabled: this Python's mail library lets header fields through; another release is needed")


def is_clean(raw: bytes, letter: Letter) -> bool:
    """Whether a rendered letter has the fields that it should have, each once, and its recipient alone."""
    read = message_from_bytes(raw)
    names = read.keys()
    return set(names) <= set(_FIELDS) and len(names) == len(set(names)) and read["To"] == letter.recipient
