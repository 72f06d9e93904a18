"""Mails in a winmail.dat, known by its first bytes ([MS-OXTNEF])."""

from parsers.enclosed_reports import find_enclosed
from parsers.report import FoundAs
from parsers.scene import Found, Missed, Scene


def tnef(scene: Scene) -> Found | Missed:
    """Every item and mail file that a winmail.dat holds."""
    return find_enclosed(scene, FoundAs.TNEF, "mails in a winmail.dat")
