"""An Outlook item's properties, and the mail that it was ([MS-OXCMSG], [MS-OXPROPS])."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import IntEnum

from config.limits import Limits
from parsers.charsets import decode_text
from parsers.fields import parse_header_block
from parsers.framing import frame


class Tag(IntEnum):
    """PidTag property ids ([MS-OXPROPS] section 2)."""

    SUBJECT = 0x0037
    CLIENT_SUBMIT_TIME = 0x0039
    SENT_REPRESENTING_NAME = 0x0042
    SENT_REPRESENTING_EMAIL = 0x0065
    TRANSPORT_MESSAGE_HEADERS = 0x007D  # The header as it came over SMTP; absent in what was only sent.
    SENDER_NAME = 0x0C1A
    SENDER_EMAIL = 0x0C1F
    DISPLAY_TO = 0x0E04
    DELIVERY_TIME = 0x0E06
    BODY = 0x1000
    HTML = 0x1013
    INTERNET_MESSAGE_ID = 0x1035
    DISPLAY_NAME = 0x3001
    ATTACH_DATA = 0x3701
    ATTACH_FILENAME = 0x3704
    ATTACH_METHOD = 0x3705
    ATTACH_LONG_FILENAME = 0x3707
    ATTACH_MIME_TAG = 0x370E
    INTERNET_CODEPAGE = 0x3FDE
    MESSAGE_CODEPAGE = 0x3FFD
    SENDER_SMTP = 0x5D01
    SENT_REPRESENTING_SMTP = 0x5D02


class Kind(IntEnum):
    """Property types ([MS-OXCDATA] section 2.11.1)."""

    INTEGER32 = 0x0003
    OBJECT = 0x000D
    STRING8 = 0x001E
    STRING = 0x001F
    TIME = 0x0040
    BINARY = 0x0102


EMBEDDED_MESSAGE = 5  # PidTagAttachMethod afEmbeddedMessage, [MS-OXCMSG] section 2.2.2.9
# Windows code pages that Python knows by another name than "cp" and the number.
_CODECS = {
    20127: "us-ascii", 20866: "koi8-r", 21866: "koi8-u", 50220: "iso-2022-jp", 50221: "iso-2022-jp", 50222: "iso-2022-jp",
    50225: "iso-2022-kr", 51932: "euc-jp", 51936: "gb2312", 51949: "euc-kr", 52936: "hz", 54936: "gb18030", 65000: "utf-7", 65001: "utf-8",
}  # fmt: skip
_WINDOWS_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_OWN_FIELDS = ("content-", "mime-version")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapiFile:
    """An attachment of an item."""

    name: str
    raw: bytes
    content_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapiMessage:
    """What an item says of its mail.   headers: the transport headers, "" when it never came over SMTP."""

    headers: str = ""
    message_id: str = ""
    subject: str = ""
    from_: str = ""
    to: str = ""
    date: datetime | None = None
    text: str = ""
    html: str = ""
    files: tuple[MapiFile, ...] = ()

    def as_mail(self, limits: Limits, *, level: int = 0) -> bytes:
        """The item as a mail: its own transport headers, else a header from its properties; bodies in UTF-8.

        level keeps the boundaries of items inside items apart; all content is base64, so that none can hold one.
        """
        boundary = f"=_outlook-item-{level}"
        parts = [_text_part("plain", self.text)] if self.text or not self.html else []
        parts += [_text_part("html", self.html)] if self.html else []
        parts += [_file_part(file) for file in self.files]
        head = self._header(limits) + f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'.encode()
        body = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
        return head + body + f"--{boundary}--\r\n".encode()

    def _header(self, limits: Limits) -> bytes:
        raw = frame(self.headers.encode("utf-8", "surrogatepass")).raw
        block = parse_header_block(raw, limits)
        kept = [field for field in block.fields if not field.name.lower().startswith(_OWN_FIELDS)]
        lines = [raw[field.start : field.end].rstrip(b"\r\n") for field in kept]
        names = {field.name.lower() for field in kept}
        date = format_datetime(self.date) if self.date else ""
        own = (("From", self.from_), ("To", self.to), ("Subject", self.subject), ("Date", date), ("Message-ID", self.message_id))
        lines += [f"{name}: {_one_line(value)}".encode("utf-8", "replace") for name, value in own if value and name.lower() not in names]
        return b"".join(line + b"\r\n" for line in lines)


def address_of(name: str, *addresses: str) -> str:
    """A From value from a display name and the first of the addresses that is an SMTP one (Exchange writes X.500 paths)."""
    address = next((one for one in addresses if "@" in one), "")
    plain = _one_line(name).replace('"', "'")
    if not address:
        return plain
    return f'"{plain}" <{_one_line(address)}>' if plain and plain != address else _one_line(address)


def codec_of(codepage: int) -> str:
    """The Python codec of a Windows code page; "" when there is none by that number."""
    if codepage in _CODECS:
        return _CODECS[codepage]
    if 28591 <= codepage <= 28605:
        return f"iso-8859-{codepage - 28590}"
    return f"cp{codepage}" if codepage else ""


def text_of(raw: bytes, kind: int, codepage: int) -> str:
    """A string property's bytes as text, without its closing NUL."""
    if kind == Kind.STRING:
        return raw.decode("utf-16-le", "replace").rstrip("\0")
    return decode_text(raw, codec_of(codepage)).text.rstrip("\0")


def time_of(raw: bytes) -> datetime | None:
    """A FILETIME (100 ns since 1601, UTC), or None when it is out of range."""
    try:
        return _WINDOWS_EPOCH + timedelta(microseconds=int.from_bytes(raw[:8], "little") // 10)
    except OverflowError:
        return None


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _text_part(subtype: str, text: str) -> bytes:
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + base64.encodebytes(text.encode("utf-8", "replace"))


def _file_part(file: MapiFile) -> bytes:
    name = _one_line(file.name).replace("\\", "_").replace('"', "'")
    head = (
        f"Content-Type: {_one_line(file.content_type)}\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
    )
    return head.encode("utf-8", "replace") + base64.encodebytes(file.raw)
