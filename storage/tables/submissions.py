"""What came in, why it was decided so, and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, String
from sqlmodel import Field

from storage.columns import JsonText, LongInteger
from storage.states import STATE_OF, State
from storage.tables.row import CLUSTERED, NEVER_TWICE, TEXT, Row, at_moment, campaign, dictionary, numbered, of, table, where, words_in


def _state_fits_verdict() -> str:
    """The SQL of "decided rows have a verdict, and as long as nobody touched them the state is that verdict"."""
    decided = " OR ".join(f"(state = '{state}' AND verdict = '{verdict}')" for verdict, state in STATE_OF.items() if verdict)
    later = words_in("state", [state for state in State if state not in STATE_OF.values()])
    return f"(state = '{State.RECEIVED}' AND verdict IS NULL) OR {decided} OR ({later} AND verdict IS NOT NULL)"


class Submission(Row, table=True):
    """One message that came in, and what became of it.

    digest: identity (see parsers/submission.py); the letters of its reference are its first fifteen digits.
    told_reference, answer: what the reporter was told, word for word; a repeat is told the same.   repeats: times it came again.
    network: the block that the accused address lies in, for counting.   source_ip: that address, "" when there is none.
    reporter: the From address.   subject, message_id: the reported mail's, where there is one.   campaign_id: of the leading report.
    is_sealed: it concerns child abuse material; whoever opens the mail needs a permission of its own.
    """

    __table_args__ = (
        CheckConstraint(words_in("state", State), name="state"),
        CheckConstraint(_state_fits_verdict(), name="state_fits_verdict"),
        CheckConstraint("(verdict IS NULL) = (reason IS NULL)", name="verdict_has_reason"),
        Index(None, "verdict", "id"),
        Index(None, "reason", "id"),
        Index(None, "reason", "event", "id"),
        Index(None, "event", "verdict", "id"),
        Index(None, "reporter", "verdict", "id"),
        Index(None, "campaign_id", "verdict", "id", **where("campaign_id IS NOT NULL")),
        NEVER_TWICE,
    )
    id: int = numbered()
    digest: str = Field(sa_type=String(64), unique=True)
    told_reference: str = Field(sa_type=String(16))
    state: str = Field(sa_type=String(16))
    verdict: str | None = Field(sa_type=String(16), nullable=True)
    reason: str | None = Field(sa_type=String(32), nullable=True)
    event: str = Field(sa_type=String(32))
    door: str = Field(sa_type=String(8))
    arrived_at: datetime = at_moment()
    mail_from: str = TEXT
    rcpt_to: str = TEXT
    peer: str = TEXT
    reporter: str = TEXT
    subject: str = TEXT
    message_id: str = TEXT
    source_ip: str = Field(sa_type=String(45))
    network: str = Field(sa_type=String(49))
    language: str = Field(sa_type=String(8))
    missing: str = TEXT
    answer: str = TEXT
    policy_version: str = Field(sa_type=String(64))
    raw_bytes: int = Field(sa_type=LongInteger)
    campaign_id: int | None = campaign()
    is_automatic: bool
    is_sealed: bool
    repeats: int
    last_arrived_at: datetime = at_moment()


class Evidence(Row, table=True):
    """The raw mail of a submission.

    frame: one zstd frame, NULL when it was moved to location or deleted.   dictionary_id: the campaign whose dictionary opens it.
    """

    submission_id: int = of("submission", key=True)
    sha256: str = Field(sa_type=String(64))
    raw_bytes: int = Field(sa_type=LongInteger)
    location: str = TEXT
    dictionary_id: int | None = dictionary()
    frame: bytes | None = Field(sa_type=LargeBinary, nullable=True)


class Explanation(Row, table=True):
    """Why: the document of the decision (JSON), what it is found by (storage/words.py), and the facts that it rested on.

    document, words: zstd frames, see Evidence.
    """

    submission_id: int = of("submission", key=True)
    dictionary_id: int | None = dictionary()
    document: bytes = Field(sa_type=LargeBinary)
    words: bytes = Field(sa_type=LargeBinary)
    facts: Any = Field(sa_type=JsonText)


class SubmissionWords(Row, table=True):
    """What a submission is found by on PostgreSQL, with a GIN index; SQLite has submission_search, an FTS5 index without a copy."""

    submission_id: int = of("submission", key=True)
    words: str = TEXT


class SubmissionHistory(Row, table=True):
    """What people did to a submission after it was recorded."""

    __table_args__ = (NEVER_TWICE,)
    id: int = numbered()
    submission_id: int = of("submission", index=True)
    at: datetime = at_moment()
    actor: str = TEXT
    from_state: str = Field(sa_type=String(16))
    to_state: str = Field(sa_type=String(16))
    note: str = TEXT


class Completion(Row, table=True):
    """That a submission answers an earlier one and was decided together with it."""

    __table_args__ = (CLUSTERED,)
    submission_id: int = of("submission", key=True)
    earlier_id: int = of("submission", index=True)


SUBMISSION = table(Submission)
EVIDENCE = table(Evidence)
EXPLANATION = table(Explanation)
SUBMISSION_WORDS = table(SubmissionWords)
SUBMISSION_HISTORY = table(SubmissionHistory)
COMPLETION = table(Completion)
