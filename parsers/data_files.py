"""Logs and tables that are sent along as files: text parts, CSV, JSON and log files under any type, in a zip or gzip too."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from config.limits import Limits
from parsers.archives import gzip_members, zip_members
from parsers.bodies import TextBody, TextKind
from parsers.charsets import decode_text
from parsers.mime import Part
from parsers.unpacking import Unpacking

_SUFFIXES = frozenset({".csv", ".tsv", ".log", ".txt", ".json", ".ndjson", ".xml", ".yaml", ".yml"})
_TYPES = frozenset(
    {"application/json", "application/csv", "application/x-ndjson", "application/xml", "application/vnd.ms-excel", "application/x-yaml"}
)
_FILES = 20


def data_texts(root: Part, bodies: tuple[TextBody, ...], limits: Limits, unpacking: Unpacking) -> tuple[str, ...]:
    """The text of every log or table sent along, in order, together at most limits.text_chars."""
    texts: list[str] = []
    room = limits.text_chars
    for text in _texts(root, bodies, unpacking):
        texts.append(text[:room].replace("\r\n", "\n"))
        room -= len(texts[-1])
        if room <= 0 or len(texts) >= _FILES:
            break
    return tuple(texts)


def _texts(root: Part, bodies: tuple[TextBody, ...], unpacking: Unpacking) -> Iterator[str]:
    read = {body.path for body in bodies}
    yield from (body.text for body in bodies if body.is_attachment and body.kind is TextKind.PLAIN)
    for leaf in root.leaves():
        if leaf.path in read or leaf.content_type.startswith(("image/", "message/", "multipart/", "audio/", "video/")):
            continue
        suffix = PurePosixPath(leaf.filename).suffix.lower()
        first = leaf.content[:4]
        if first[:4] == b"PK\x03\x04":
            members = zip_members(leaf.content, unpacking, leaf.path, suffixes=_SUFFIXES)
            yield from (decode_text(member.raw).text for member in members)
        elif first[:2] == b"\x1f\x8b":
            named = gzip_members(leaf.content, unpacking, leaf.path, leaf.filename)
            yield from (decode_text(member.raw).text for member in named if PurePosixPath(member.name).suffix.lower() in _SUFFIXES)
        elif suffix in _SUFFIXES or leaf.content_type in _TYPES:
            yield leaf.text.text
