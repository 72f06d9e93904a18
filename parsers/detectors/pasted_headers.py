"""A header block pasted into a text (SHAPES: S7), in the text itself, in HTML, or in a text that was attached."""

import re
from collections.abc import Iterator
from dataclasses import replace

from parsers.bodies import TextBody, TextKind
from parsers.enclosed_reports import is_head_alone, shown_in_words
from parsers.pasted import PastedMail, find_pasted
from parsers.reopened import reopen, span_of
from parsers.report import Report
from parsers.scene import Found, Missed, Scene, Strength

# the label of who wrote, as clients put it above what is answered
_AUTHOR_LABEL = re.compile(r"[*_]{0,2}(?:From|差出人|送信者|Von|De|Da|Van|Od|От|发件人|寄件者|보낸 사람)[*_]{0,2} ?[:：]")


def pasted_headers(scene: Scene) -> Found | Missed:
    """The mails whose headers stand in the first text that holds any; full ones before those without a Received line.

    A block with the submission's own Message-ID is the submission's own header and reports nothing.
    """
    kept = {body.path: _reported(find_pasted(body.text), scene) for body in _in_order(scene.texts)}
    bodies = [body for body in _in_order(scene.texts) if kept[body.path]]
    full = next((body for body in bodies if any(pasted.is_full for pasted in kept[body.path])), None)
    if full is not None:
        pasted = _beside([one for one in kept[full.path] if one.is_full])[: scene.limits.reports]
        reports = tuple(_report(one, full, scene) for one in pasted)
        if any(report.has_full_headers for report in reports):
            because = f"{len(reports)} header blocks with {sum(one.received for one in pasted)} Received lines in a text"
            return Found(reports=reports, strength=Strength.FULL_HEADERS, because=because, looked_at=full.path, span=reports[0].span)
    partial = next(((body, one) for body in bodies for one in kept[body.path] if _has_evidence(one)), None)
    if partial is None:
        return Missed(because=f"no header block in {len(kept)} texts")
    report = _report(partial[1], partial[0], scene)
    because = "a header block without a Received line"
    return Found(reports=(report,), strength=Strength.HEAD_ONLY, because=because, looked_at=report.path, span=report.span)


def _in_order(bodies: tuple[TextBody, ...]) -> list[TextBody]:
    """Plain texts, then HTML, then what was attached."""
    return sorted(bodies, key=lambda body: (body.is_attachment, body.kind is not TextKind.PLAIN))


def _reported(found: tuple[PastedMail, ...], scene: Scene) -> list[PastedMail]:
    own = scene.root.header.text("message-id").strip()
    return [one for one in found if not own or own not in one.values("message-id")]


def _beside(found: list[PastedMail]) -> list[PastedMail]:
    """The first block and those that stand beside it: quoted alike, with another Message-ID; deeper ones are in its text."""
    return list(_once(one for one in found if one.depth == found[0].depth))


def _once(found: Iterator[PastedMail]) -> Iterator[PastedMail]:
    seen: set[tuple[str, ...]] = set()
    for one in found:
        identity = one.values("message-id") or one.fields
        if identity not in seen:
            seen.add(identity)
            yield one


def _has_evidence(pasted: PastedMail) -> bool:
    """Whether there is a field that no person writes by hand and that can tell where the mail came from."""
    tells = ("return-path", "dkim-signature", "authentication-results", "x-originating-ip", "received-spf", "received", "message-id")
    return any(pasted.values(name) for name in tells) and bool(pasted.values("from") or pasted.values("subject"))


def _report(pasted: PastedMail, body: TextBody, scene: Scene) -> Report:
    pasted = replace(pasted, body=_above_own_answer(pasted.body, scene))
    content = next((part.content for part in scene.root.leaves() if part.path == body.path), b"")
    report = replace(reopen(pasted, body, scene.limits), span=span_of(pasted, body, content))
    return shown_in_words(report, scene) if is_head_alone(report) else report


def _above_own_answer(text: str, scene: Scene) -> str:
    """The text without what the desk itself once wrote, quoted below: from the line that names the desk, or its quote's first, on."""
    if not any(address in text.lower() for address in scene.desk_addresses):
        return text
    lines = text.split("\n")
    for number, line in enumerate(lines):
        is_quoted = line.startswith(">")
        if (is_quoted or line.rstrip().endswith((":", "：")) or _AUTHOR_LABEL.match(line)) and _names_desk(line, scene):
            while is_quoted and number and lines[number - 1].startswith(">"):
                number -= 1
            return "\n".join(lines[:number]).rstrip()
    return text


def _names_desk(line: str, scene: Scene) -> bool:
    return any(address in line.lower() for address in scene.desk_addresses)
