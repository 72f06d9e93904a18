"""parse_submission(): the straight line of this floor.

Every detector that could still win looks at the scene; the strongest find wins, ties go to the one listed first;
every attempt is a step of the trace, hits and misses.
"""

from dataclasses import replace

from config.limits import Limits
from parsers.complaint import read_complaint, with_complaint
from parsers.completion import completed
from parsers.detectors.acns import acns
from parsers.detectors.archive import archive
from parsers.detectors.attached import attached
from parsers.detectors.bare import bare
from parsers.detectors.bounce import bounce
from parsers.detectors.cofense import cofense
from parsers.detectors.digest import digest
from parsers.detectors.feedback_report import feedback_report
from parsers.detectors.inline_forward import inline_forward
from parsers.detectors.mbox import mbox
from parsers.detectors.outlook_msg import outlook_msg
from parsers.detectors.own_words import own_words
from parsers.detectors.pasted_headers import pasted_headers
from parsers.detectors.redirected import redirected
from parsers.detectors.spamcop import spamcop
from parsers.detectors.tnef import tnef
from parsers.detectors.vendor_text import vendor_text
from parsers.detectors.xarf import xarf
from parsers.message import head_of
from parsers.own_site import without_own_site
from parsers.passed_on import inside_passed_on
from parsers.received import ReceivedHop
from parsers.report import FoundAs, Outcome, Reading, Report, Step
from parsers.reporter import is_automatic, is_to_desk, language_of
from parsers.scene import Found, Missed, Scene, Shape, Strength
from parsers.submission import Submission

DETECTORS: tuple[Shape, ...] = (
    # S1: no report at all
    Shape("bounce", bounce, Strength.FINAL),
    # S2 to S4: machine reports
    Shape("xarf", xarf, Strength.FULL_HEADERS),
    Shape("feedback-report", feedback_report, Strength.FULL_HEADERS),
    Shape("acns", acns, Strength.STRUCTURED),
    # S5, S6: a mail in a part of its own
    Shape("mbox", mbox, Strength.FINAL, joins=True),
    Shape("attached", attached, Strength.FULL_HEADERS, joins=True),
    Shape("digest", digest, Strength.FULL_HEADERS, joins=True),
    Shape("outlook-msg", outlook_msg, Strength.FULL_HEADERS, joins=True),
    Shape("tnef", tnef, Strength.FULL_HEADERS, joins=True),
    Shape("archive", archive, Strength.FULL_HEADERS, joins=True),
    # S4, S7: headers pasted into a text, by a machine or a person
    Shape("spamcop", spamcop, Strength.FULL_HEADERS),
    Shape("cofense", cofense, Strength.FULL_HEADERS),
    Shape("pasted-headers", pasted_headers, Strength.FULL_HEADERS),
    # S9: the outermost mail itself
    Shape("redirected", redirected, Strength.OUTERMOST),
    Shape("bare", bare, Strength.OUTERMOST),
    # S8, S4, S10: no header of the reported mail, or no mail
    Shape("inline-forward", inline_forward, Strength.HEAD_ONLY),
    Shape("vendor-text", vendor_text, Strength.TEXT),
    Shape("own-words", own_words, Strength.WORDS),
)

# Shapes that show a mail inside a reporter's own text.
_SHOWN = frozenset({
    FoundAs.ATTACHED, FoundAs.PASTED_HEADERS, FoundAs.INLINE_FORWARD, FoundAs.OUTLOOK_MSG, FoundAs.TNEF, FoundAs.ARCHIVE, FoundAs.DIGEST,
})  # fmt: skip
# Shapes in which a submission can show itself.
_COPIES = frozenset({FoundAs.ATTACHED, FoundAs.DIGEST, FoundAs.PASTED_HEADERS, FoundAs.INLINE_FORWARD})


