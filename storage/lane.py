"""How a group of entries reaches a store: a handful of statements, known by name, in one transaction.

Two lanes run them: SQLite's by the standard library, with texts that were printed from the tables (sqlite_statements.py), so that
a pipe pays for no library that it does not need; PostgreSQL's by SQLAlchemy Core. What is done with them is in recording.py, once.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

Row = Mapping[str, object]

BUSY_TIMEOUT_MS = 4_000  # two of them fit into the ten seconds that a sender may have to wait


class Ask(StrEnum):
    """A question about rows by their keys."""

    KNOWN = "known"  # id, digest, state, verdict, reason, told_reference, answer of the submissions with those digests
    CAMPAIGNS = "campaigns"  # id, key, sketch of the campaigns that own those keys
    DICTIONARIES = (
        "dictionaries"  # id, dictionary of those campaigns; where there is none yet: frame, raw_bytes, document, words of the first
    )
    CASES = "cases"  # id, case_key, letters, event, is_open of the cases with those keys, open or closed after `since`; oldest first


class Write(StrEnum):
    """Something to do for each of many rows."""

    SUBMISSION = "submission"
    SETTLE = "settle"  # a submission that was received gets its verdict
    SETTLED = "settled"  # ... and nobody needs to decide it any more
    REPEAT = "repeat"  # a submission came again
    EVIDENCE = "evidence"
    EXPLANATION = "explanation"
    WORDS = "words"  # PostgreSQL only
    SEARCH = "search"  # SQLite only: PostgreSQL indexes the words by itself
    REPORT = "report"
    LINK = "link"
    ADDRESS = "address"
    ERRAND = "errand"
    CASE = "case"
    CASE_AGAIN = "case-again"  # new evidence opens a closed case
    CASE_JOINED = "case-joined"  # a case holds more submissions than before
    CASE_SUBMISSION = "case-submission"
    CASE_HISTORY = "case-history"
    COMPLETION = "completion"
    COMPLETED = "completed"  # what was missing of a submission has come
    SUBMISSION_HISTORY = "submission-history"
    CAMPAIGN = "campaign"
    CAMPAIGN_KEY = "campaign-key"
    CAMPAIGN_JOINED = "campaign-joined"  # a campaign holds more submissions than before
    DICTIONARY = "dictionary"  # the copy of the first, which the others of a campaign are compressed with
    DAY_COUNT = "day-count"
    HOUR_COUNT = "hour-count"
    NAME_COUNT = "name-count"


class Numbered(StrEnum):
    """A table whose numbers are reserved before its rows are written; the value is its name."""

    SUBMISSION = "submission"
    CASE = "abuse_case"
    CAMPAIGN = "campaign"


class Lane(Protocol):
    """One connection to a store, used by one thread.   Everything raises StorageError and its kin, and nothing else of the driver's."""

    def transaction(self) -> AbstractContextManager[None]:
        """Commit at the end, durably; roll back on any exception."""
        ...

    def ask(self, what: Ask, keys: Sequence[str] | Sequence[int], *, since: datetime | None = None) -> Sequence[Sequence[Any]]:
        """The rows that the question names."""
        ...

    def write(self, what: Write, rows: Sequence[Row]) -> None:
        """Do it for each row, in their order."""
        ...

    def reserve(self, table: Numbered, count: int) -> Sequence[int]:
        """That many new numbers, ascending."""
        ...

    def close(self) -> None:
        """Let go of the connection; the next transaction makes a new one."""
        ...
