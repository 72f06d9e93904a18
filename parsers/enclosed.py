"""Mails that stand inside a mail: attached, in an Outlook item, a winmail.dat, an archive or an mbox.

Containers are known by their first bytes, mails by their first lines; names and MIME types only choose what is looked at.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from parsers.archives import Member, gzip_members, zip_members
from parsers.framing import Magic, frame, looks_like_mail, magic_of
from parsers.mboxes import is_mbox, split_mbox
from parsers.mime import Part, decode_transfer, parse_mime
from parsers.outlook import mail_of_item
from parsers.report import FoundAs
from parsers.tnef import mails_of_tnef
from parsers.unpacking import Unpacking

_MESSAGES = frozenset({"message/rfc822", "message/global", "message/news", "message/x-rfc822"})
_HEADERS = frozenset({"text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers", "message/global-headers"})
# Beside a carried mail these do not make its carrier a mail in its own right.
_COMPANIONS = ("text/", "image/", "message/", "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
# Large, usual, and never a mail by their content.
_NEVER_MAILS = ("image/", "audio/", "video/", "text/html", "text/calendar", "application/pdf")
_MAGIC_BYTES, _HEAD_BYTES = 120, 90_000  # encoded


@dataclass(frozen=True, kw_only=True)
class Enclosed:
    """A mail inside another.

    path: MIME path of the part, with "!name" for each container entered.   raw: the mail's bytes; of an Outlook item or
    a winmail.dat, the mail that it was.   depth: 0 for one that stands in the submission itself.
    """

    found_as: FoundAs
    path: str
    raw: bytes
    unpacking: Unpacking
    depth: int = 0

    @cached_property
    def message(self) -> Part:
        """Its MIME tree."""
        return parse_mime(frame(self.raw).raw, self.unpacking.limits, path=self.path)

    @cached_property
    def enclosed(self) -> tuple["Enclosed", ...]:
        """The mails inside it."""
        return enclosed_in(self.message, self.unpacking, self.depth + 1)

    @property
    def tree(self) -> "Tree":
        """It and what stands in it."""
        return Tree(message=self.message, enclosed=self.enclosed)

    @property
    def has_trace(self) -> bool:
        """Whether it has a Received line."""
        return self.message.header.has("received")

    def reported(self) -> tuple["Enclosed", ...]:
        """The mails that this one stands for: itself, or where it only carries others, the innermost with a Received line.

        A bounce is itself what is reported, not the mail that it returns. Empty when there is no header field at all.
        """
        if not self._only_carries:
            return (self,) if self.message.header.fields else ()
        inner = [deeper for child in self.enclosed for deeper in child.reported()]
        traced = tuple(one for one in inner if one.has_trace)
        if traced or not self.message.header.fields:
            return traced or tuple(inner)
        return (self,)

    @property
    def _only_carries(self) -> bool:
        if not self.enclosed or any(part.content_type == "message/delivery-status" for part in self.message.leaves()):
            return False
        opened = {child.path.split("!", 1)[0] for child in self.enclosed}
        return all(leaf.path in opened or leaf.content_type.startswith(_COMPANIONS) for leaf in self.message.leaves())


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A message and the mails that stand in it: the submission itself, or a mail attached to it."""

    message: Part
    enclosed: tuple[Enclosed, ...]

    def walk(self, levels: int) -> Iterator["Tree"]:
        """This one and those attached in it, so many levels deep, outermost first."""
        yield self
        if levels > 0:
            for one in self.enclosed:
                yield from one.tree.walk(levels - 1)


def enclosed_in(root: Part, unpacking: Unpacking, depth: int = 0) -> tuple[Enclosed, ...]:
    """Every mail in the parts of a message, in order; those inside them are theirs to tell.   Raises: nothing."""
    found = (
        one
        for leaf, is_digest in _leaves(root)
        for one in _standing_in(leaf, is_digest, _Place(path=leaf.path or "1", unpacking=unpacking, depth=depth))
    )
    if depth < unpacking.limits.enclosure_depth:
        return _capped(found, unpacking, root.path)
    if next(found, None) is not None:
        unpacking.refuse(root.path, "enclosure_depth")
    return ()


def enclosed_in_mbox(raw: bytes, unpacking: Unpacking) -> tuple[Enclosed, ...]:
    """The mails of a submission that is itself an mbox."""
    return _capped(_in_file(raw, FoundAs.MBOX, _Place(path="", unpacking=unpacking, depth=0)), unpacking, "")


