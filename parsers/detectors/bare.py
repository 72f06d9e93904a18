"""The file itself is the reported mail (only where it was handed in as a file)."""

from parsers.message import report_of
from parsers.report import FoundAs
from parsers.scene import Found, Missed, Scene, Strength
from parsers.submission import Door

_TO_THE_DESK = "addressed to the desk: the outermost mail is the reporter's"


def bare(scene: Scene) -> Found | Missed:
    """The outermost mail, when it came in by the file door, has a header, and is not a letter to the desk itself."""
    if scene.submission.door is not Door.FILE:
        return Missed(because=_TO_THE_DESK)
    if not scene.root.header.fields:
        return Missed(because="no header fields")
    written_to = scene.root.header.text("to").lower() + scene.root.header.text("cc").lower()
    if any(address in written_to for address in scene.desk_addresses):
        return Missed(because=_TO_THE_DESK)
    report = report_of(scene.root, scene.limits, found_as=FoundAs.BARE, hops=scene.hops, bodies=scene.texts)
    strength = Strength.OUTERMOST if report.has_full_headers else Strength.HEAD_ONLY
    return Found(reports=(report,), strength=strength, because=f"{len(report.hops)} Received lines in the file itself")
