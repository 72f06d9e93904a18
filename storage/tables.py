"""The tables.   SQLModel classes without behaviour: rows are written by Core from recording.py and read by queries.py.

Words stand in the columns as the contract writes them; "" means that there is none, and NULL that it is not known or not yet.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, MetaData, String, Table, Text, text
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

from storage.columns import JsonText, LongInteger, UtcMoment
from storage.states import STATE_OF, State

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
OFTEN = 10  # times, from which on a name is worth a place in a list of the most frequent

METADATA = MetaData(naming_convention=_NAMES)


class Row(SQLModel):
    """What all tables share: one catalogue, apart from any other that the process may hold."""

    metadata = METADATA

    @declared_attr.directive
    @classmethod
    def __tablename__(cls) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The class's name, as SQL writes names: ReportLink is report_link."""
        return re.sub("(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()


def _id() -> Any:
    """A number that is never given twice."""
    return Field(default=None, primary_key=True, sa_type=LongInteger)


def _of(table: str, *, key: bool = False, index: bool = False) -> Any:
    """A reference to another table's row, which it leaves together with."""
    target = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Field(sa_type=LongInteger, sa_column_args=[target], primary_key=key, index=index)


def _at(*, optional: bool = False) -> Any:
    return Field(default=None, sa_type=UtcMoment, nullable=True) if optional else Field(sa_type=UtcMoment)


def _campaign() -> Any:
    """The campaign that a row belongs to, NULL for none."""
    return Field(default=None, sa_type=LongInteger, sa_column_args=[ForeignKey("campaign.id", ondelete="SET NULL")], nullable=True)


def _dictionary() -> Any:
    """The campaign whose dictionary opens a row's frame, NULL for none; it cannot leave before the row."""
    return Field(default=None, sa_type=LongInteger, sa_column_args=[ForeignKey("campaign.id")], nullable=True)


_TEXT = Field(sa_type=Text)
_NEVER_TWICE = {"sqlite_autoincrement": True}  # numbers are not given again, even after a deletion
_CLUSTERED = {"sqlite_with_rowid": False}  # the rows stand in the order of their key


def _where(condition: str) -> dict[str, Any]:
    """Make an index partial, in both engines."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def _words(column: str, words: Iterable[str]) -> str:
    """The SQL of "this column holds one of these words"; they are ours, from a closed set."""
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


def _state_fits_verdict() -> str:
    """The SQL of "decided rows have a verdict, and as long as nobody touched them the state is that verdict"."""
    decided = " OR ".join(f"(state = '{state}' AND verdict = '{verdict}')" for verdict, state in STATE_OF.items() if verdict)
    later = _words("state", [state for state in State if state not in STATE_OF.values()])
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
        CheckConstraint(_words("state", State), name="state"),
        CheckConstraint(_state_fits_verdict(), name="state_fits_verdict"),
        CheckConstraint("(verdict IS NULL) = (reason IS NULL)", name="verdict_has_reason"),
        Index(None, "verdict", "id"),
        Index(None, "reason", "id"),
        Index(None, "reason", "event", "id"),
        Index(None, "event", "verdict", "id"),
        Index(None, "reporter", "verdict", "id"),
        Index(None, "campaign_id", "verdict", "id", **_where("campaign_id IS NOT NULL")),
        _NEVER_TWICE,
    )
    id: int = _id()
    digest: str = Field(sa_type=String(64), unique=True)
    told_reference: str = Field(sa_type=String(16))
    state: str = Field(sa_type=String(16))
    verdict: str | None = Field(sa_type=String(16), nullable=True)
    reason: str | None = Field(sa_type=String(32), nullable=True)
    event: str = Field(sa_type=String(32))
    door: str = Field(sa_type=String(8))
    arrived_at: datetime = _at()
    mail_from: str = _TEXT
    rcpt_to: str = _TEXT
    peer: str = _TEXT
    reporter: str = _TEXT
    subject: str = _TEXT
    message_id: str = _TEXT
    source_ip: str = Field(sa_type=String(45))
    network: str = Field(sa_type=String(49))
    language: str = Field(sa_type=String(8))
    missing: str = _TEXT
    answer: str = _TEXT
    policy_version: str = Field(sa_type=String(64))
    raw_bytes: int = Field(sa_type=LongInteger)
    campaign_id: int | None = _campaign()
    is_automatic: bool
    is_sealed: bool
    repeats: int
    last_arrived_at: datetime = _at()


class Evidence(Row, table=True):
    """The raw mail of a submission.

    frame: one zstd frame, NULL when it was moved to location or deleted.   dictionary_id: the campaign whose dictionary opens it.
    """

    submission_id: int = _of("submission", key=True)
    sha256: str = Field(sa_type=String(64))
    raw_bytes: int = Field(sa_type=LongInteger)
    location: str = _TEXT
    dictionary_id: int | None = _dictionary()
    frame: bytes | None = Field(sa_type=LargeBinary, nullable=True)


class Explanation(Row, table=True):
    """Why: the document of the decision (JSON), what it is found by (storage/words.py), and the facts that it rested on.

    document, words: zstd frames, see Evidence.
    """

    submission_id: int = _of("submission", key=True)
    dictionary_id: int | None = _dictionary()
    document: bytes = Field(sa_type=LargeBinary)
    words: bytes = Field(sa_type=LargeBinary)
    facts: Any = Field(sa_type=JsonText)


class SubmissionWords(Row, table=True):
    """What a submission is found by on PostgreSQL, with a GIN index; SQLite has submission_search, an FTS5 index without a copy."""

    submission_id: int = _of("submission", key=True)
    words: str = _TEXT


class Report(Row, table=True):
    """One thing complained of in a submission.

    accused_kind, accused_value: "address" or "host" of ours, "" unless accepted.
    campaign_id: of what resembles it, NULL where the text is too short.
    """

    __table_args__ = (_CLUSTERED,)
    submission_id: int = _of("submission", key=True)
    position: int = Field(primary_key=True)
    verdict: str = Field(sa_type=String(16))
    reason: str = Field(sa_type=String(32))
    event: str = Field(sa_type=String(32))
    found_as: str = Field(sa_type=String(16))
    source_ip: str = Field(sa_type=String(45))
    grade: str = Field(sa_type=String(16))
    accused_kind: str = Field(sa_type=String(8))
    accused_value: str = _TEXT
    contractor: str = _TEXT
    service: str = _TEXT
    message_id: str = _TEXT
    subject: str = _TEXT
    campaign_id: int | None = _campaign()


class ReportLink(Row, table=True):
    """A host that a report links to, with the first such link.   in_network: NULL when that could not be told."""

    __table_args__ = (_CLUSTERED,)
    submission_id: int = _of("submission", key=True)
    position: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    host: str = _TEXT
    url: str = _TEXT
    in_network: bool | None = Field(default=None, nullable=True)


class ReportAddress(Row, table=True):
    """An address that a report names.   network, sort_key: its block and its place, see storage/blocks.py.   at: when it acted."""

    __table_args__ = (Index(None, "network", "submission_id", **_where("role = 'source'")), _CLUSTERED)
    submission_id: int = _of("submission", key=True)
    position: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    ip: str = Field(sa_type=String(45))
    sort_key: str = Field(sa_type=String(32))
    network: str = Field(sa_type=String(49))
    role: str = Field(sa_type=String(16))
    at: datetime | None = _at(optional=True)


class AbuseCase(Row, table=True):
    """What the desk works on: all submissions of one event that accuse one address or host of ours.

    case_key: event, kind and value; at most one case of a key is open.   submissions: how many it holds.
    first_action_at: when a person first did something.   due_at: when it is overdue in its state, NULL for never.
    (CASE is a word of SQL, hence the longer name.)
    """

    __table_args__ = (
        Index("uq_abuse_case_open_key", "case_key", unique=True, **_where("closed_at IS NULL")),
        Index("ix_abuse_case_due", "due_at", **_where("closed_at IS NULL AND due_at IS NOT NULL")),
        Index("ix_abuse_case_open_age", "opened_at", **_where("closed_at IS NULL")),
        Index(None, "case_key", "id"),
        Index(None, "state", "id"),
        Index(None, "event", "id"),
        Index(None, "contractor", "id"),
        _NEVER_TWICE,
    )
    id: int = _id()
    letters: str = Field(sa_type=String(14), index=True)
    case_key: str = _TEXT
    event: str = Field(sa_type=String(32))
    accused_kind: str = Field(sa_type=String(8))
    accused_value: str = _TEXT
    contractor: str = _TEXT
    service: str = _TEXT
    state: str = Field(sa_type=String(32))
    assignee: str = _TEXT
    opened_at: datetime = _at()
    last_report_at: datetime = _at()
    first_action_at: datetime | None = _at(optional=True)
    closed_at: datetime | None = _at(optional=True)
    due_at: datetime | None = _at(optional=True)
    submissions: int


class Campaign(Row, table=True):
    """Near-identical reports: what a person sees as one line.

    name: the reference of its first submission.   sketch: what the first one's text looks like (routing/campaign.py).
    dictionary: a copy of the first (storage/dictionaries.py) as a zstd frame, NULL until a second one comes.
    """

    __table_args__ = (Index("ix_campaign_several", "id", **_where("submissions > 1")), _NEVER_TWICE)
    id: int = _id()
    name: str = Field(sa_type=String(16))
    first_submission_id: int = Field(sa_type=LongInteger)
    subject: str = _TEXT
    event: str = Field(sa_type=String(32))
    submissions: int
    first_at: datetime = _at()
    last_at: datetime = _at()
    sketch: bytes = Field(sa_type=LargeBinary)
    dictionary: bytes | None = Field(default=None, sa_type=LargeBinary, nullable=True)


class CampaignKey(Row, table=True):
    """A key that near-identical texts share, and the campaign that had it first."""

    band: int = Field(primary_key=True, sa_type=LongInteger, sa_column_kwargs={"autoincrement": False})
    campaign_id: int = _of("campaign")


class CaseSubmission(Row, table=True):
    """That a case holds a submission."""

    __table_args__ = (_CLUSTERED,)
    case_id: int = _of("abuse_case", key=True)
    submission_id: int = _of("submission", key=True, index=True)


class CaseHistory(Row, table=True):
    """What happened to a case: who, when, from which state to which, and the note."""

    __table_args__ = (_NEVER_TWICE,)
    id: int = _id()
    case_id: int = _of("abuse_case", index=True)
    at: datetime = _at()
    actor: str = _TEXT
    action: str = Field(sa_type=String(32))
    from_state: str = Field(sa_type=String(32))
    to_state: str = Field(sa_type=String(32))
    note: str = _TEXT


class SubmissionHistory(Row, table=True):
    """What people did to a submission after it was recorded."""

    __table_args__ = (_NEVER_TWICE,)
    id: int = _id()
    submission_id: int = _of("submission", index=True)
    at: datetime = _at()
    actor: str = _TEXT
    from_state: str = Field(sa_type=String(16))
    to_state: str = Field(sa_type=String(16))
    note: str = _TEXT


class Completion(Row, table=True):
    """That a submission answers an earlier one and was decided together with it."""

    __table_args__ = (_CLUSTERED,)
    submission_id: int = _of("submission", key=True)
    earlier_id: int = _of("submission", index=True)


class Outbox(Row, table=True):
    """Work that is left to do after the answer; claimed with a lease, so that a dead node's work is taken over.

    kind: "decide", "notice" ...   done_at: NULL as long as it is open.   lease_until: nobody else may take it before.
    """

    __table_args__ = (
        Index("ix_outbox_due", "kind", "due_at", **_where("done_at IS NULL")),
        _NEVER_TWICE,
    )
    id: int = _id()
    kind: str = Field(sa_type=String(16))
    submission_id: int = _of("submission", index=True)
    due_at: datetime = _at()
    lease_until: datetime | None = _at(optional=True)
    holder: str = _TEXT
    attempts: int
    last_error: str = _TEXT
    done_at: datetime | None = _at(optional=True)


class Notice(Row, table=True):
    """A letter to a reporter or a contractor: at most one of a kind for a submission.

    note: what the desk adds in its own words.   body: as it is sent, "" until it is written.   because: why it was withheld or is dead.
    """

    __table_args__ = (
        Index("uq_notice_submission_id_kind", "submission_id", "kind", unique=True),
        Index(None, "recipient", "created_at"),
        Index("ix_notice_dead", "id", **_where("state = 'dead'")),
        _NEVER_TWICE,
    )
    id: int = _id()
    submission_id: int = _of("submission")
    kind: str = Field(sa_type=String(24))
    recipient: str = _TEXT
    state: str = Field(sa_type=String(16))
    because: str = _TEXT
    note: str = _TEXT
    subject: str = _TEXT
    body: str = _TEXT
    message_id: str = _TEXT
    created_at: datetime = _at()
    ended_at: datetime | None = _at(optional=True)


class Announcement(Row, table=True):
    """A prefix that a routing registry names one of our autonomous systems for.   seen_at: when it last did."""

    __table_args__ = (_CLUSTERED,)
    asn: int = Field(sa_type=LongInteger, primary_key=True)
    prefix: str = Field(sa_type=String(49), primary_key=True)
    seen_at: datetime = _at()


class DayCount(Row, table=True):
    """How many submissions came on a day (ISO, UTC), by verdict, reason and event."""

    __table_args__ = (_CLUSTERED,)
    day: str = Field(primary_key=True, sa_type=String(10))
    verdict: str = Field(primary_key=True, sa_type=String(16))
    reason: str = Field(primary_key=True, sa_type=String(32))
    event: str = Field(primary_key=True, sa_type=String(32))
    number: int = Field(sa_type=LongInteger)


class HourCount(Row, table=True):
    """How many submissions came in an hour, by verdict; first_id and last_id bound their rows."""

    __table_args__ = (_CLUSTERED,)
    hour: datetime = Field(primary_key=True, sa_type=UtcMoment)
    verdict: str = Field(primary_key=True, sa_type=String(16))
    number: int = Field(sa_type=LongInteger)
    first_id: int = Field(sa_type=LongInteger)
    last_id: int = Field(sa_type=LongInteger)


class NameCount(Row, table=True):
    """How many submissions came by verdict from a reporter, about a network or a contractor: kind says of which (storage/counts.py).

    Only what came often is indexed by number: most names come once, and would cost a page each.
    """

    __table_args__ = (Index(None, "kind", "verdict", "number", **_where(f"number >= {OFTEN}")), _CLUSTERED)
    kind: str = Field(primary_key=True, sa_type=String(16))
    name: str = Field(primary_key=True, sa_type=Text)
    verdict: str = Field(primary_key=True, sa_type=String(16))
    number: int = Field(sa_type=LongInteger)
    last_at: datetime = _at()


class LegalHold(Row, table=True):
    """What may not be erased, and why; it stays on record after it was lifted (storage/holds.py).

    kind, target_id: a submission's or a case's number; 0 for a contractor.   target: its reference, or the contractor's name.
    """

    __table_args__ = (
        Index("uq_legal_hold_open", "kind", "target_id", "target", unique=True, **_where("lifted_at IS NULL")),
        _NEVER_TWICE,
    )
    id: int = _id()
    kind: str = Field(sa_type=String(16))
    target_id: int = Field(sa_type=LongInteger)
    target: str = _TEXT
    set_at: datetime = _at()
    set_by: str = _TEXT
    why: str = _TEXT
    lifted_at: datetime | None = _at(optional=True)
    lifted_by: str = _TEXT
    lifted_why: str = _TEXT


class Audit(Row, table=True):
    """What staff did and what they looked at; append-only, each row's hash covers the one before."""

    __table_args__ = (Index(None, "subject"), _NEVER_TWICE)
    id: int = _id()
    at: datetime = _at()
    actor: str = _TEXT
    action: str = Field(sa_type=String(48))
    subject: str = _TEXT
    detail: str = _TEXT
    previous: str = Field(sa_type=String(64))
    hash: str = Field(sa_type=String(64), unique=True)


def _table(row: type[Row]) -> Table:
    return METADATA.tables[str(row.__tablename__)]


SUBMISSION = _table(Submission)
EVIDENCE = _table(Evidence)
EXPLANATION = _table(Explanation)
SUBMISSION_WORDS = _table(SubmissionWords)
REPORT = _table(Report)
REPORT_LINK = _table(ReportLink)
REPORT_ADDRESS = _table(ReportAddress)
CASE = _table(AbuseCase)
CAMPAIGN = _table(Campaign)
CAMPAIGN_KEY = _table(CampaignKey)
CASE_SUBMISSION = _table(CaseSubmission)
CASE_HISTORY = _table(CaseHistory)
SUBMISSION_HISTORY = _table(SubmissionHistory)
COMPLETION = _table(Completion)
OUTBOX = _table(Outbox)
NOTICE = _table(Notice)
ANNOUNCEMENT = _table(Announcement)
DAY_COUNT = _table(DayCount)
HOUR_COUNT = _table(HourCount)
NAME_COUNT = _table(NameCount)
LEGAL_HOLD = _table(LegalHold)
AUDIT = _table(Audit)