def _leaves(root: Part) -> Iterator[tuple[Part, bool]]:
    """Each leaf, and whether it is a child of multipart/digest (RFC 2046 section 5.1.5)."""
    if not root.parts:
        yield root, False
    for part in root.walk():
        for child in part.parts:
            if not child.parts:
                yield child, part.content_type == "multipart/digest"


def _capped(found: Iterator[Enclosed], unpacking: Unpacking, where: str) -> tuple[Enclosed, ...]:
    taken = (one for one in found if unpacking.take_mail(where))
    kept = tuple(islice(taken, unpacking.limits.reports))
    if next(found, None) is not None:
        unpacking.refuse(where, "reports")
    return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where something stands.   level counts containers inside containers."""

    path: str
    unpacking: Unpacking
    depth: int
    level: int = 0

    def holds(self, found_as: FoundAs, raw: bytes) -> Enclosed:
        return Enclosed(found_as=found_as, path=self.path, raw=raw, unpacking=self.unpacking, depth=self.depth)

    def within(self, name: str) -> "_Place":
        return replace(self, path=f"{self.path}!{name}", level=self.level + 1)


def _standing_in(leaf: Part, is_digest: bool, place: _Place) -> Iterator[Enclosed]:
    magic = magic_of(_head(leaf, _MAGIC_BYTES))
    if magic is not None:
        yield from _in_container(magic, leaf.content, place, leaf.filename)
    elif leaf.content_type in _MESSAGES or leaf.content_type in _HEADERS:
        yield place.holds(FoundAs.DIGEST if is_digest else FoundAs.ATTACHED, leaf.content)
    elif _is_file(leaf) and _may_be_mail(_head(leaf, _HEAD_BYTES)):
        yield from _in_file(leaf.content, FoundAs.ATTACHED, place)


def _in_container(magic: Magic, content: bytes, place: _Place, name: str) -> Iterator[Enclosed]:
    unpacking = place.unpacking
    if not unpacking.allows_depth(place.level, place.path):
        return
    match magic:
        case Magic.OLE:
            mail = mail_of_item(content, unpacking, place.path)
            if mail is not None:
                yield place.holds(FoundAs.OUTLOOK_MSG, mail)
        case Magic.TNEF:
            yield from _in_members(mails_of_tnef(content, unpacking, place.path), FoundAs.TNEF, place)
        case Magic.ZIP:
            yield from _in_members(zip_members(content, unpacking, place.path), FoundAs.ARCHIVE, place)
        case Magic.GZIP:
            yield from _in_members(gzip_members(content, unpacking, place.path, name), FoundAs.ARCHIVE, place)


def _in_members(members: Iterable[Member], found_as: FoundAs, place: _Place) -> Iterator[Enclosed]:
    for member in members:
        inside = place.within(member.name)
        magic = magic_of(member.raw[:8])
        if magic is None:
            yield from _in_file(member.raw, found_as, inside)
        else:
            yield from (replace(one, found_as=found_as) for one in _in_container(magic, member.raw, inside, member.name))


def _in_file(content: bytes, found_as: FoundAs, place: _Place) -> Iterator[Enclosed]:
    """The mails of a file that is no container by its first bytes: an mbox, or one mail."""
    if is_mbox(content):
        at_most = place.unpacking.limits.reports + 1
        for number, mail in enumerate(split_mbox(content, at_most), 1):
            yield place.within(str(number)).holds(FoundAs.MBOX if found_as is FoundAs.ATTACHED else found_as, mail)
    elif looks_like_mail(content):
        yield place.holds(found_as, content)


def _is_file(leaf: Part) -> bool:
    """Whether a leaf is a file rather than a text to be read where it stands."""
    is_named = bool(leaf.filename) or leaf.disposition[0] == "attachment"
    if not leaf.path:
        return False
    return (is_named or not leaf.content_type.startswith("text/")) and not leaf.content_type.startswith(_NEVER_MAILS)


def _head(leaf: Part, encoded_bytes: int) -> bytes:
    """The beginning of a leaf's content, so that a large file is not decoded to learn that it is no mail."""
    encoding = leaf.header.first("content-transfer-encoding")
    body = leaf.buffer[leaf.header.body_start : min(leaf.end, leaf.header.body_start + encoded_bytes)]
    return decode_transfer(body, encoding.value.lower() if encoding else "")


def _may_be_mail(head: bytes) -> bool:
    return is_mbox(head) or looks_like_mail(head)
