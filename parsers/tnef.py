"""winmail.dat: the files and items that Outlook packs into one attachment ([MS-OXTNEF]).

Read in one pass over the bytes; every count in them is believed only as far as the bytes go.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from parsers.archives import Member
from parsers.mapi import Kind, MapiFile, MapiMessage, Tag, address_of, text_of, time_of
from parsers.unpacking import Unpacking

_HEADER_BYTES = 6  # signature and key, section 2.1.3.1
_ATTRIBUTE = struct.Struct("<BHHI")  # level, id, type, length; section 2.1.3.2
_CHECKSUM_BYTES = 2
_ATTACH_RENDERING, _ATTACH_DATA, _ATTACH_TITLE, _ATTACHMENT = 0x9002, 0x800F, 0x8010, 0x9005
_MESSAGE_PROPERTIES, _OEM_CODEPAGE = 0x9003, 0x9007
_NUMBER = struct.Struct("<I")
_PROPERTY = struct.Struct("<HH")  # type, id; section 2.1.3.4
_MULTIPLE = 0x1000
_NAMED = 0x8000
_WIDTHS = {0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset({Kind.STRING8, Kind.STRING, Kind.OBJECT, Kind.BINARY})
_MESSAGE_INTERFACE = bytes.fromhex("0703020000000000c000000000000046")  # IID_IMessage
_MAX_LEVEL = 5

Properties = dict[int, tuple[int, bytes]]


class _Attribute(NamedTuple):
    """One attribute of the stream."""

    id: int
    data: bytes


@dataclass(slots=True, kw_only=True)
class _File:
    """One attachment while its attributes come in."""

    title: bytes = b""
    data: bytes = b""
    properties: Properties = field(default_factory=dict)


def mails_of_tnef(raw: bytes, unpacking: Unpacking, where: str) -> Iterator[Member]:
    """The attachments of a winmail.dat; an attached item is written as the mail that it was.

    What the file says of the message around it is the reporter's and is passed over. Raises: nothing; damage is noted.
    """
    for file in _read(raw, unpacking, where, level=0).files:
        yield Member(name=file.name or "attachment", raw=file.raw)


def _read(raw: bytes, unpacking: Unpacking, where: str, *, level: int) -> MapiMessage:
    """A stream as a message with its files."""
    codepage, properties, files = 0, Properties(), list[_File]()
    for attribute in _attributes(raw, unpacking, where):
        if attribute.id == _OEM_CODEPAGE:
            codepage = int.from_bytes(attribute.data[:4], "little")
        elif attribute.id == _MESSAGE_PROPERTIES:
            properties = _properties(attribute.data)
        elif attribute.id == _ATTACH_RENDERING:
            files.append(_File())
        elif files and attribute.id == _ATTACH_TITLE:
            files[-1].title = attribute.data
        elif files and attribute.id == _ATTACH_DATA:
            files[-1].data = attribute.data
        elif files and attribute.id == _ATTACHMENT:
            files[-1].properties = _properties(attribute.data)
    taken = (file for file in files if unpacking.take_member(where))
    read = tuple(one for file in taken if (one := _file(file, codepage, unpacking, where, level)) is not None)
    return _message(properties, codepage, read)


def _attributes(raw: bytes, unpacking: Unpacking, where: str) -> Iterator[_Attribute]:
    at = _HEADER_BYTES
    while at + _ATTRIBUTE.size <= len(raw):
        _, id_, _, length = _ATTRIBUTE.unpack_from(raw, at)
        at += _ATTRIBUTE.size
        if at + length > len(raw):
            unpacking.damaged(where, "tnef: cut short")
        yield _Attribute(id_, raw[at : at + length])
        at += length + _CHECKSUM_BYTES


def _properties(data: bytes) -> Properties:
    """The properties of a message or attachment by id; the first value of those that have many."""
    found = Properties()
    if len(data) < _NUMBER.size:
        return found
    (count,) = _NUMBER.unpack_from(data)
    at = _NUMBER.size
    try:
        while count > 0 and at < len(data):
            kind, id_ = _PROPERTY.unpack_from(data, at)
            at = _after_name(data, at + _PROPERTY.size) if id_ >= _NAMED else at + _PROPERTY.size
            value, at = _value(data, at, kind)
            found.setdefault(id_, (kind & ~_MULTIPLE, value))
            count -= 1
    except (struct.error, KeyError):
        pass  # what was read so far stands
    return found


def _after_name(data: bytes, at: int) -> int:
    """Offset past a named property's GUID and its number or name."""
    kind, length = struct.unpack_from("<II", data, at + 16)
    return at + 24 if kind == 0 else at + 24 + _padded(length)


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    """The first value of a property and the offset past all of them.   Raises struct.error, KeyError on nonsense."""
    plain = kind & ~_MULTIPLE
    count = 1
    if kind & _MULTIPLE or plain in _VARIABLE:
        (count,) = _NUMBER.unpack_from(data, at)
        at += _NUMBER.size
    first = b""
    for number in range(count):
        if plain in _VARIABLE:
            (length,) = _NUMBER.unpack_from(data, at)
            at += _NUMBER.size
            step = _padded(length)
        else:
            length = step = _WIDTHS[plain]
        if number == 0:
            first = data[at : at + length]
        at += step
        if at > len(data):
            raise struct.error("cut short")
    return first, at


