"""A stored mail as it may be looked at: its header line by line, its text, its HTML with nothing left that could act, its attachments.

Nothing here is fetched, opened or run; what a sender wrote leaves only as text that a template escapes, or through one allow-list.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.events import Event
from config.policy import Policy
from parsers.mime import Part, parse_mime
from parsers.reading import parse_submission
from parsers.report import Attachment, Reading, Report
from parsers.submission import Submission
from routing.sealed import is_sealed

READ_BYTES = 4_194_304
TEXT_CHARS = 200_000
HTML_CHARS = 100_000  # the reader's tree is quadratic in depth: this much costs under a second at worst
HEADER_LINES = 400
VALUE_CHARS = 4_000

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "center", "cite", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3",
    "h4", "h5", "h6", "hr", "i", "ins", "li", "ol", "p", "pre", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul",
}  # fmt: skip
_DROPPED_WHOLE = {"script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math"}
_ANCHOR = re.compile(r'<a(?: href="([^"]*)")?>|</a>')
# Control characters, and those that turn the direction of writing (UAX 9): none may hide what a name ends with.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_NOT_IN_NAME = re.compile(r'[\\/:*?"<>|\s]+')


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderLine:
    """One field.   index: position in its block.   is_marked: the decision rests on it."""

    index: int
    name: str
    value: str
    is_marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One mail.   number: of the report, None for the submission itself.   html: ready for a sandboxed frame, "" for none."""

    number: int | None
    subject: str
    header: tuple[HeaderLine, ...]
    text: str
    html: str
    attachments: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    """A submission's mails: the reported ones, then the submission itself.   is_cut: it is larger than what is read here."""

    reported: tuple[MessageView, ...]
    submission: MessageView
    is_cut: bool
    is_sealed: bool


def mail_view(submission: Submission, policy: Policy, document: Mapping[str, Any], raw_bytes: int) -> MailView:
    """Read a stored mail for the eyes."""
    reading = parse_submission(submission, policy.limits, desk_addresses=policy.desk_addresses)
    documented = document.get("reports") or []
    reported = tuple(
        _reported(number, report, documented[number] if number < len(documented) else {}, policy)
        for number, report in enumerate(reading.reports[:20])
    )
    return MailView(
        reported=reported,
        submission=_itself(submission, reading, policy),
        is_cut=raw_bytes > len(submission.raw),
        is_sealed=is_sealed_here(reading, document),
    )


def is_sealed_here(reading: Reading, document: Mapping[str, Any]) -> bool:
    """Whether what was read concerns child abuse material."""
    event = Event(document.get("event") or Event.OTHER)
    return any(is_sealed(event, report) for report in reading.reports)


def _reported(number: int, report: Report, documented: Mapping[str, Any], policy: Policy) -> MessageView:
    fields = report.header.fields if report.header else ()
    marked = _marked_in(documented)
    tree = parse_mime(report.source[:READ_BYTES], policy.limits) if report.source else None
    return MessageView(
        number=number,
        subject=report.message.subject if report.message else "",
        header=tuple(_line(one.index, one.name, one.decoded, marked) for one in fields[:HEADER_LINES]),
        text=seen(report.text)[:TEXT_CHARS],
        html=harmless(_html_of(tree)) if tree else "",
        attachments=tuple(_attachment(one) for one in report.attachments[:200]),
    )


def _itself(submission: Submission, reading: Reading, policy: Policy) -> MessageView:
    tree = parse_mime(submission.raw, policy.limits)
    texts = [part.text.text for part in tree.leaves() if part.content_type == "text/plain"]
    return MessageView(
        number=None,
        subject=reading.head.subject,
        header=tuple(_line(one.index, one.name, one.decoded, frozenset()) for one in reading.header.fields[:HEADER_LINES]),
        text=seen("\n\n".join(texts))[:TEXT_CHARS],
        html=harmless(_html_of(tree)),
        attachments=(),
    )


def _line(index: int, name: str, value: str, marked: frozenset[int]) -> HeaderLine:
    return HeaderLine(index=index, name=seen(name)[:200], value=seen(value)[:VALUE_CHARS], is_marked=index in marked)


def _marked_in(documented: Mapping[str, Any]) -> frozenset[int]:
    """The header lines that a report's decision rests on."""
    if not documented:
        return frozenset()
    source = documented["source"]
    lines = [hop["header_index"] for hop in documented["hops"] if hop["status"] in ("border", "attested", "contradicted")]
    lines += [one["header_index"] for one in source["evidence"] if one["believed"]]
    lines += [one["header_index"] for one in source["rungs"]]
    return frozenset(line for line in lines if isinstance(line, int) and line >= 0)


def _html_of(tree: Part) -> str:
    return next((part.text.text for part in tree.leaves() if part.content_type == "text/html"), "")[:HTML_CHARS]


def harmless(html: str) -> str:
    """HTML with a few tags, no attribute at all, and every link's real target written out beside it."""
    import nh3

    if not html.strip():
        return ""
    clean = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "ftp", "tel"},
        link_rel=None,
        strip_comments=True,
    )
    target = ""

    def written_out(found: re.Match[str]) -> str:
        nonlocal target
        if not found[0].startswith("</"):
            target = found[1] or ""
            return "<u>"
        return f"</u><code> ⟨{target[:500]}⟩ </code>" if target else "</u>"

    return seen(_ANCHOR.sub(written_out, clean))


def _attachment(attachment: Attachment) -> Mapping[str, Any]:
    return {
        "path": attachment.path,
        "name": safe_name(attachment.filename),
        "content_type": seen(attachment.content_type)[:200],
        "size": attachment.size,
        "sha256": attachment.sha256,
    }


def safe_name(name: str) -> str:
    """A sender's file name as it may be shown: no folders, nothing unseen, no change of direction, not too long."""
    base = _UNSEEN.sub("", name).replace("\\", "/").rpartition("/")[2]
    return _NOT_IN_NAME.sub("_", base).strip("._ ")[:120] or "unnamed"


def seen(text: str) -> str:
    """A text without what cannot be seen."""
    return _UNSEEN.sub("\ufffd", text.replace("\r\n", "\n"))
