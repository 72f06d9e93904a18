"""Stored submissions decided again with today's networks and rules: what would change, and, when told so, the change itself."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from parsers.submission import Submission
from routing.facts import Facts
from routing.verdict import Reason, Verdict
from storage.audit import Act
from storage.engine import reading, writing
from storage.entry import Entry
from storage.replaying import Stored, apply_verdict, stored_submissions

Redecide = Callable[[Submission, Facts], Entry]


@dataclass(frozen=True, kw_only=True)
class Change:
    """A submission that would be decided differently today."""

    stored: Stored
    entry: Entry

    @property
    def verdict(self) -> Verdict:
        """Today's verdict."""
        assert self.entry.verdict is not None
        return self.entry.verdict

    @property
    def reason(self) -> Reason:
        """Today's reason."""
        assert self.entry.reason is not None
        return self.entry.reason


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What a replay found.   decided: how many submissions it looked at.   changes: newest first."""

    decided: int
    changes: tuple[Change, ...]

    @property
    def by_reason(self) -> list[tuple[str, str, int]]:
        """From which reason to which, and how many, most first."""
        counted = Counter((str(one.stored.reason), str(one.reason)) for one in self.changes)
        return [(*pair, number) for pair, number in counted.most_common()]


def replay(
    engine: Engine, redecide: Redecide, *, verdict: Verdict | None = None, since: datetime | None = None, limit: int | None = None
) -> Difference:
    """Decide again, from the stored bytes and the stored facts; nothing is written."""
    decided = 0
    changes = []
    with reading(engine) as connection:
        for stored in stored_submissions(connection, verdict=verdict, since=since, limit=limit):
            decided += 1
            change = _change(stored, redecide)
            if change is not None:
                changes.append(change)
    return Difference(decided=decided, changes=tuple(changes))


def apply(engine: Engine, changes: tuple[Change, ...], act: Act) -> int:
    """Store the new verdicts, each in a transaction of its own; gives how many, since a person may have been first."""
    return sum(_applied(engine, changes, act))


def _applied(engine: Engine, changes: tuple[Change, ...], act: Act) -> Iterator[bool]:
    for change in changes:
        with writing(engine) as connection:
            yield apply_verdict(connection, change.stored, change.entry, act)


def _change(stored: Stored, redecide: Redecide) -> Change | None:
    if stored.reason in (Reason.OVER_LIMITS, Reason.WORKER_DIED):
        return None  # reading it cost a worker its life: a person decides, not this process
    entry = redecide(stored.submission, stored.facts)
    return Change(stored=stored, entry=entry) if entry.reason is not stored.reason else None
