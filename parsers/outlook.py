"""Outlook items: .msg files, an OLE2 compound file with a stream for each property ([MS-OXMSG])."""

import struct
from collections.abc import Iterator
from datetime import datetime

from parsers.compound import CompoundFile, DamagedFile, Storage
from parsers.mapi import EMBEDDED_MESSAGE, Kind, MapiFile, MapiMessage, Tag, address_of, text_of, time_of
from parsers.unpacking import Unpacking

_PROPERTIES = "__properties_version1.0"
_ATTACHMENTS = "__attach_version1.0_#"
# Bytes before the first entry of a property stream, [MS-OXMSG] section 2.4.1: of the item, an item in it, an attachment.
_TOP_HEADER, _EMBEDDED_HEADER, _ATTACHMENT_HEADER = 32, 24, 8
_ENTRY = struct.Struct("<HH4x8s")  # type, id, flags, value; [MS-OXMSG] section 2.4.2
_MAX_ENTRIES = 4_096
_MAX_LEVEL = 5


def mail_of_item(raw: bytes, unpacking: Unpacking, where: str) -> bytes | None:
    """The mail that an Outlook item was, or None when these bytes are another kind of OLE2 file or damaged.

    Raises: nothing; damage is noted. Streams are read within the budget, since many entries may name the same sectors.
    """
    try:
        root = CompoundFile(raw).root
        if not root.has(_PROPERTIES):
            return None
        return _Item(root, _TOP_HEADER, unpacking, where).message(level=0).as_mail(unpacking.limits)
    except (DamagedFile, struct.error) as error:
        unpacking.damaged(where, f"msg: {error}")
        return None


class _Item:
    """One item or attachment: its storage, and the properties of fixed length."""

    def __init__(self, storage: Storage, header: int, unpacking: Unpacking, where: str) -> None:
        self._storage, self._unpacking, self._where = storage, unpacking, where
        entries = (self._stream(_PROPERTIES) or b"")[header : header + _MAX_ENTRIES * _ENTRY.size]
        whole = len(entries) // _ENTRY.size * _ENTRY.size
        self._fixed = {(tag, kind): value for kind, tag, value in _ENTRY.iter_unpack(entries[:whole])}
        self._codepage = self.number(Tag.MESSAGE_CODEPAGE)

    def message(self, level: int) -> MapiMessage:
        """The item as a message; items in it are written as mails."""
        return MapiMessage(
            headers=self.text(Tag.TRANSPORT_MESSAGE_HEADERS),
            message_id=self.text(Tag.INTERNET_MESSAGE_ID),
            subject=self.text(Tag.SUBJECT),
            from_=address_of(
                self.text(Tag.SENT_REPRESENTING_NAME) or self.text(Tag.SENDER_NAME),
                *map(self.text, (Tag.SENT_REPRESENTING_SMTP, Tag.SENT_REPRESENTING_EMAIL, Tag.SENDER_SMTP, Tag.SENDER_EMAIL)),
            ),
            to=self.text(Tag.DISPLAY_TO),
            date=self._time(Tag.CLIENT_SUBMIT_TIME) or self._time(Tag.DELIVERY_TIME),
            text=self.text(Tag.BODY),
            html=self._html(),
            files=tuple(self._files(level)),
        )

    def text(self, tag: Tag) -> str:
        """A string property, "" when absent."""
        raw = self._stream(_name(tag, Kind.STRING))
        if raw is not None:
            return text_of(raw, Kind.STRING, 0)
        raw = self._stream(_name(tag, Kind.STRING8))
        codepage = self.number(Tag.INTERNET_CODEPAGE) if tag is Tag.BODY else self._codepage
        return text_of(raw, Kind.STRING8, codepage or self._codepage) if raw else ""

    def number(self, tag: Tag) -> int:
        """An integer property, 0 when absent."""
        value = self._fixed.get((tag, Kind.INTEGER32))
        return int.from_bytes(value[:4], "little") if value else 0

    def _time(self, tag: Tag) -> datetime | None:
        value = self._fixed.get((tag, Kind.TIME))
        return time_of(value) if value else None

    def _html(self) -> str:
        raw = self._binary(Tag.HTML)
        return text_of(raw, Kind.STRING8, self.number(Tag.INTERNET_CODEPAGE)) if raw else self.text(Tag.HTML)

    def _binary(self, tag: Tag) -> bytes:
        return self._stream(_name(tag, Kind.BINARY)) or b""

    def _files(self, level: int) -> Iterator[MapiFile]:
        for storage in self._storage.storages(_ATTACHMENTS):
            if not self._unpacking.take_member(self._where):
                return
            file = _Item(storage, _ATTACHMENT_HEADER, self._unpacking, self._where)._file(level)
            if file is not None:
                yield file

    def _file(self, level: int) -> MapiFile | None:
        name = self.text(Tag.ATTACH_LONG_FILENAME) or self.text(Tag.ATTACH_FILENAME) or self.text(Tag.DISPLAY_NAME)
        embedded = next(self._storage.storages(_name(Tag.ATTACH_DATA, Kind.OBJECT)), None)
        if embedded is None or self.number(Tag.ATTACH_METHOD) != EMBEDDED_MESSAGE:
            content_type = self.text(Tag.ATTACH_MIME_TAG) or "application/octet-stream"
            return MapiFile(name=name, raw=self._binary(Tag.ATTACH_DATA), content_type=content_type)
        if level + 1 >= _MAX_LEVEL:
            self._unpacking.refuse(self._where, "enclosure_depth")
            return None
        item = _Item(embedded, _EMBEDDED_HEADER, self._unpacking, self._where)
        mail = item.message(level + 1).as_mail(self._unpacking.limits, level=level + 1)
        return MapiFile(name=f"{name}.eml", raw=mail, content_type="message/rfc822")

    def _stream(self, name: str) -> bytes | None:
        size = self._storage.size(name)
        if size > self._unpacking.bytes_left:
            self._unpacking.refuse(self._where, "unpacked_bytes")
            return None
        self._unpacking.take_bytes(size)
        return self._storage.stream(name)


def _name(tag: Tag, kind: Kind) -> str:
    return f"__substg1.0_{tag:04X}{kind:04X}"
