"""A mail attached as message/rfc822 or message/global (RFC 2046 section 5.2.1, RFC 6532)."""

from parsers.message import open_message
from parsers.report import FoundAs
from parsers.scene import Found, Missed, Scene, Strength


def attached(scene: Scene) -> Found | Missed:
    """Every embedded message that has a header of its own."""
    parts = [part for part in scene.root.leaves() if part.content_type in ("message/rfc822", "message/global")]
    reports = tuple(
        open_message(part.content, scene.limits, found_as=FoundAs.ATTACHED, path=part.path, words=scene.words)
        for part in parts[: scene.limits.reports]
    )
    kept = tuple(report for report in reports if report.header and report.header.fields)
    if not kept:
        return Missed(because=f"{len(parts)} message parts, none with a header")
    is_full = any(report.has_full_headers for report in kept)
    strength = Strength.FULL_HEADERS if is_full else Strength.HEAD_ONLY
    return Found(reports=kept, strength=strength, because=f"{len(kept)} embedded messages", looked_at=kept[0].path)
