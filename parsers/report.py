"""What a submission holds: one Report for each thing complained of, and how it was found.

These are the values that flow from parsers to routing and storage; nothing here is decided yet.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address

from parsers.defects import Defect
from parsers.fields import HeaderBlock
from parsers.received import ReceivedHop

Address = IPv4Address | IPv6Address


class FoundAs(StrEnum):
    """The shape in which the reported thing stood in the submission."""

    BARE = "bare"  # The file itself is the reported mail.
    REDIRECTED = "redirected"  # The submission is the reported mail, redirected (Resent-*), auto-forwarded or list-expanded.
    ATTACHED = "attached"  # A message/rfc822 part or an attachment that is a mail.
    ARF = "arf"  # A feedback report (RFC 5965).
    XARF = "xarf"  # An X-ARF or XARF report of any version.
    ACNS = "acns"  # A copyright notice in ACNS XML.
    OUTLOOK_MSG = "outlook-msg"  # An OLE2 .msg file.
    TNEF = "tnef"  # A winmail.dat.
    ARCHIVE = "archive"  # A member of a zip or gzip file.
    MBOX = "mbox"  # One of several in an mbox.
    DIGEST = "digest"  # A child of multipart/digest.
    PASTED_HEADERS = "pasted-headers"  # A header block with Received lines pasted into a text.
    INLINE_FORWARD = "inline-forward"  # From, Date, Subject in a text, as a client's "forward" writes them: header-less.
    VENDOR_TEXT = "vendor-text"  # Machine text with a fixed layout: log lines, tables, labelled fields.
    OWN_WORDS = "own-words"  # A person's own words.
    BOUNCE = "bounce"  # A bounce, auto-reply or receipt.


class Feedback(StrEnum):
    """ARF Feedback-Type (RFC 5965 section 7.3, RFC 6591, RFC 6650)."""

    ABUSE = "abuse"  # Unsolicited mail.
    FRAUD = "fraud"  # Phishing or other fraud.
    VIRUS = "virus"  # A virus in the mail.
    NOT_SPAM = "not-spam"  # The reader says that it is wanted: opens no case.
    OPT_OUT = "opt-out"  # An unsubscription: opens no case.
    AUTH_FAILURE = "auth-failure"  # A DMARC or SPF failure report (RFC 6591).
    OTHER = "other"  # Anything else.


class Role(StrEnum):
    """What an address in a report is to it."""

    SOURCE = "source"  # The accused.
    TARGET = "target"  # The victim's, the reporter's own.
    MENTIONED = "mentioned"  # Stands there without being accused.


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageHead:
    """What identifies the reported mail for a person; decoded; "" or None where it is not there."""

    message_id: str = ""  # with angle brackets
    subject: str = ""
    from_: str = ""
    to: str = ""
    date: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedAddress:
    """An address that the report names.

    at: when it acted, aware.   is_zone_assumed: the zone was not stated and UTC was taken.
    origin: where it stood: "arf:source-ip", "xarf:source", "log-line", "label", "own-words", "x-originating-ip" ...
    """

    ip: Address
    role: Role
    origin: str
    at: datetime | None = None
    is_zone_assumed: bool = False
    port: int | None = None
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link in the reported thing.

    url: as it stood, refanged, where a browser opens it so, else as the browser writes it; the innermost one where it was rewritten.
    written: as it stood there.   wrapped: the rewriting service's link, "" when there was none.
    shown: the text that an HTML link shows, "" elsewhere.   host: lower case, A-labels; an address without brackets.
    origin: "text" "html" "shown" (what an HTML link shows, not where it leads) "qr" "calendar" "attachment" "arf" "xarf" "acns" "words".
    role: target is the rights holder's own page or the imitated one, as the report labels it; mentioned is the reporter's
    own site. Neither accuses anybody.
    """

    url: str
    host: str
    origin: str
    written: str = ""
    wrapped: str = ""
    shown: str = ""
    role: Role = Role.SOURCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A value that a machine report or a labelled line states.

    name: canonical, lower case: "source-ip", "feedback-type", "category", "comments-to-forward" ...
    is_derived: true when it was worked out from elsewhere, false when reported as such.
    """

    name: str
    value: str
    is_derived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A part that is listed and hashed, and not opened."""

    path: str
    filename: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """One thing complained of.

    path: MIME path of where it stood ("" is the submission itself, "2" its second part, "2!a.eml" a member of a container).
    span: byte range in that part's decoded content, None for the whole.
    header: the reported mail's own header block, None when there is no mail.   hops: its Received chain, newest first.
    has_full_headers: it has a Received chain of its own (SHAPES: full), redacted or not.
    source: the reported mail as bytes, for signatures and for the evidence; b"" when there is no mail.
    text: what is to be read for words: the reported mail's text, or the reporter's.   words: the reporter's own text around it.
    """

    found_as: FoundAs
    path: str = ""
    span: tuple[int, int] | None = None
    message: MessageHead | None = None
    header: HeaderBlock | None = None
    hops: tuple[ReceivedHop, ...] = ()
    has_full_headers: bool = False
    source: bytes = field(default=b"", repr=False)
    feedback: Feedback | None = None
    machine_type: str = ""  # a machine report's own class, e.g. "messaging/spam", "login_attack", "acns"
    stated: tuple[Stated, ...] = ()
    addresses: tuple[ReportedAddress, ...] = ()
    links: tuple[Link, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    text: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    defects: tuple[Defect, ...] = ()

    def stated_value(self, name: str) -> str:
        """The first stated value of that name, or ""."""
        return next((one.value for one in self.stated if one.name == name), "")


class Outcome(StrEnum):
    """How one step of the trace ended."""

    HIT = "hit"  # It applied.
    MISS = "miss"  # It was tried and did not apply.


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the trace: a rule or detector, whether it applied, and why, in a sentence."""

    rule: str
    outcome: Outcome
    because: str
    path: str = ""
    span: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """All that the parsers say of one submission.

    reports: never empty; in the order in which they stand.   head: the submission's own outermost header.
    is_automatic: Auto-Submitted, null sender or the like (RFC 3834): never answered by mail.
    is_to_desk: somebody wrote it to a desk; else it may itself be the reported mail, and what it shows only its author's word.
    language: "ja" or "en", the one in which to answer.   peeled: hops of the submission itself, never the spam's.
    """

    reports: tuple[Report, ...]
    head: MessageHead
    header: HeaderBlock
    is_automatic: bool = False
    is_to_desk: bool = True
    language: str = "en"
    peeled: tuple[ReceivedHop, ...] = ()
    steps: tuple[Step, ...] = ()
    defects: tuple[Defect, ...] = ()
