"""An Outlook item: a .msg attached or handed in, known by its first bytes ([MS-OXMSG])."""

from parsers.enclosed_reports import find_enclosed
from parsers.report import FoundAs
from parsers.scene import Found, Missed, Scene


def outlook_msg(scene: Scene) -> Found | Missed:
    """Every Outlook item, or the innermost ones in it. One that was never received over SMTP is header-less."""
    return find_enclosed(scene, FoundAs.OUTLOOK_MSG, "Outlook items")
