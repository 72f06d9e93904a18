"""Who wrote the submission: a machine or a person, and in which language to answer."""

import re
from collections.abc import Iterator

from parsers.mailboxes import addresses_of
from parsers.peel import PeelKind
from parsers.report import Report
from parsers.scene import Scene
from parsers.submission import Door

_MACHINE_PRECEDENCE = frozenset({"bulk", "list", "junk", "auto_reply"})
_MACHINE_FIELDS = (
    "list-id", "list-unsubscribe", "list-post", "x-autoreply", "x-autorespond", "x-auto-reply-from", "x-failed-recipients", "feedback-id",
    "x-loop", "x-auto-response-suppress",
)  # fmt: skip
_DAEMON = re.compile(
    r"(?:^|[<\s\"])(?:mailer[-_]?daemon|postmaster|no-?reply|do-?not-?reply|bounces?|owner-[\w.-]{1,64}|[\w.-]{1,64}-request)(?:[@+>\s\"]|$)",
    re.IGNORECASE,
)
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9f]")
_KANJI = re.compile("[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
# Lines that quote rather than say: header fields, quotations, log lines, links.
_QUOTING = re.compile(r"\s{0,8}(?:[>|]|[!-9;-~]{1,40}:\s|\[?\d{1,4}[-/.:]\d|https?:|-{3,}|_{3,})")
_READ_CHARS = 20_000
_RECIPIENT_FIELDS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "resent-to")
_RECIPIENT_LINES, _RECIPIENT_CHARS = 5, 2_000


def is_automatic(scene: Scene) -> bool:
    """Whether a machine sent it, so that no mail is answered to it (RFC 3834 section 2); the desk's own list does not count.

    Auto-Submitted other than "no", a machine's report (RFC 6522), the null sender, a list, bulk precedence, or a sender that is no person.
    """
    header, envelope = scene.root.header, scene.submission.envelope
    if header.text("auto-submitted").strip().lower() not in ("", "no") or scene.root.content_type == "multipart/report":
        return True
    return_path = header.first("return-path")
    is_null = scene.submission.door is Door.SMTP and bool(envelope.rcpt_to) and not envelope.mail_from
    if is_null or (return_path is not None and return_path.value.replace(" ", "") == "<>"):
        return True
    if _DAEMON.search(header.text("from")) or _DAEMON.search(envelope.mail_from):
        return True
    is_machine_mail = header.text("precedence").strip().lower() in _MACHINE_PRECEDENCE or header.has(*_MACHINE_FIELDS)
    return is_machine_mail and not _is_own_list(scene)


def is_to_desk(scene: Scene) -> bool:
    """Whether somebody wrote the submission to a desk.

    One that was handed in as a file, bears the marks of a delivery and was addressed to no desk may be the reported mail itself: then
    its author is whoever is complained of, and what it shows is his word.
    """
    header = scene.root.header
    if scene.submission.door is Door.SMTP or not header.has("received"):
        return True
    addressed = [field.decoded for name in _RECIPIENT_FIELDS for field in header.all(name)[:_RECIPIENT_LINES]]
    addressed += [hop.for_ for hop in scene.hops if hop.for_]
    return any(scene.is_named_desk(address) for address in addresses_of(value[:_RECIPIENT_CHARS] for value in addressed))


def _is_own_list(scene: Scene) -> bool:
    """Whether its list fields are those of the group that is the desk: a person wrote to it."""
    if scene.peel is None or scene.peel.kind is not PeelKind.LIST:
        return False
    return any(scene.is_desk(address) for address in scene.peel.passed_to)


def language_of(reports: tuple[Report, ...], scene: Scene) -> str:
    """The language to answer in: "ja" where the reporter's words, or else the subject, or else the reported text are Japanese; else "en".

    Kanji alone may be Chinese: some kana must be there.
    """
    for text in _said(reports, scene):
        if text.isascii():
            if _LATIN.search(text):
                return "en"
            continue
        kana, latin = len(_KANA.findall(text)), len(_LATIN.findall(text))
        kanji = len(_KANJI.findall(text))
        if kana + kanji + latin:
            # A kana or kanji says as much as two or three letters.
            return "ja" if kana and 3 * (kana + kanji) > latin else "en"
    return "en"


def _said(reports: tuple[Report, ...], scene: Scene) -> Iterator[str]:
    yield "\n".join(line for line in reports[0].words[:_READ_CHARS].splitlines() if not _QUOTING.match(line))
    yield scene.root.header.text("subject")[:_READ_CHARS]
    yield reports[0].text[:_READ_CHARS]
