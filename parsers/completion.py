"""An answer and the mails that it completes, read as one complaint.

What the reporter adds stands before what was said already. What an answer only quotes adds nothing: our own refusal stands there.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from parsers.report import FoundAs, Link, Outcome, Reading, Report, Step

# A line of a quote, or the line above everything that a client quotes without marks.
_QUOTED = re.compile(r"(?m)^[ \t]{0,8}[>|＞][^\n]*")
_BELOW = re.compile(r"(?m)^[ \t>]{0,8}(?:-{2,20}[^\n-]{0,60}-{2,20}|_{8,80})[ \t]*$")


def completed(answer: Reading, earlier: Sequence[Reading]) -> Reading:
    """One reading of all: what is reported is a mail that the answer shows, else what was reported first.   earlier: oldest first."""
    first = earlier[0]
    if any(report.has_full_headers for report in answer.reports):
        base, main = answer, answer.reports
        added = [report for one in earlier for report in one.reports[:1]]
    else:
        base, main = first, first.reports
        added = [_own_part(answer.reports[0]), *(one.reports[0] for one in reversed(earlier[1:]))]
    step = Step(rule="completes", outcome=Outcome.HIT, because=f"it answers {len(earlier)} earlier mail(s), decided together with it")
    return replace(
        base,
        reports=tuple(_with(report, added) for report in main),
        head=first.head,
        is_automatic=answer.is_automatic,
        language=first.language,
        steps=(step, *answer.steps, *(one for reading in earlier for one in reading.steps)),
        defects=(*answer.defects, *(one for reading in earlier for one in reading.defects)),
    )


def _with(report: Report, added: Sequence[Report]) -> Report:
    """A report with what others say beside it; of a mail with its headers, the mail alone accuses."""
    links = {link.url: link for one in (report, *added) for link in one.links}
    named = () if report.has_full_headers else tuple(address for one in added for address in one.addresses)
    known = {one.ip for one in report.addresses}
    return replace(
        report,
        found_as=_found_as(report, added),
        stated=(*(one for other in added for one in other.stated), *report.stated),
        addresses=report.addresses + tuple(one for one in named if one.ip not in known),
        links=tuple(links.values()),
        attachments=report.attachments + tuple(one for other in added for one in other.attachments),
        words=_joined(report.words, (one.words for one in added)),
        text=report.text if report.message is not None else _joined(report.text, (one.words for one in added)),
    )


def _found_as(report: Report, added: Sequence[Report]) -> FoundAs:
    """A person's own words that are followed by a log are a log."""
    is_log = report.found_as is FoundAs.OWN_WORDS and any(one.found_as is FoundAs.VENDOR_TEXT for one in added)
    return FoundAs.VENDOR_TEXT if is_log else report.found_as


def _joined(first: str, others: Iterable[str]) -> str:
    return "\n\n".join(text for text in (first, *others) if text)


def _own_part(report: Report) -> Report:
    """What an answer says itself."""
    below = _BELOW.search(report.words)
    words = _QUOTED.sub("", report.words[: below.start()] if below else report.words)
    return replace(
        report,
        words=words,
        links=tuple(link for link in report.links if _stands_in(link, words)),
        addresses=tuple(one for one in report.addresses if one.origin != "subject" and str(one.ip) in words),
    )


def _stands_in(link: Link, words: str) -> bool:
    return (link.written or link.url) in words or link.origin in ("attachment", "qr")
