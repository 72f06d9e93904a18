"""XARF and X-ARF reports of any version: JSON or "Name: value" lines in a part of their own, or in the text."""

from collections.abc import Iterator
from dataclasses import dataclass

from parsers.enclosed import Tree
from parsers.framing import frame
from parsers.machine_report import MachineReport
from parsers.message import report_of
from parsers.mime import Part, parse_mime
from parsers.report import FoundAs, Report
from parsers.scene import Found, Missed, Scene, Strength
from parsers.xarf_report import read_xarf_json
from parsers.xarf_text import read_xarf_text

_JSON_TYPES = ("application/json", "application/xarf+json", "application/x-json", "text/json")
_JSON_BYTES = 8_388_608


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What a report says, where, in which version, and the mail in its evidence, b"" when there is none."""

    path: str
    version: str
    report: MachineReport
    mail: bytes = b""


def xarf(scene: Scene) -> Found | Missed:
    """Every report; with the mail that it encloses as evidence, in the report or in a part beside it, where it does."""
    found = [(said, tree) for tree in scene.trees for said in _said_in(tree, scene)]
    if not found:
        unread = sum(_may_be_json(part) for tree in scene.trees for part in tree.message.leaves())
        return Missed(because=f"no XARF report in {unread} JSON parts" if unread else "no XARF report")
    reports = scene.first_reports(_reported(said, tree, scene) for said, tree in found)
    is_full = any(report.has_full_headers for report in reports)
    return Found(
        reports=reports,
        strength=Strength.FULL_HEADERS if is_full else Strength.STRUCTURED,
        because=f"XARF {found[0][0].version}, {reports[0].machine_type or 'without a type'}",
        looked_at=found[0][0].path,
    )


def _said_in(tree: Tree, scene: Scene) -> Iterator[_Said]:
    for part in tree.message.leaves():
        if _may_be_json(part):
            for one in read_xarf_json(part.text.text, scene.limits):
                mail = next((evidence.content for evidence in one.evidence if evidence.is_mail), b"")
                yield _Said(path=part.path, version=one.version, report=one.report, mail=mail)
    for body in scene.texts_in(tree, b"report-type"):
        said = read_xarf_text(body.text, scene.limits)
        if said is not None:
            version = next((value.value for value in said.stated if value.name == "version"), "")
            yield _Said(path=body.path, version=version, report=said)


def _may_be_json(part: Part) -> bool:
    if part.end - part.start > _JSON_BYTES:
        return False
    is_named = part.content_type in _JSON_TYPES or part.filename.lower().endswith(".json")
    return is_named or (part.content_type == "text/plain" and part.content[:64].lstrip()[:1] in (b"{", b"["))


def _reported(said: _Said, tree: Tree, scene: Scene) -> Report:
    """The report, on the mail of its evidence or on the one attached beside it; else on the texts beside it."""
    beside = next((one for one in tree.enclosed if one.message.header.fields), None)
    if said.mail:
        mail: Part | None = parse_mime(frame(said.mail).raw, scene.limits, path=f"{said.path}!evidence")
    else:
        mail = beside.message if beside else None
    if mail is not None:
        return said.report.onto(report_of(mail, scene.limits, found_as=FoundAs.XARF, words=scene.words))
    shown = "\n".join(body.text for body in scene.texts if body.is_attachment and body.path != said.path)
    text = "\n".join(filter(None, (said.report.text, shown)))[: scene.limits.text_chars]
    return said.report.onto(Report(found_as=FoundAs.XARF, path=said.path, text=text, words=scene.words))
