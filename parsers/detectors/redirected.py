"""The submission is the reported mail, passed on whole: resent by a client, forwarded by a server's rule, expanded by a list."""

import re
from dataclasses import replace

from parsers.message import open_message
from parsers.peel import Peel, PeelKind, addresses_in
from parsers.report import FoundAs, Report
from parsers.scene import Found, Missed, Scene, Strength
from parsers.submission import Door

# Local parts that are a desk's when they are at the receiving organisation itself.
_OWN_DESK = re.compile(r"support|help|service|contact|admin|info|webmaster|desk|team")


def redirected(scene: Scene) -> Found | Missed:
    """The mail below the redirector's own fields. One addressed to a desk is a report, not the spam itself.

    At the file door the redirector must have passed it to the desk; otherwise his fields are part of the mail's story.
    """
    peel = scene.peel
    if peel is None:
        return Missed(because="no Resent, forwarding or list fields")
    is_file = scene.submission.door is Door.FILE
    if is_file and not any(address in scene.desk_addresses for address in peel.passed_to):
        return Missed(because=f"{peel.by_field}, but not passed to the desk")
    addressed = addresses_in(scene.root.header, "to", "cc")
    lists = peel.passed_to if peel.kind is PeelKind.LIST else ()
    if any(_is_desk(scene, peel, address) for address in (*addressed, *lists)):
        return Missed(because=f"{peel.by_field}, but addressed to a desk: the reporter's own mail")
    return _below(peel, scene)


def _below(peel: Peel, scene: Scene) -> Found | Missed:
    report = open_message(scene.framed.raw[peel.cut :], scene.limits, found_as=FoundAs.REDIRECTED)
    if not report.hops and peel.kind is PeelKind.LIST:
        return Missed(because=f"{peel.by_field}, and every Received line is the list's")
    because = f"{peel.kind}, by {peel.by_field}: {len(report.hops)} Received lines below it"
    span = (peel.cut, len(scene.framed.raw))
    return Found(reports=(replace(report, span=span),), strength=_strength(report, peel), because=because, span=span)


def _strength(report: Report, peel: Peel) -> Strength:
    """A list passes on whatever it is sent, so that even a text in it is more."""
    if not report.has_full_headers:
        return Strength.HEAD_ONLY
    return Strength.TEXT if peel.kind is PeelKind.LIST else Strength.OUTERMOST


def _is_desk(scene: Scene, peel: Peel, address: str) -> bool:
    """Whether what was addressed there was addressed to the desk.

    A mailbox of the receiving organisation may be a colleague's, whose spam it is, or a group that is the desk.
    """
    if peel.kind is PeelKind.LIST or peel.by_field == "Delivered-To" or _OWN_DESK.match(address):
        return scene.is_desk(address)
    return scene.is_named_desk(address)
