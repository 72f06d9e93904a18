"""The forwardable boundary: what of a rights claim may reach the contractor.

An allow-list, never a block-list: the event, the location complained of, and the comments that were marked for the
contractor. From the comments everything that names the claimant, the affected person or the reporter is withheld, mail
addresses and telephone numbers altogether. Nothing else of the report is even looked at.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from config.events import Event
from config.limits import Limits
from parsers.fields import parse_header_block
from parsers.report import Reading, Report, Role
from parsers.submission import Earlier, Submission
from routing.decision import ReportDecision
from routing.texts import texts_in

_LOCATIONS = 20
_COMMENT_CHARS = 8_000

_MAIL_ADDRESS = re.compile(r"[\w.+%-]{1,64}@[\w.-]{1,255}")
# a telephone number: at least nine digits, with the usual signs between them
_TELEPHONE = re.compile(r"(?<![\w./-])\+?\(?\d(?:[ ()\-‐－.]{0,2}\d){8,16}(?![\w/])")
_POSTAL_CODE = re.compile(r"〒\s?\d{3}-?\d{4}[^\n]{0,60}")
_PART = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_JAPANESE = re.compile(r"[぀-ヿ㐀-鿿々]")
# Words of a claimant's value that name nobody.
_COMMON = frozenset(
    "the and for inc ltd llc corp corporation company limited gmbh agency group team office department legal law copyright trademark rights"
    " owner holder representative behalf acting"
    " abuse report reports reporter support info mail contact admin security desk example com net org mr mrs ms dr of de von van co jp"
    " 株式会社 有限会社 合同会社 代理人 弁護士 担当 担当者 本人 権利者 著作権者 代表 取締役 様 氏 部 課 会社 御中".split()
)
_HONORIFICS = "様氏殿君"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardableCopy:
    """What the contractor may see.

    locations: links of ours, or where the report says it is.   withheld: how many passages of the comments.
    """

    event: Event
    locations: tuple[str, ...]
    comments: str
    withheld: int = 0


def forwardable_copy(decided: ReportDecision, reading: Reading, submission: Submission) -> ForwardableCopy:
    """The contractor's copy of a report."""
    report = decided.report
    names = tuple(_names(_identities(report, reading, submission)))
    comments, withheld = _withhold(report.stated_value("comments-to-forward")[:_COMMENT_CHARS], names)
    return ForwardableCopy(event=decided.event, locations=tuple(_locations(decided, names)), comments=comments, withheld=withheld)


def render_copy(copy: ForwardableCopy, language: str, reference: str, *, deadline: str = "") -> str:
    """The copy as the contractor reads it.   deadline: a date as it is to be shown, "" for none."""
    texts = texts_in(language)
    said = texts.copy
    comments = copy.comments.replace(_WITHHELD, said["withheld"]) or said["no-comments"]
    opening = said["opening"].format(deadline=deadline) if deadline else said["opening-undated"]
    lines = [
        said["subject"].format(reference=reference),
        "",
        opening,
        "",
        f"{said['matter']}: {texts.events[copy.event].name}",
        f"{said['location']}:",
        *(f"  {location}" for location in copy.locations),
        f"{said['comments']}:",
        *(f"  {line}" for line in comments.splitlines()),
        "",
        said["closing"],
    ]
    return "\n".join(lines) + "\n"


_WITHHELD = "\ue000"  # a private character, put into words when the copy is rendered


def _locations(decided: ReportDecision, names: tuple[str, ...]) -> Iterator[str]:
    """The links of ours; where there are none, the place as the report names it."""
    own = [one.link.url for one in decided.links if one.is_own and one.link.role is Role.SOURCE]
    if own:
        yield from own[:_LOCATIONS]
        return
    accused = [str(one.reported.ip) for one in decided.addresses if one.is_own and one.reported.role is Role.SOURCE]
    stated = _withhold(decided.report.stated_value("location")[:500], names)[0].replace(_WITHHELD, "")
    yield from (*accused[:_LOCATIONS], *stated.splitlines()[:3])


def _identities(report: Report, reading: Reading, submission: Submission) -> Iterator[str]:
    """Every text that says who claims, who is affected and who reports."""
    yield from (one.value for one in report.stated if one.name in ("claimant", "affected-person"))
    yield from (reading.head.from_, submission.envelope.mail_from)
    yield from (reading.header.text(name) for name in ("reply-to", "sender"))
    mails: tuple[Submission | Earlier, ...] = (submission, *submission.completes) if submission.completes else ()
    for mail in mails:  # a name may differ from mail to mail
        header = parse_header_block(mail.raw, Limits())
        yield from (mail.envelope.mail_from, *(header.text(name) for name in ("from", "reply-to", "sender")))


def _names(identities: Iterable[str]) -> Iterator[str]:
    """The names to withhold, longest first: each value, its lines and the parts that name somebody."""
    found: dict[str, None] = {}
    for identity in identities:
        for line in identity.splitlines()[:5]:
            for name in (line.strip(' "<>'), *_parts(line)):
                if len(name) >= 2 and name.casefold() not in _COMMON:
                    found[name] = None
    yield from sorted(found, key=len, reverse=True)


def _parts(line: str) -> Iterator[str]:
    """The words of a name; of a Japanese one written without a blank also its beginnings, the family name among them."""
    for part in _PART.findall(line):
        plain = part.rstrip(_HONORIFICS)
        if not _JAPANESE.search(part):
            if len(part) >= 3:
                yield part
        elif plain not in _COMMON:
            yield part
            yield from (plain[:length] for length in range(2, min(len(plain), 6) + 1) if len(plain) <= 8)
            if 3 <= len(plain) <= 6:
                yield plain[2:]


def _withhold(comments: str, names: tuple[str, ...]) -> tuple[str, int]:
    """The comments with every name, mail address and telephone number taken out, and how many passages that were."""
    comments = comments.replace(_WITHHELD, "")
    count = 0
    for pattern in (_MAIL_ADDRESS, _POSTAL_CODE, _TELEPHONE, *(_pattern(name) for name in names)):
        comments, times = pattern.subn(_WITHHELD, comments)
        count += times
    return comments.strip(), count


def _pattern(name: str) -> re.Pattern[str]:
    """A name as it may stand in a text: any case; one of letters as a whole word, its blanks of any width."""
    words = r"[\s　]{0,3}".join(re.escape(word) for word in name.split())
    return re.compile(words if _JAPANESE.search(name) else rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
