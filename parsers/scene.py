"""What every detector looks at: one submission, opened once."""

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Protocol

from config.limits import Limits
from parsers.bodies import TextBody, texts_of
from parsers.mime import Part, parse_mime
from parsers.report import Report
from parsers.submission import Submission


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A submission with its MIME tree and readable texts; each is worked out once, when first asked for.

    desk_addresses: the desk's own addresses, lower case; a mail addressed to one of them is a reporter's.
    """

    submission: Submission
    limits: Limits
    desk_addresses: tuple[str, ...] = ()

    @cached_property
    def root(self) -> Part:
        """The submission's MIME tree."""
        return parse_mime(self.submission.raw, self.limits)

    @cached_property
    def texts(self) -> tuple[TextBody, ...]:
        """The readable bodies of the submission itself."""
        return texts_of(self.root, self.limits)

    @cached_property
    def words(self) -> str:
        """The reporter's own plain text: the first plain body, else the first HTML one as text."""
        plain = [body for body in self.texts if not body.html and not body.is_attachment]
        bodies = plain or [body for body in self.texts if not body.is_attachment]
        return bodies[0].text if bodies else ""


class Strength(IntEnum):
    """How strong a find is; the strongest wins, ties go to the detector listed first."""

    NOTHING = 0
    WORDS = 1  # A person's own words.
    TEXT = 2  # Machine text with addresses, times or links, without a schema.
    HEAD_ONLY = 3  # From, Date, Subject of a mail: header-less.
    STRUCTURED = 4  # A machine report by schema, without a mail.
    FULL_HEADERS = 5  # A mail with its own Received chain.
    FINAL = 6  # Nothing else need be looked for: a bounce, an auto-reply.


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a detector found, how strong it is, and why it thinks so.

    reports: not empty.   looked_at: MIME path or byte range of what it read, for the trace.
    """

    reports: tuple[Report, ...]
    strength: Strength
    because: str
    looked_at: str = ""


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
