"""The file itself is the reported mail (only where it was handed in as a file)."""

from parsers.message import report_of
from parsers.report import FoundAs
from parsers.scene import Found, Missed, Scene, Strength
from parsers.submission import Door


def bare(scene: Scene) -> Found | Missed:
    """The outermost mail, when it came in by the file door and has a header."""
    if scene.submission.door is not Door.FILE:
        return Missed(because="addressed to the desk: the outermost mail is the reporter's")
    if not scene.root.header.fields:
        return Missed(because="no header fields")
    report = report_of(scene.root, scene.limits, found_as=FoundAs.BARE, hops=scene.hops, bodies=scene.texts)
    strength = Strength.OUTERMOST if report.has_full_headers else Strength.HEAD_ONLY
    return Found(reports=(report,), strength=strength, because=f"{len(report.hops)} Received lines in the file itself")
