"""What the mails that stand inside a submission come to, for the detectors that each look for one kind of them."""

from collections.abc import Iterator
from dataclasses import replace

from config.limits import Limits
from parsers.enclosed import Enclosed
from parsers.forwarded import find_forward
from parsers.links import links_in_body, links_in_text
from parsers.message import report_of
from parsers.report import FoundAs, Report
from parsers.scene import Found, Missed, Scene, Strength

# All mails of a submission together may hold so many times the text that is read of one.
_READ_TIMES = 3
_CLOSING_CHARS = 40


def find_enclosed(scene: Scene, found_as: FoundAs, noun: str) -> Found | Missed:
    """The reported mails among those that stand in the submission in this way."""
    enclosed = [one for one in scene.enclosed if one.found_as is found_as]
    if not enclosed:
        return Missed(because=f"no {noun}")
    reported = tuple(deepest for one in enclosed for deepest in one.reported())
    if len(reported) > scene.limits.reports:
        scene.unpacking.refuse("", "reports")
    kept = tuple(report for report in _reports(reported[: scene.limits.reports], scene) if report.header and report.header.fields)
    if not kept:
        return Missed(because=f"{noun}, but none with a header", looked_at=enclosed[0].path)
    traced = sum(report.has_full_headers for report in kept)
    return Found(
        reports=kept,
        strength=strength_of(kept),
        because=f"{noun}: {len(kept)}, with a Received chain: {traced}",
        looked_at=", ".join(report.path for report in kept[:5]),
    )


def _reports(reported: tuple[Enclosed, ...], scene: Scene) -> Iterator[Report]:
    """One report for each; so much text is read in all of them together, however far an archive swells."""
    left = _READ_TIMES * scene.limits.text_chars
    for one in reported:
        yield _report(one, scene, replace(scene.limits, text_chars=min(left, scene.limits.text_chars)))
        left -= sum(leaf.end - leaf.start for leaf in one.message.leaves() if leaf.content_type.startswith("text/"))
        if left < 0:
            scene.unpacking.refuse(one.path, "text_chars")
            left = 0


def _report(one: Enclosed, scene: Scene, limits: Limits) -> Report:
    """The mail's report; of one sent as its header alone, the reporter's words show the text."""
    report = report_of(one.message, limits, found_as=one.found_as, words=scene.words)
    return shown_in_words(report, scene) if is_head_alone(report) else report


def is_head_alone(report: Report) -> bool:
    """Whether nothing of the mail follows its header: no text, or a line or two that close the reporter's letter."""
    return not report.links and len(report.text.strip()) <= _CLOSING_CHARS


def shown_in_words(report: Report, scene: Scene) -> Report:
    """The report of a header alone with what the reporter shows of the mail: in his words, in what they forward, in a page sent along."""
    forward = find_forward(report.words, scene.root.header.text("subject"), insiders=scene.reporter_organisations)
    text = forward.body if forward else report.words
    pages = [body for body in scene.texts if body.is_attachment and body.page and body.path != report.path]
    links = [*links_in_text(text, scene.limits, origin="words"), *(link for page in pages for link in links_in_body(page, scene.limits))]
    return replace(report, text=report.text if report.text.strip() else text, links=tuple(links)[: scene.limits.links])


def strength_of(reports: tuple[Report, ...]) -> Strength:
    """Full headers where any of the mails has its Received chain."""
    return Strength.FULL_HEADERS if any(report.has_full_headers for report in reports) else Strength.HEAD_ONLY
