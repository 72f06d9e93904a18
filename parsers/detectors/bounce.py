"""Bounces, auto-replies and receipts: they look like pasted headers or attached mails, and are no reports."""

from parsers.bounce import returned_mail, why_bounce
from parsers.framing import frame
from parsers.message import report_of
from parsers.mime import Part, parse_mime
from parsers.report import FoundAs, Report
from parsers.scene import Found, Missed, Scene, Strength
from parsers.submission import Door


def bounce(scene: Scene) -> Found | Missed:
    """The returned mail where one is enclosed or copied, else the text; nothing else is looked for."""
    envelope = scene.submission.envelope
    is_null_sender = scene.submission.door is Door.SMTP and bool(envelope.rcpt_to) and not envelope.mail_from
    because = why_bounce(scene.root, scene.words, is_null_sender=is_null_sender)
    if not because:
        return Missed(because="nothing tells a bounce or an auto-reply")
    returned = _returned(scene)
    if returned is None:
        report = Report(found_as=FoundAs.BOUNCE, text=scene.words, words=scene.words)
    else:
        report = report_of(returned, scene.limits, found_as=FoundAs.BOUNCE, words=scene.words)
    return Found(reports=(report,), strength=Strength.FINAL, because=because, looked_at=report.path)


def _returned(scene: Scene) -> Part | None:
    """The mail that is returned, from a part of its own or from the text."""
    attached = next((one for one in scene.enclosed if one.message.header.fields), None)
    if attached is not None:
        return attached.message
    copied = returned_mail(scene.root)
    return parse_mime(frame(copied[0]).raw, scene.limits, path=copied[1]) if copied else None
