"""Copyright notices in ACNS XML, in a part of their own or in the text, signed or quoted."""

from collections.abc import Iterator
from dataclasses import replace

from parsers.acns import read_acns
from parsers.enclosed import Tree
from parsers.machine_report import MachineReport
from parsers.report import FoundAs, Report
from parsers.scene import Found, Missed, Scene, Strength

_XML_TYPES = ("text/xml", "application/xml", "application/acns+xml")
_XML_BYTES = 4_194_304


def acns(scene: Scene) -> Found | Missed:
    """Every notice, each a report of its own; the text around it is the complainant's words."""
    found = [one for tree in scene.trees for one in _notices(tree, scene)]
    if not found:
        return Missed(because="no ACNS notice")
    letter = Report(found_as=FoundAs.ACNS, text=scene.words, words=scene.words)
    reports = scene.first_reports(notice.onto(replace(letter, path=path)) for path, notice in found)
    return Found(reports=reports, strength=Strength.STRUCTURED, because=f"{len(reports)} ACNS notices", looked_at=reports[0].path)


def _notices(tree: Tree, scene: Scene) -> Iterator[tuple[str, MachineReport]]:
    """What the notices of one message say, and where; a part of their own is read before the text, which may repeat it."""
    is_found = False
    for part in tree.message.leaves():
        is_xml = part.content_type in _XML_TYPES or part.filename.lower().endswith(".xml")
        if is_xml and part.end - part.start <= _XML_BYTES:
            for notice in read_acns(part.text.text, scene.limits):
                is_found = True
                yield part.path, notice
    if not is_found:
        for body in scene.texts_in(tree, b"infringement"):
            source = body.html if body.html and "Infringement" not in body.text else body.text
            for notice in read_acns(source, scene.limits):
                yield body.path, notice
