"""Bounces, auto-replies and receipts: what tells them, and the mail that they return."""

import re

from parsers.fields import HeaderBlock
from parsers.framing import find_header
from parsers.mime import Part

_REPORT_PARTS = frozenset(
    f"message/{name}" for name in "delivery-status global-delivery-status disposition-notification global-disposition-notification".split()
)
_REPORT_TYPES = frozenset({"delivery-status", "disposition-notification"})
# keyword of Auto-Submitted, RFC 3834 section 5.2 and RFC 5436; auto-generated is what machine reports say of themselves
_REPLIED = ("auto-replied", "auto-notified")
_REPLY_FIELDS = ("x-autoreply", "x-autorespond", "x-auto-reply-from", "x-autoresponder-handled")
_REPLY_SUBJECT = re.compile(
    r"\s{0,8}(?:auto(?:matic|mated)?[ -]?(?:reply|response)|out of (?:the )?office|autoreply|自動応答|自動返信|"
    r"automatische antwort|abwesenheits|"
    r"réponse automatique|respuesta automática|risposta automatica|resposta automática|автоматический ответ|自动回复|자동 회신)",
    re.IGNORECASE,
)
_DAEMONS = re.compile(
    r"(?:^|[<\s\"])(?:mailer[-_]?daemon|mail[-_]?daemon|postmaster|mail delivery (?:system|subsystem|service))(?:[@>\s\"]|$)", re.IGNORECASE
)
_MACHINES = re.compile(r"(?:^|[<\s\"])(?:no-?reply|do-?not-?reply)[@+]", re.IGNORECASE)
# How servers of all makes word it, in the languages in which they do.
_WORDING = re.compile(
    r"undeliver(?:able|ed)|returned (?:mail|to sender|message)|mail system error|mail(?:er)?[ -]delivery (?:failed|failure|problem|error|s)"
    r"|delivery (?:status notification|failure|failed|has failed|notification|problem|error|delayed|to the following|report)"
    r"|(?:could|can|was|were)(?: ?n[o']?t|not) (?:be )?(?:delivered|able to deliver)|wasn't able to deliver|unable to deliver"
    r"|not delivered|failure notice|non[- ]?(?:delivery|delivered|remis)|rejected by|permanent (?:fatal )?error|unsent message"
    r"|message (?:delayed|blocked|you sent)|may not exist|cannot send message|transcript of session|had delivery problems"
    r"|unzustellbar|nicht zugestellt|n'a pas pu être (?:remis|livré|distribué)|échec de la remise"
    r"|no (?:se (?:pudo|ha podido) entregar|entregado)|mancato recapito|não (?:pôde ser entregue|entregue)"
    r"|не (?:может быть )?доставлен|недоставлен|メールエラー|送信できませんでした|配信(?:不能|でき|エラー)|配送でき|お届けでき"
    r"|届きませんでした|宛先不明|不達|退信|无法投递|投递失败|無法投遞|未送达|배달되지|반송",
    re.IGNORECASE,
)
_WORDING_CHARS = 4_000


def why_bounce(root: Part, words: str, *, is_null_sender: bool) -> str:
    """What tells that a mail is a bounce, an auto-reply or a receipt; "" when nothing does.

    is_null_sender: the envelope says so. A machine report says "auto-generated" of itself, and is none.
    """
    header = root.header
    types = {part.content_type for part in root.walk()}
    if "message/feedback-report" in types or header.has("x-xarf", "x-arf"):
        return ""
    report_part = next(iter(types & _REPORT_PARTS), "")
    if report_part:
        return f"it has a part {report_part}"
    if root.content_type == "multipart/report" and root.parameters.get("report-type", "").lower() in _REPORT_TYPES:
        return f"its report-type is {root.parameters['report-type']}"
    if header.has("x-failed-recipients"):
        return "it names failed recipients"
    return _why_reply(header) or _why_worded(header, words, is_null_sender=is_null_sender)


def returned_mail(root: Part) -> tuple[bytes, str] | None:
    """The mail that stands as a copy in the text of a bounce, and the path of that text; None when there is none."""
    for leaf in root.leaves():
        at = find_header(leaf.content) if leaf.content_type == "text/plain" else None
        if at is not None:
            return leaf.content[at:], leaf.path
    return None


def _why_reply(header: HeaderBlock) -> str:
    submitted = header.text("auto-submitted").lower()
    if submitted.startswith(_REPLIED):
        return f"it is {submitted[:40]}"
    if header.has(*_REPLY_FIELDS) or header.text("precedence").lower() == "auto_reply":
        return "a field says that it is an auto-reply"
    if _REPLY_SUBJECT.match(header.text("subject")):
        return "its subject is that of an auto-reply"
    return ""


def _why_worded(header: HeaderBlock, words: str, *, is_null_sender: bool) -> str:
    """A server wrote it, and words it as a bounce; a machine that is no mail server must say so twice."""
    sender, return_path = header.text("from"), header.first("return-path")
    is_null = is_null_sender or (return_path is not None and return_path.value.replace(" ", "") == "<>")
    is_daemon = _DAEMONS.search(sender) is not None or (return_path is not None and _DAEMONS.search(return_path.value) is not None)
    is_machine = _MACHINES.search(sender) is not None
    if not (is_null or is_daemon or is_machine):
        return ""
    in_subject = _WORDING.search(header.text("subject")) is not None
    in_words = _WORDING.search(words[:_WORDING_CHARS]) is not None
    if (is_null or is_daemon) and (in_subject or in_words):
        return "a mail server wrote it, in the words of a bounce"
    if is_machine and in_subject and in_words:
        return "a machine wrote it, in the words of a bounce"
    return ""