def parse_submission(submission: Submission, limits: Limits, *, desk_addresses: tuple[str, ...] = ()) -> Reading:
    """Find what is reported in a submission, with what it completes.   Any bytes give a reading.   Raises: nothing."""
    reading = _read(submission, limits, desk_addresses)
    if not submission.completes:
        return reading
    before = [Submission(raw=one.raw, door=one.door, arrived_at=one.arrived_at, envelope=one.envelope) for one in submission.completes]
    return completed(reading, [_read(one, limits, desk_addresses) for one in before])


def _read(submission: Submission, limits: Limits, desk_addresses: tuple[str, ...]) -> Reading:
    scene = Scene(submission=submission, limits=limits, desk_addresses=desk_addresses)
    best, steps = _strongest(scene)
    return Reading(
        reports=without_own_site(_told(inside_passed_on(best.reports, scene), scene), scene),
        head=head_of(scene.root.header),
        header=scene.root.header,
        is_automatic=best.reports[0].found_as is FoundAs.BOUNCE or is_automatic(scene),
        is_to_desk=is_to_desk(scene),
        language=language_of(best.reports, scene),
        peeled=_peeled(best, scene),
        steps=steps,
        defects=(*scene.framed.defects, *scene.root.defects, *scene.unpacking.defects),
    )


def _told(reports: tuple[Report, ...], scene: Scene) -> tuple[Report, ...]:
    """A single mail with what the reporter says of it: of a header-less one the whole text, as it may forward another's report."""
    report = reports[0]
    if len(reports) > 1 or report.found_as not in _SHOWN:
        return reports
    if not report.has_full_headers:
        return (with_complaint(report, scene.complaint),)
    letter = replace(scene.letter, words=report.words, bodies=())
    return (with_complaint(report, read_complaint(letter, scene.limits)),)


def _peeled(best: Found, scene: Scene) -> tuple[ReceivedHop, ...]:
    """The hops that are the submission's own: all of its header, above the cut of a redirected mail, none of a bare one."""
    match best.reports[0].found_as:
        case FoundAs.BARE:
            return ()
        case FoundAs.MBOX if scene.is_mbox:
            return ()
        case FoundAs.REDIRECTED if scene.peel is not None:
            fields, cut = scene.root.header.fields, scene.peel.cut
            return tuple(hop for hop in scene.hops if fields[hop.field_index].start < cut)
        case _:
            return scene.hops


def _strongest(scene: Scene) -> tuple[Found, tuple[Step, ...]]:
    """The strongest find, with those that stand beside it, and every attempt."""
    best: Found | None = None
    best_joins = False
    steps: list[Step] = []
    for shape in DETECTORS:
        if best is not None and best.strength >= shape.at_most and not (shape.joins and best_joins):
            continue
        result = _without_own(shape.detect(scene), scene)
        steps.append(_step(shape.name, result))
        if isinstance(result, Missed):
            continue
        if best is not None and best_joins and shape.joins:
            best = _beside(best, result)
        elif best is None or result.strength > best.strength:
            best, best_joins = result, shape.joins
    assert best is not None, "own words always give a report"
    return best, tuple(steps)


def _without_own(result: Found | Missed, scene: Scene) -> Found | Missed:
    """The find without the submission itself: a wrapped copy or a pasted header with its own Message-ID is no reported mail."""
    if isinstance(result, Missed) or not _COPIES.intersection(report.found_as for report in result.reports):
        return result
    own_id = scene.root.header.text("message-id").strip()
    if not own_id:
        return result
    kept = tuple(one for one in result.reports if not (one.found_as in _COPIES and one.message and one.message.message_id == own_id))
    if not kept:
        return Missed(because="the header shown is the submission's own", looked_at=result.looked_at)
    return replace(result, reports=kept)


def _beside(first: Found, second: Found) -> Found:
    """Both finds: each is another part of the submission."""
    return replace(first, reports=first.reports + second.reports, strength=max(first.strength, second.strength))


def _step(name: str, result: Found | Missed) -> Step:
    if isinstance(result, Found):
        return Step(rule=name, outcome=Outcome.HIT, because=result.because, path=result.looked_at, span=result.span)
    return Step(rule=name, outcome=Outcome.MISS, because=result.because, path=result.looked_at)
