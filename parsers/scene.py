"""What every detector looks at: one submission, opened once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property
from itertools import islice
from typing import NamedTuple, Protocol

from config.limits import Limits
from parsers.bodies import TextBody, texts_of
from parsers.complaint import Complaint, Letter, read_complaint
from parsers.data_files import data_texts
from parsers.dates import parse_date
from parsers.enclosed import Enclosed, Tree, enclosed_in, enclosed_in_mbox
from parsers.framing import Framed, frame
from parsers.mboxes import is_mbox, split_mbox
from parsers.mime import Part, parse_mime
from parsers.peel import Peel, organisation_of, organisation_of_author, peel
from parsers.received import ReceivedHop, parse_received_chain
from parsers.report import Report
from parsers.submission import Door, Submission
from parsers.unpacking import Unpacking

# Who wrote a report, also when a list or a ticket system has put its own address into From.
_AUTHOR_FIELDS = ("from", "reply-to", "x-original-from")
# A report forwarded as an attachment of a forwarded report is still read; deeper ones are mails.
_REPORT_LEVELS = 2
# Local parts of desks everywhere: what is addressed to one of them is a report.
_DESK = re.compile(
    r"(?:abuse|security|noc|[cp]?sirt|cert|soc|postmaster|hostmaster|spam|phish|complaint|report|fbl|dmca|copyright|legal|trust)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A submission with its MIME tree and readable texts; each is worked out once, when first asked for.

    desk_addresses: the desk's own addresses, lower case; a mail addressed to one of them is a reporter's.
    """

    submission: Submission
    limits: Limits
    desk_addresses: tuple[str, ...] = ()

    @cached_property
    def framed(self) -> Framed:
        """The submission's bytes from its first header field on."""
        return frame(self.submission.raw)

    @cached_property
    def root(self) -> Part:
        """The submission's MIME tree."""
        return parse_mime(self.framed.raw, self.limits)

    @cached_property
    def hops(self) -> tuple[ReceivedHop, ...]:
        """The outermost header's Received chain, newest first."""
        return parse_received_chain(self.root.header, self.limits)

    @cached_property
    def peel(self) -> Peel | None:
        """Who passed the submission on, or None."""
        return peel(self.root.header, self.hops)

    @cached_property
    def recipients(self) -> frozenset[str]:
        """The envelope's recipients, lower case."""
        return frozenset(address.lower() for address in self.submission.envelope.rcpt_to)

    @cached_property
    def own_organisations(self) -> frozenset[str]:
        """Whose desk it is, as far as the submission tells: of the topmost host, the recipients and the desk's addresses."""
        hosts = [address.rpartition("@")[2] for address in (*self.recipients, *self.desk_addresses)]
        hosts += [hop.by for hop in self.hops[:1] if hop.by]
        return frozenset(organisation_of(host) for host in hosts if "." in host)

    @cached_property
    def reporter_organisations(self) -> frozenset[str]:
        """Whose address the reporter writes from; none where it is the desk's own."""
        authors = [self.root.header.text(name) for name in _AUTHOR_FIELDS]
        return frozenset(map(organisation_of_author, authors)) - self.own_organisations - {""}

    def is_desk(self, address: str) -> bool:
        """Whether an address (lower case) is the desk's: known as such, named like one, or at its own organisation."""
        return self.is_named_desk(address) or organisation_of(address.rpartition("@")[2]) in self.own_organisations

    def is_named_desk(self, address: str) -> bool:
        """Whether an address (lower case) is known as the desk's, or named as desks are anywhere."""
        return address in self.desk_addresses or address in self.recipients or _DESK.match(address) is not None

    @cached_property
    def texts(self) -> tuple[TextBody, ...]:
        """The readable bodies of the submission itself."""
        return texts_of(self.root, self.limits)

    @cached_property
    def unpacking(self) -> Unpacking:
        """What may still be unpacked from it, and what was refused."""
        return Unpacking(self.limits)

    @cached_property
    def is_mbox(self) -> bool:
        """Whether the submission was handed in as an mbox of several mails."""
        raw = self.submission.raw
        return self.submission.door is Door.FILE and is_mbox(raw) and len(split_mbox(raw, 2)) > 1

    @cached_property
    def enclosed(self) -> tuple[Enclosed, ...]:
        """Every mail that stands in the submission, attached or in a container, in order; each can hold more."""
        if self.is_mbox:
            return enclosed_in_mbox(self.submission.raw, self.unpacking)
        return enclosed_in(self.root, self.unpacking)

    @cached_property
    def trees(self) -> tuple[Tree, ...]:
        """The submission and the mails attached in it, outermost first: any of them may be a machine report."""
        return tuple(Tree(message=self.root, enclosed=self.enclosed).walk(_REPORT_LEVELS))

    def first_reports(self, reports: Iterable[Report]) -> tuple[Report, ...]:
        """As many of them as are kept of one submission; that there were more is noted."""
        waiting = iter(reports)
        kept = tuple(islice(waiting, self.limits.reports))
        if next(waiting, None) is not None:
            self.unpacking.refuse("", "reports")
        return kept

    def texts_in(self, tree: Tree, hint: bytes) -> tuple[TextBody, ...]:
        """The readable bodies of one of the trees; of an attached mail only where its bytes hold the hint (lower case)."""
        if tree.message is self.root:
            return self.texts
        message = tree.message
        return texts_of(message, self.limits) if hint in message.buffer[message.start : message.end].lower() else ()

    @cached_property
    def words(self) -> str:
        """The reporter's own plain text: the first plain body, else the first HTML one as text."""
        plain = [body for body in self.texts if not body.html and not body.is_attachment]
        bodies = plain or [body for body in self.texts if not body.is_attachment]
        return bodies[0].text if bodies else ""

    @cached_property
    def letter(self) -> Letter:
        """The submission as somebody's own text."""
        date = self.root.header.first("date")
        return Letter(
            words=self.words,
            subject=self.root.header.text("subject"),
            sent_at=(parse_date(date.value) if date else None) or self.submission.arrived_at,
            bodies=tuple(body for body in self.texts if not body.is_attachment),
        )

    @cached_property
    def complaint(self) -> Complaint:
        """What that text says, with the logs and tables sent along."""
        enclosed = data_texts(self.root, self.texts, self.limits, self.unpacking)
        return read_complaint(replace(self.letter, enclosed=enclosed), self.limits)


