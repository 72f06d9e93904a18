"""What is kept no longer: whose time has run out by the operator's rules, and the run that erases it.

A run goes in slices of one transaction each (storage/erasing.py). Killed at any instant, it leaves every submission either whole or
erased, and the next run goes on. What a hold lies on, and what an open case holds, is never touched.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, Row, case, exists, literal, not_, or_, select

from config.errors import StorageBusy
from config.sections import Retention
from routing.verdict import Verdict
from storage.audit import Act, append
from storage.engine import reading, writing
from storage.erasing import Slice, discard_moved, erase, lock_out_others
from storage.failures import Raced
from storage.holds import is_held
from storage.states import State
from storage.tables import AUDIT, CASE, CASE_SUBMISSION, COMPLETION, SUBMISSION

RUN = "retention-run"  # in the audit log, at the end of a run
SLICE = 50  # submissions in one transaction; the writer waits for it
EVERY = timedelta(days=1)  # a run
_RACES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How long something is kept.   name: "sealed", an event or a verdict.   applies: the SQL of "this submission falls under it"."""

    name: str
    days: int
    applies: ColumnElement[bool]

    def has_run_out(self, now: datetime) -> ColumnElement[bool]:
        """The SQL of "its time is over, and neither a case needs it any more nor an answer that was decided together with it"."""
        s, before = SUBMISSION.c, now - timedelta(days=self.days)
        needing = or_(CASE.c.closed_at.is_(None), CASE.c.closed_at >= before)
        held = select(CASE.c.id).join(CASE_SUBMISSION, CASE_SUBMISSION.c.case_id == CASE.c.id)
        in_case = exists(held.where(CASE_SUBMISSION.c.submission_id == s.id, needing))
        answer = SUBMISSION.alias("answer")
        answers = select(answer.c.id).join(COMPLETION, COMPLETION.c.submission_id == answer.c.id)
        is_answered = exists(answers.where(COMPLETION.c.earlier_id == s.id, answer.c.state != State.ERASED.value))
        return self.applies & (s.last_arrived_at < before) & not_(in_case) & not_(is_answered)


def rules_of(settings: Retention) -> Sequence[Rule]:
    """The rules that erase anything, of which at most one applies to a submission."""
    s = SUBMISSION.c
    own_rule = [str(event) for event in settings.events]
    days_of = {Verdict.ACCEPTED: settings.accepted_days, Verdict.REJECTED: settings.rejected_days, Verdict.HELD: settings.held_days}
    plain = not_(s.is_sealed) & s.verdict.is_not(None)
    rules = [Rule(name="sealed", days=settings.sealed_days, applies=s.is_sealed & s.verdict.is_not(None))]
    rules += [Rule(name=str(event), days=days, applies=plain & (s.event == str(event))) for event, days in settings.events.items()]
    rules += [
        Rule(name=str(one), days=days, applies=plain & (s.verdict == str(one)) & s.event.not_in(own_rule)) for one, days in days_of.items()
    ]
    return tuple(rule for rule in rules if rule.days)


def retain(engine: Engine, settings: Retention, now: datetime, act: Act) -> Iterator[Slice]:
    """Erase what has run out, oldest first; tells of each slice once it is durable.   Raises StorageError and its kin.

    At the end the log says what the run came to, and what was erased of a SQLite store is overwritten in its journal too.
    """
    rules = rules_of(settings)
    erased, after = 0, 0
    while rules and (done := _next_slice(engine, rules, now, act, after)) is not None:
        after = done.last
        erased += len(done.erased)
        yield done
    discard_moved(engine)
    with writing(engine) as connection:
        append(connection, act, RUN, "retention", {"erased": erased, "rules": {rule.name: rule.days for rule in rules}})
    _forget_journal(engine)


def last_run(connection: Connection) -> datetime | None:
    """When the last run ended, None when there was none."""
    a = AUDIT.c
    return connection.execute(select(a.at).where(a.subject == "retention", a.action == RUN).order_by(a.id.desc()).limit(1)).scalar()


def is_run_due(connection: Connection, settings: Retention, now: datetime) -> bool:
    """Whether there is a rule, and a day has gone by since the last run."""
    if not rules_of(settings):
        return False
    last = last_run(connection)
    return last is None or now - last.astimezone(UTC) >= EVERY


def _next_slice(engine: Engine, rules: Sequence[Rule], now: datetime, act: Act, after: int) -> Slice | None:
    """The next slice, None when there is none; another writer may be first a few times."""
    for _ in range(_RACES):
        try:
            with writing(engine) as connection:
                lock_out_others(connection)
                rows = _due_rows(connection, rules, now, after)
                return erase(connection, rows, after, act) if rows else None
        except Raced:
            continue
    raise StorageBusy("other writers are always first")


def _due_rows(connection: Connection, rules: Sequence[Rule], now: datetime, after: int) -> Sequence[Row[tuple[object, ...]]]:
    s = SUBMISSION.c
    query = select(SUBMISSION, rule_in(rules).label("rule")).where(s.id > after, *has_run_out(rules, now), not_(is_held()))
    return connection.execute(query.order_by(s.id).limit(SLICE).with_for_update(of=SUBMISSION)).all()


def has_run_out(rules: Sequence[Rule], now: datetime) -> Sequence[ColumnElement[bool]]:
    """The SQL of "is there, and its time is over by one of these rules"."""
    return SUBMISSION.c.state != State.ERASED.value, or_(*(rule.has_run_out(now) for rule in rules))


def rule_in(rules: Sequence[Rule]) -> ColumnElement[str]:
    """The SQL of the name of the rule that a submission falls under."""
    return case(*((rule.applies, literal(rule.name)) for rule in rules), else_=literal(""))


def _forget_journal(engine: Engine) -> None:
    """SQLite: pages as they were before lie in the journal until it is copied and cut; where somebody still reads, the next run does."""
    if engine.dialect.name == "sqlite":
        with reading(engine) as connection:
            connection.rollback()
            connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
