"""A mail that a client forwarded inside the text (SHAPES: S8): who, when and what about, but no header: header-less."""

from parsers.bodies import TextBody, TextKind
from parsers.forwarded import Forward, find_forward, is_forward_subject
from parsers.links import links_in_body, links_in_text
from parsers.report import FoundAs, Link, Report
from parsers.scene import Found, Missed, Scene, Strength

_HEADER_CHARS = 500  # within which a header's other fields follow those that are read as labels


def inline_forward(scene: Scene) -> Found | Missed:
    """The forwarded mail, from the plain text before HTML, its links from both; or from a page that a client has saved."""
    subject = scene.root.header.text("subject")
    bodies = [body for body in scene.texts if not body.is_attachment or body.page]
    bodies.sort(key=lambda body: (body.is_attachment, body.kind is not TextKind.PLAIN))
    insiders = scene.reporter_organisations
    found = [(body, forward) for body in bodies if (forward := find_forward(body.text, subject, insiders=insiders)) is not None]
    found = [one for one in found if one[0].is_attachment == found[0][0].is_attachment]
    if not found:
        return Missed(because=f"no forwarded mail in {len(bodies)} texts")
    body, forward = found[0]
    if _is_reply(forward, subject, scene) or _is_own_header(forward, body, scene):
        return Missed(because="the labels are of a mail between the reporter and the desk", looked_at=body.path)
    report = Report(
        found_as=FoundAs.INLINE_FORWARD,
        path=body.path,
        message=forward.head,
        links=_links(found, scene),
        text=forward.body,
        words=body.text[: forward.start].strip(),
    )
    return Found(reports=(report,), strength=Strength.HEAD_ONLY, because="From and Subject labels in a text", looked_at=body.path)


def _links(found: list[tuple[TextBody, Forward]], scene: Scene) -> tuple[Link, ...]:
    links: dict[str, Link] = {}
    for body, forward in found:
        in_body = links_in_body(body, scene.limits, after=forward.body_start) if body.page else links_in_text(forward.body, scene.limits)
        for link in in_body:
            links.setdefault(link.url, link)
    return tuple(links.values())[: scene.limits.links]


def _is_own_header(forward: Forward, body: TextBody, scene: Scene) -> bool:
    """Whether the labels are the submission's own header, shown again in its text."""
    own = scene.root.header.text("message-id").strip()
    return bool(own) and own in body.text[forward.start : forward.body_start + _HEADER_CHARS]


def _is_reply(forward: Forward, subject: str, scene: Scene) -> bool:
    """Whether the quoted mail is one between the reporter and the desk: no spam, but what their talk is about."""
    if forward.has_rule or is_forward_subject(subject):
        return False
    author = forward.head.from_.lower()
    return any(address in author for address in scene.desk_addresses)
