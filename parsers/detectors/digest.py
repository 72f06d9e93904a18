"""Mails gathered in a multipart/digest, whose children are mails unless they say otherwise (RFC 2046 section 5.1.5)."""

from parsers.enclosed_reports import find_enclosed
from parsers.report import FoundAs
from parsers.scene import Found, Missed, Scene


def digest(scene: Scene) -> Found | Missed:
    """Every mail of a digest, each a report of its own."""
    return find_enclosed(scene, FoundAs.DIGEST, "mails of a digest")
