"""A mail that has come in at a door and is not decided yet; its bytes may still lie in a file."""

from dataclasses import dataclass, field
from datetime import datetime

from intake.spool import Spool
from parsers.submission import Door, Envelope, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A submission before its bytes are needed."""

    spool: Spool
    door: Door
    arrived_at: datetime
    envelope: Envelope = field(default_factory=Envelope)
    name: str = ""

    @property
    def origin(self) -> str:
        """Where it came from, for taking turns."""
        return str(self.envelope.peer or "")

    @property
    def head(self) -> Submission:
        """The submission without its bytes."""
        return Submission(raw=b"", door=self.door, arrived_at=self.arrived_at, envelope=self.envelope, name=self.name)

    @property
    def submission(self) -> Submission:
        """The whole submission, read into memory."""
        return Submission(raw=self.spool.read(), door=self.door, arrived_at=self.arrived_at, envelope=self.envelope, name=self.name)


def arrival_of(submission: Submission) -> Arrival:
    """A submission whose bytes are in memory anyway."""
    spool = Spool()
    spool.hold(submission.raw)
    return Arrival(spool=spool, door=submission.door, arrived_at=submission.arrived_at, envelope=submission.envelope, name=submission.name)
