"""parse_submission(): the straight line of this floor.

Every detector looks at the scene; the strongest find wins, ties go to the one listed first; every attempt is a step
of the trace, hits and misses.
"""

from parsers.detectors.attached import attached
from parsers.detectors.bare import bare
from parsers.detectors.own_words import own_words
from parsers.message import head_of
from parsers.report import Outcome, Reading, Step
from parsers.scene import Detector, Found, Missed, Scene, Strength
from parsers.submission import Submission
from config.limits import Limits

DETECTORS: tuple[tuple[str, Detector], ...] = (
    ("attached", attached),
    ("bare", bare),
    ("own-words", own_words),
)


def parse_submission(submission: Submission, limits: Limits, *, desk_addresses: tuple[str, ...] = ()) -> Reading:
    """Find what is reported in a submission.   Any bytes give a reading.   Raises: nothing."""
    scene = Scene(submission=submission, limits=limits, desk_addresses=desk_addresses)
    best: Found | None = None
    steps: list[Step] = []
    for name, detector in DETECTORS:
        result = detector(scene)
        match result:
            case Found():
                steps.append(Step(rule=name, outcome=Outcome.HIT, because=result.because, path=result.looked_at))
                if best is None or result.strength > best.strength:
                    best = result
            case Missed():
                steps.append(Step(rule=name, outcome=Outcome.MISS, because=result.because, path=result.looked_at))
        if best is not None and best.strength is Strength.FINAL:
            break
    assert best is not None, "own words always give a report"  # noqa: S101
    return Reading(reports=best.reports, head=head_of(scene.root.header), header=scene.root.header, steps=tuple(steps))
