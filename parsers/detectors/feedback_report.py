"""Feedback reports (ARF: RFC 5965, 6591, 6650), known by their part, never by report-type; or by their fields in a text."""

from collections.abc import Iterator

from parsers.arf import derive_feedback, derived_from, read_feedback, read_feedback_in_text
from parsers.enclosed import Tree
from parsers.machine_report import MachineReport
from parsers.message import report_of
from parsers.report import FoundAs, Report
from parsers.scene import Found, Missed, Scene, Strength


def feedback_report(scene: Scene) -> Found | Missed:
    """Every feedback report, with the mail that it encloses, or that mail's header.

    The address that a report states is a claim; who handed the mail over is told by the mail's own header.
    """
    found = (report for tree in scene.trees for path, said in _said_in(tree, scene) for report in _reports(path, said, tree, scene))
    reports = scene.first_reports(found)
    if not reports:
        return Missed(because="no feedback report")
    is_full = any(report.has_full_headers for report in reports)
    enclosed = "with the reported mail" if any(report.header for report in reports) else "without the reported mail"
    strength = Strength.FULL_HEADERS if is_full else Strength.STRUCTURED
    return Found(reports=reports, strength=strength, because=f"a feedback report {enclosed}", looked_at=reports[0].path)


def _said_in(tree: Tree, scene: Scene) -> Iterator[tuple[str, MachineReport]]:
    """What the feedback reports of one message say, and where: from its parts, else from its texts, else by its fields."""
    parts = [part for part in tree.message.leaves() if part.content_type == "message/feedback-report"]
    found = [(part.path, said) for part in parts if (said := read_feedback(part.content, scene.limits)) is not None]
    if not found:
        texts = scene.texts_in(tree, b"feedback-type")
        found = [(body.path, said) for body in texts if (said := read_feedback_in_text(body.text, scene.limits)) is not None]
    if not found:
        originals = (one for one in tree.enclosed if one.message.header.fields)
        found = [(one.path, said) for one in originals if (said := derive_feedback(tree.message.header, one.message.header)) is not None]
    yield from found


def _reports(path: str, said: MachineReport, tree: Tree, scene: Scene) -> Iterator[Report]:
    """One report for each enclosed mail that has a header, else one without a mail."""
    mails = [one for one in tree.enclosed if one.found_as is FoundAs.ATTACHED and one.message.header.fields]
    for mail in mails:
        report = report_of(mail.message, scene.limits, found_as=FoundAs.ARF, words=scene.words)
        yield said.onto(report, derived=derived_from(mail.message.header, said))
    if not mails:
        yield said.onto(Report(found_as=FoundAs.ARF, path=path, text=scene.words, words=scene.words))
