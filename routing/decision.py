"""What was decided, whole: the values that decide() gives and that the store, the answers and the desk read."""

from dataclasses import dataclass

from config.events import Event, Item
from config.prefixes import Assignment
from parsers.defects import Defect
from parsers.report import Address, Link, Report, ReportedAddress, Step
from routing.provenance import Provenance
from routing.verdict import VERDICT_OF, Reason, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLink:
    """A link, the addresses of its host, and whether it is ours.

    is_own: None when that could not be told (unresolved host, not an own name).
    """

    link: Link
    addresses: tuple[Address, ...] = ()
    is_own: bool | None = None
    assignment: Assignment | None = None
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedAddress:
    """An address that the report names, and whether it was ours at that time."""

    reported: ReportedAddress
    is_own: bool
    assignment: Assignment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accusation:
    """The one thing a case is opened for: an address or a link host of ours, and who held it."""

    kind: str  # "address" or "host"
    value: str
    assignment: Assignment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDecision:
    """One report's verdict and all it rests on.

    event_because: how the event was told.   missing: items of the event's contract that are not there.
    accusation: None unless accepted.   steps: rules tried for this report, hits and misses, in order.
    """

    report: Report
    provenance: Provenance
    event: Event
    event_because: str
    reason: Reason
    missing: tuple[Item, ...] = ()
    links: tuple[JudgedLink, ...] = ()
    addresses: tuple[JudgedAddress, ...] = ()
    accusation: Accusation | None = None
    steps: tuple[Step, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The verdict that the reason belongs to."""
        return VERDICT_OF[self.reason]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A submission's verdict: accepted if any report is, else held if any is, else rejected; the reason is that report's."""

    reports: tuple[ReportDecision, ...]
    leading: ReportDecision  # the one whose verdict, reason and event stand for the submission
    steps: tuple[Step, ...] = ()
    defects: tuple[Defect, ...] = ()
    language: str = "en"
    is_automatic: bool = False

    @property
    def verdict(self) -> Verdict:
        """The leading report's verdict."""
        return self.leading.verdict