def _padded(length: int) -> int:
    return (length + 3) & ~3


def _file(file: _File, codepage: int, unpacking: Unpacking, where: str, level: int) -> MapiFile | None:
    names = (_text(file.properties, tag, codepage) for tag in (Tag.ATTACH_LONG_FILENAME, Tag.ATTACH_FILENAME, Tag.DISPLAY_NAME))
    name = next(filter(None, names), "") or text_of(file.title, Kind.STRING8, codepage)
    _, content = file.properties.get(Tag.ATTACH_DATA, (0, b""))
    if not content.startswith(_MESSAGE_INTERFACE):
        return MapiFile(name=name, raw=file.data or content)
    if level + 1 >= _MAX_LEVEL:
        unpacking.refuse(where, "enclosure_depth")
        return None
    message = _read(content[len(_MESSAGE_INTERFACE) :], unpacking, where, level=level + 1)
    return MapiFile(name=name, raw=message.as_mail(unpacking.limits, level=level + 1), content_type="message/rfc822")


def _message(properties: Properties, codepage: int, files: tuple[MapiFile, ...]) -> MapiMessage:
    def text(tag: Tag) -> str:
        return _text(properties, tag, codepage)

    cpid = int.from_bytes(properties.get(Tag.INTERNET_CODEPAGE, (0, b""))[1], "little")
    html_kind, html = properties.get(Tag.HTML, (0, b""))
    _, time = properties.get(Tag.CLIENT_SUBMIT_TIME, (0, b""))
    return MapiMessage(
        headers=text(Tag.TRANSPORT_MESSAGE_HEADERS),
        message_id=text(Tag.INTERNET_MESSAGE_ID),
        subject=text(Tag.SUBJECT),
        from_=address_of(
            text(Tag.SENT_REPRESENTING_NAME) or text(Tag.SENDER_NAME), text(Tag.SENT_REPRESENTING_EMAIL), text(Tag.SENDER_EMAIL)
        ),
        to=text(Tag.DISPLAY_TO),
        date=time_of(time) if time else None,
        text=text(Tag.BODY),
        html=text_of(html, html_kind, cpid) if html else "",
        files=files,
    )


def _text(properties: Properties, tag: Tag, codepage: int) -> str:
    kind, raw = properties.get(tag, (0, b""))
    return text_of(raw, kind, codepage) if kind in (Kind.STRING8, Kind.STRING) else ""