class Strength(IntEnum):
    """How strong a find is; the strongest wins, ties go to the detector listed first."""

    NOTHING = 0
    WORDS = 1  # A person's own words.
    TEXT = 2  # Machine text with addresses, times or links, without a schema.
    HEAD_ONLY = 3  # From, Date, Subject of a mail: header-less.
    OUTERMOST = 4  # The submission itself, with its own Received chain: only where nothing in it is a report of its own.
    STRUCTURED = 5  # A machine report by schema, without a mail.
    FULL_HEADERS = 6  # A mail with its own Received chain.
    FINAL = 7  # Nothing else need be looked for: a bounce, an auto-reply.


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a detector found, how strong it is, and why it thinks so.

    reports: not empty.   looked_at: MIME path of what it read, span: byte range in it, None for the whole; for the trace.
    """

    reports: tuple[Report, ...]
    strength: Strength
    because: str
    looked_at: str = ""
    span: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Missed:
    """Why a detector found nothing."""

    because: str
    looked_at: str = ""


class Detector(Protocol):
    """One shape: a pure function from a scene to what it found or why not. It never raises on mail content."""

    def __call__(self, scene: Scene) -> Found | Missed:
        """Look for the shape."""
        ...


class Shape(NamedTuple):
    """One line of the list of shapes.

    at_most: the strongest find that it can make; it is not tried when something at least as strong was found before.
    joins: whether what it finds stands beside what others of the kind found, since each is another part.
    """

    name: str
    detect: Detector
    at_most: Strength
    joins: bool = False
