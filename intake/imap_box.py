"""A mailbox at an IMAP server (RFC 3501): imap-tools behind the few things that are asked of it.

Mails are read without marking them, and moved by MOVE (RFC 6851) where the server has it. Where it has not, they are copied first
and expunged by UID after, so that a kill between the two leaves one too many and never one too few.
"""

import imaplib
import ipaddress
import re
import ssl
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxStartTls, MailBoxUnencrypted

from config.errors import ConfigError
from config.sections import MailboxSettings, MailboxTls
from intake.mailbox import BoxAway, TooLarge

_PATIENCE_S = 30.0
_AT_ONCE = 500  # mails of one visit
_VALIDITY = re.compile(r"\d{1,12}")
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})")

Result = TypeVar("Result")


class ImapBox:
    """One account and its folder.   Raises ConfigError for settings that cannot work."""

    def __init__(self, settings: MailboxSettings, *, most_bytes: int) -> None:
        self._settings = settings
        self._most_bytes = most_bytes
        self._box: BaseMailBox | None = None
        self._made: set[str] = set()
        self._can: frozenset[str] = frozenset()
        if settings.tls is MailboxTls.NONE and not _is_this_machine(settings.host):
            raise ConfigError("mailbox.tls: none is for this machine only; nothing secret goes over a network in clear")
        if not settings.password_file and not settings.token_command:
            raise ConfigError("mailbox.password_file: neither it nor mailbox.token_command is set")

    def waiting(self) -> Sequence[str]:
        """The UIDs that are there, ascending, each with the UIDVALIDITY that it holds under.

        What the server can is asked after signing in: before, most say less.
        """
        return self._asked(self._list)

    def fetch(self, name: str) -> bytes | None:
        """As Box has it."""
        return self._asked(lambda: self._read(name.rpartition("/")[2]))

    def move(self, name: str, folder: str) -> None:
        """As Box has it."""
        self._asked(lambda: self._send(name.rpartition("/")[2], folder))

    def leave(self) -> None:
        """As Box has it; a server that does not answer is left without a word."""
        box, self._box = self._box, None
        if box is not None:
            try:
                box.logout()
            except (OSError, imaplib.IMAP4.error, ImapToolsError):
                return

    def _list(self) -> Sequence[str]:
        self._box = self._open()
        self._can = frozenset(" ".join(str(one, "ascii", "replace") for one in self._box.client.capability()[1]).upper().split())
        self._box.folder.set(self._settings.folder)
        validity = _VALIDITY.search(repr(self._box.client.untagged_responses.get("UIDVALIDITY")))
        # ESEARCH and CHARSET are left out: some servers refuse them.
        uids = sorted(map(int, self._box.uids("ALL", charset=None)))
        return [f"{self._settings.folder}/{validity[0] if validity else 0}/{uid}" for uid in uids[:_AT_ONCE]]

    def _read(self, uid: str) -> bytes | None:
        said = self._command("FETCH", uid, "(RFC822.SIZE)")
        sizes = [found for one in said if isinstance(one, bytes) and (found := _SIZE.search(one))]
        if not sizes:
            return None
        if int(sizes[0][1]) > self._most_bytes:
            raise TooLarge(f"{int(sizes[0][1])} bytes are more than are taken in")
        return next((bytes(one[1]) for one in self._command("FETCH", uid, "(BODY.PEEK[])") if isinstance(one, tuple)), None)

    def _send(self, uid: str, folder: str) -> None:
        box = self._opened()
        if folder not in self._made:
            if not box.folder.exists(folder):
                box.folder.create(folder)
            self._made.add(folder)
        quoted = imaplib.IMAP4._quote(box.client, _utf7(folder))  # type: ignore[attr-defined]
        if "MOVE" in self._can:
            self._command("MOVE", uid, quoted)
            return
        self._command("COPY", uid, quoted)
        self._command("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in self._can:
            self._command("EXPUNGE", uid)
        else:
            box.expunge()

    def _command(self, name: str, *arguments: str) -> list[object]:
        """A UID command's untagged answers.   Raises BoxAway for anything but OK."""
        kind, said = self._opened().client.uid(name, *arguments)
        if kind != "OK":
            raise BoxAway(f"the IMAP server refuses UID {name}")
        return list(said)

    def _opened(self) -> BaseMailBox:
        if self._box is None:
            raise BoxAway("the IMAP server was not asked yet")
        return self._box

    def _open(self) -> BaseMailBox:
        given = self._settings
        box: BaseMailBox
        if given.tls is MailboxTls.NONE:
            box = MailBoxUnencrypted(given.host, given.port, timeout=_PATIENCE_S)
        else:
            kind = MailBox if given.tls is MailboxTls.IMPLICIT else MailBoxStartTls
            box = kind(given.host, given.port, timeout=_PATIENCE_S, ssl_context=ssl.create_default_context(cafile=given.tls_ca or None))
        try:
            if given.token_command:
                return box.xoauth2(given.user, _token(given.token_command), initial_folder=None)
            password = Path(given.password_file).read_text("utf-8").rstrip("\r\n")
            return box.login(given.user, password, initial_folder=None)
        except BaseException:
            box.client.shutdown()
            raise

    def _asked(self, ask: Callable[[], Result]) -> Result:
        """What the server says; whatever goes wrong is BoxAway, without the server's own words, which may quote anything."""
        try:
            return ask()
        except (OSError, imaplib.IMAP4.error, ImapToolsError, UnicodeError) as error:
            raise BoxAway(f"the IMAP server does not do as it is asked ({type(error).__name__})") from error


def _token(command: Sequence[str]) -> str:
    """The first line that a command prints.   Raises BoxAway."""
    try:
        done = subprocess.run(list(command), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_PATIENCE_S, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise BoxAway(f"mailbox.token_command gives no token ({type(error).__name__})") from error
    return next(iter(done.stdout.split()), "")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _utf7(folder: str) -> str:
    """A folder's name as it goes on the wire (RFC 3501 section 5.1.3)."""
    from imap_tools.imap_utf7 import utf7_encode

    return utf7_encode(folder).decode("ascii")
