"""A mail attached: message/rfc822 or message/global (RFC 2046 section 5.2.1, RFC 6532), its header alone, or a file that is a mail."""

from parsers.enclosed_reports import find_enclosed
from parsers.report import FoundAs
from parsers.scene import Found, Missed, Scene


def attached(scene: Scene) -> Found | Missed:
    """Every attached mail, or the innermost ones where an attached mail only carries others."""
    return find_enclosed(scene, FoundAs.ATTACHED, "attached mails")
