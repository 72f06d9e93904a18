"""Several mails in one mbox file, attached or handed in (RFC 4155)."""

from dataclasses import replace

from parsers.enclosed_reports import find_enclosed
from parsers.report import FoundAs
from parsers.scene import Found, Missed, Scene, Strength


def mbox(scene: Scene) -> Found | Missed:
    """Every mail of an mbox, each a report of its own; where the submission itself is one, there is nothing else to find."""
    found = find_enclosed(scene, FoundAs.MBOX, "mails of an mbox")
    if isinstance(found, Found) and scene.is_mbox:
        return replace(found, strength=Strength.FINAL)
    return found
