"""Members of zip and gzip files that may be mails, unpacked within a budget (APPNOTE.TXT, RFC 1952)."""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from parsers.unpacking import Unpacking

# What a mail may be called; everything else in an archive stays closed.
_MAIL_SUFFIXES = frozenset({"", ".eml", ".msg", ".txt", ".mbox", ".mbx", ".mht", ".email", ".mail", ".dat", ".zip", ".gz"})
# lzma and bzip2 members may claim dictionaries of gigabytes.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_GZIP = 16 + zlib.MAX_WBITS
_NAME_CHARS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One unpacked file.   name: for people and for the path, never a place on a disk."""

    name: str
    raw: bytes


def zip_members(raw: bytes, unpacking: Unpacking, where: str, *, suffixes: frozenset[str] = _MAIL_SUFFIXES) -> Iterator[Member]:
    """The members of a zip whose names have one of the suffixes, in its order.   Raises: nothing; damage and refusals are noted."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            for info in archive.infolist():
                # what ZipInfo.is_dir() says, also of a member without a name
                if info.filename.endswith("/") or PurePosixPath(info.filename).suffix.lower() not in suffixes:
                    continue
                if not unpacking.take_member(where):
                    return
                member = _zip_member(archive, info, unpacking, where)
                if member is not None:
                    yield member
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, UnicodeError) as error:
        unpacking.damaged(where, f"zip: {type(error).__name__}")


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, unpacking: Unpacking, where: str) -> Member | None:
    if info.flag_bits & 0x1 or info.compress_type not in _METHODS:
        unpacking.damaged(where, "zip: encrypted or of an unusual method")
        return None
    allowed = unpacking.allowed_bytes(info.compress_size)
    try:
        with archive.open(info) as stream:
            content = stream.read(allowed + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, OSError, EOFError) as error:
        unpacking.damaged(where, f"zip: {type(error).__name__}")
        return None
    return _within(content, allowed, _shown(info.filename), unpacking, where)


def gzip_members(raw: bytes, unpacking: Unpacking, where: str, name: str) -> Iterator[Member]:
    """What a gzip file holds: its first member, the only one that is sent.   name: that of the file.   Raises: nothing."""
    if not unpacking.take_member(where):
        return
    allowed = unpacking.allowed_bytes(len(raw))
    try:
        content = zlib.decompressobj(_GZIP).decompress(raw, allowed + 1)
    except zlib.error:
        unpacking.damaged(where, "gzip")
        return
    member = _within(content, allowed, _shown(name.removesuffix(".gz")), unpacking, where)
    if member is not None:
        yield member


def _within(content: bytes, allowed: int, name: str, unpacking: Unpacking, where: str) -> Member | None:
    unpacking.take_bytes(min(len(content), allowed))
    if len(content) > allowed:
        unpacking.refuse(where, "unpacked_bytes")
        return None
    return Member(name=name, raw=content)


def _shown(name: str) -> str:
    """The last part of a name, printable, shortened."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in last if char.isprintable() and char != "!")[:_NAME_CHARS] or "member"
