"""Mails in a zip or gzip file, known by its first bytes; opened within caps on count, size, ratio and depth."""

from parsers.enclosed_reports import find_enclosed
from parsers.report import FoundAs
from parsers.scene import Found, Missed, Scene


def archive(scene: Scene) -> Found | Missed:
    """Every mail that an archive holds, also as an Outlook item or in an mbox."""
    return find_enclosed(scene, FoundAs.ARCHIVE, "mails in an archive")
