"""The mails in files, folders, mboxes and Maildirs, one at a time, in an order that does not change."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

from parsers.framing import Magic, looks_like_mail, magic_of
from parsers.mboxes import is_mbox, mails_of

_HEAD_BYTES = 65_536
# field-name ":" *VCHAR of the first line; RFC 5322 section 2.2.  Also what a mail server's pipe or a viewer puts above it.
_FIRST_FIELD = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s{0,200}|>?From [^\r\n]{0,400}\r?\n)"
    rb"[A-Za-z][\w.-]{0,75}[ \t]{0,4}:[^\0-\x08\x0a-\x1f]{0,9000}(?=[\r\n]|\Z)"
)
# From_ line: "From " sender " " timestamp; RFC 4155 appendix A
_FROM_LINE = re.compile(rb"From ([^\s]{1,320})[ \t][^\r\n]{0,200}\r?\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail as it lies there.   name: where, with its number in an mbox."""

    name: str
    raw: bytes


class NotAMail(Exception):
    """A file that was named is no mail; the message is its name."""


def is_mail(raw: bytes) -> bool:
    """Whether bytes could be a mail: they begin with a header field, hold a header near their beginning, or are an Outlook item."""
    head = raw[:_HEAD_BYTES]
    return magic_of(head[:8]) is Magic.OLE or _FIRST_FIELD.match(head) is not None or looks_like_mail(head)


def without_from_line(raw: bytes) -> tuple[bytes, str]:
    """A mail without the line that a mail server's pipe puts above it, and the envelope sender that stands there, or ""."""
    found = _FROM_LINE.match(raw)
    if found is None:
        return raw, ""
    return raw[found.end() :], found[1].decode("utf-8", "replace")


def mails_in(source: Path) -> Iterator[Mail]:
    """Every mail of a file or a folder; in folders, what is no mail is passed over.

    Raises OSError when something cannot be read, NotAMail when the file itself is none.
    """
    if not source.is_dir():
        yield from _mails_in_file(source)
        return
    for path in files_in(source):
        try:
            yield from _mails_in_file(path)
        except NotAMail:
            continue


def files_in(folder: Path) -> Iterator[Path]:
    """The files below a folder that may hold mails, by name: of a Maildir what is in cur and new, else everything visible."""
    is_maildir = (folder / "cur").is_dir() and (folder / "new").is_dir()
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            if not (is_maildir and path.name == "tmp"):
                yield from files_in(path)
        elif path.is_file() and not path.name.startswith(".") and not (is_maildir and path.parent == folder):
            yield path


def _mails_in_file(path: Path) -> Iterator[Mail]:
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if not is_mail(head):
            raise NotAMail(str(path))
        if not is_mbox(head):
            yield Mail(name=str(path), raw=head + file.read())
            return
        with mmap(file.fileno(), 0, access=ACCESS_READ) as mapped:
            for number, raw in enumerate(mails_of(mapped), 1):
                yield Mail(name=f"{path}#{number}", raw=raw)
