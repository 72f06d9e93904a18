"""Nothing but a person's own words: links, addresses and dates are read from them (docs/shapes.md, S10)."""

from parsers.complaint import Complaint
from parsers.message import attachments_of
from parsers.report import FoundAs, Report
from parsers.scene import Found, Missed, Scene, Strength


def own_words(scene: Scene) -> Found | Missed:
    """The reporter's text; the last resort, so that every submission gives a report."""
    said = scene.complaint
    because = f"{len(scene.words)} characters of text, {len(said.addresses)} addresses, {len(said.links)} links"
    return Found(reports=(told_report(scene, said, FoundAs.OWN_WORDS),), strength=Strength.WORDS, because=because)


def told_report(scene: Scene, said: Complaint, found_as: FoundAs) -> Report:
    """The report that a text without a mail makes."""
    return Report(
        found_as=found_as,
        addresses=said.addresses,
        links=said.links,
        stated=said.stated,
        attachments=attachments_of(scene.root),
        text=scene.words,
        words=scene.words,
    )
