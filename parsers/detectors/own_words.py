"""Nothing but a person's own words: links, addresses and dates are read from them."""

from parsers.links import links_in_text
from parsers.report import FoundAs, Report
from parsers.scene import Found, Missed, Scene, Strength


def own_words(scene: Scene) -> Found | Missed:
    """The reporter's text; the last resort, so that every submission gives a report."""
    words = scene.words
    links = links_in_text(words, scene.limits, origin="words")
    report = Report(found_as=FoundAs.OWN_WORDS, links=links, text=words, words=words)
    return Found(reports=(report,), strength=Strength.WORDS, because=f"{len(words)} characters of text, {len(links)} links")
