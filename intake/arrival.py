"""A mail that has come in at a door and is not decided yet; its bytes may still lie in a file."""

from dataclasses import dataclass, field
from datetime import datetime

from intake.spool import Spool
from parsers.submission import Door, Earlier, Envelope, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A submission before its bytes are needed.   completes: as of the submission."""

    spool: Spool
    door: Door
    arrived_at: datetime
    envelope: Envelope = field(default_factory=Envelope)
    name: str = ""
    completes: tuple[Earlier, ...] = ()

    @property
    def origin(self) -> str:
        """Where it came from, for taking turns."""
        return str(self.envelope.peer or "")

    @property
    def head(self) -> Submission:
        """The submission without its bytes."""
        return self._submission(b"")

    @property
    def submission(self) -> Submission:
        """The whole submission, read into memory."""
        return self._submission(self.spool.read())

    def _submission(self, raw: bytes) -> Submission:
        return Submission(
            raw=raw,
            door=self.door,
            arrived_at=self.arrived_at,
            envelope=self.envelope,
            name=self.name,
            completes=self.completes,
        )


def arrival_of(submission: Submission) -> Arrival:
    """A submission whose bytes are in memory anyway."""
    spool = Spool()
    spool.hold(submission.raw)
    return Arrival(
        spool=spool,
        door=submission.door,
        arrived_at=submission.arrived_at,
        envelope=submission.envelope,
        name=submission.name,
        completes=submission.completes,
    )
