"""Machine text without a schema: log lines, tables and labelled fields that name an address or a link (docs/shapes.md, S4)."""

from parsers.detectors.own_words import told_report
from parsers.report import FoundAs, Role
from parsers.scene import Found, Missed, Scene, Strength


def vendor_text(scene: Scene) -> Found | Missed:
    """A text in which at least one machine format was recognised, and something is accused."""
    said = scene.complaint
    accuses = any(one.role is Role.SOURCE for one in said.addresses) or bool(said.links)
    if not said.formats or not accuses:
        return Missed(because="no log lines, table or labelled fields" if accuses else "no address or link is accused")
    report = told_report(scene, said, FoundAs.VENDOR_TEXT)
    return Found(reports=(report,), strength=Strength.TEXT, because=f"formats: {', '.join(said.formats)}")
