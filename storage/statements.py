"""The statements of the lanes, made from the tables by SQLAlchemy Core.

The SQLite lane runs their texts without SQLAlchemy: `python -m storage.statements` prints sqlite_statements.py, and a test fails when
that file differs.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    Executable,
    Insert,
    Table,
    and_,
    bindparam,
    case,
    insert,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage.dictionaries import MOST_BYTES
from storage.lane import Ask, Write
from storage.search import SEARCH
from storage.states import State
from storage.tables import (
    CAMPAIGN,
    CAMPAIGN_KEY,
    CASE,
    CASE_HISTORY,
    CASE_SUBMISSION,
    COMPLETION,
    DAY_COUNT,
    EVIDENCE,
    EXPLANATION,
    HOUR_COUNT,
    NAME_COUNT,
    OUTBOX,
    REPORT,
    REPORT_ADDRESS,
    REPORT_LINK,
    SUBMISSION,
    SUBMISSION_HISTORY,
    SUBMISSION_WORDS,
)

_SETTLED_COLUMNS = (
    "state", "verdict", "reason", "event", "told_reference", "answer", "reporter", "subject", "message_id", "source_ip", "network",
    "language", "missing", "policy_version", "campaign_id", "is_automatic", "is_sealed",
)  # fmt: skip
_UNNUMBERED = (OUTBOX, CASE_HISTORY, SUBMISSION_HISTORY)


def questions() -> dict[Ask, Executable]:
    """The questions, for any dialect; `keys` expands to as many as are given."""
    s, c = SUBMISSION.c, CASE.c
    keys: BindParameter[list[str]] = bindparam("keys", expanding=True)
    return {
        Ask.KNOWN: select(s.id, s.digest, s.state, s.verdict, s.reason, s.told_reference, s.answer).where(s.digest.in_(keys)),
        Ask.CAMPAIGNS: select(CAMPAIGN.c.id, CAMPAIGN_KEY.c.band, CAMPAIGN.c.sketch)
        .join(CAMPAIGN, CAMPAIGN.c.id == CAMPAIGN_KEY.c.campaign_id)
        .where(CAMPAIGN_KEY.c.band.in_(keys)),
        Ask.DICTIONARIES: _dictionaries(keys),
        Ask.CASES: select(c.id, c.case_key, c.letters, c.event, c.closed_at.is_(None).label("is_open"))
        .where(c.case_key.in_(keys), or_(c.closed_at.is_(None), c.closed_at >= bindparam("since")))
        .order_by(c.id),
    }


def writes(dialect: str) -> dict[Write, Executable]:
    """What is done for each row; the row's keys are the names of its parameters."""
    s, c = SUBMISSION.c, CASE.c
    return {
        Write.SUBMISSION: insert(SUBMISSION),
        Write.SETTLE: update(SUBMISSION)
        .where(s.id == bindparam("key"), s.state == _word(State.RECEIVED))
        .values({name: bindparam(f"new_{name}") for name in _SETTLED_COLUMNS}),
        Write.SETTLED: update(OUTBOX)
        .where(OUTBOX.c.submission_id == bindparam("key"), OUTBOX.c.done_at.is_(None))
        .values(done_at=bindparam("moment")),
        Write.REPEAT: update(SUBMISSION)
        .where(s.id == bindparam("key"))
        .values(repeats=s.repeats + bindparam("times"), last_arrived_at=bindparam("moment")),
        Write.EVIDENCE: insert(EVIDENCE),
        Write.EXPLANATION: insert(EXPLANATION),
        Write.WORDS: insert(SUBMISSION_WORDS),
        Write.SEARCH: insert(SEARCH),
        Write.REPORT: insert(REPORT),
        Write.LINK: insert(REPORT_LINK),
        Write.ADDRESS: insert(REPORT_ADDRESS),
        Write.ERRAND: insert(OUTBOX),
        Write.CASE: insert(CASE),
        Write.CASE_AGAIN: update(CASE)
        .where(c.id == bindparam("key"))
        .values(state=bindparam("new_state"), due_at=bindparam("new_due"), closed_at=null()),
        Write.CASE_JOINED: update(CASE)
        .where(c.id == bindparam("key"))
        .values(submissions=c.submissions + bindparam("more"), last_report_at=_later(c.last_report_at, bindparam("moment"))),
        Write.CASE_SUBMISSION: insert(CASE_SUBMISSION),
        Write.CASE_HISTORY: insert(CASE_HISTORY),
        Write.COMPLETION: insert(COMPLETION),
        Write.COMPLETED: update(SUBMISSION).where(s.id == bindparam("key")).values(state=_word(State.COMPLETED)),
        Write.SUBMISSION_HISTORY: insert(SUBMISSION_HISTORY),
        Write.CAMPAIGN: insert(CAMPAIGN),
        Write.CAMPAIGN_KEY: insert(CAMPAIGN_KEY),
        Write.CAMPAIGN_JOINED: update(CAMPAIGN)
        .where(CAMPAIGN.c.id == bindparam("key"))
        .values(submissions=CAMPAIGN.c.submissions + bindparam("more"), last_at=_later(CAMPAIGN.c.last_at, bindparam("moment"))),
        Write.DICTIONARY: update(CAMPAIGN).where(CAMPAIGN.c.id == bindparam("key")).values(dictionary=bindparam("copy")),
        Write.DAY_COUNT: _day_count(dialect),
        Write.HOUR_COUNT: _hour_count(dialect),
        Write.NAME_COUNT: _name_count(dialect),
    }


def _dictionaries(keys: BindParameter[list[str]]) -> Executable:
    """Locks the campaigns: of two writers who would make a dictionary, the second finds it."""
    c, e, x = CAMPAIGN.c, EVIDENCE.c, EXPLANATION.c
    is_missing: Any = c.dictionary.is_(None)
    size: Any = literal_column(str(MOST_BYTES))
    mail = and_(e.submission_id == c.first_submission_id, e.dictionary_id.is_(None), e.raw_bytes <= size, is_missing)
    document = and_(x.submission_id == c.first_submission_id, x.dictionary_id.is_(None), is_missing)
    return (
        select(c.id, c.dictionary, e.frame, e.raw_bytes, x.document, x.words)
        .select_from(CAMPAIGN)
        .join(EVIDENCE, mail, isouter=True)
        .join(EXPLANATION, document, isouter=True)
        .where(c.id.in_(keys))
        .order_by(c.id)
        .with_for_update(of=CAMPAIGN)
    )


def columns_of(statement: Executable) -> list[str] | None:
    """The columns that an insertion's rows hold; None for what is not a plain insertion."""
    if not isinstance(statement, Insert):
        return None
    target = statement.table
    return [one.name for one in target.columns if not (target in _UNNUMBERED and one.name == "id")]


def _day_count(dialect: str) -> Executable:
    return _upsert(dialect, DAY_COUNT, lambda new: {"number": DAY_COUNT.c.number + new.number})


def _hour_count(dialect: str) -> Executable:
    h = HOUR_COUNT.c
    return _upsert(dialect, HOUR_COUNT, lambda new: {
        "number": h.number + new.number,
        "first_id": case((new.first_id < h.first_id, new.first_id), else_=h.first_id),
        "last_id": case((new.last_id > h.last_id, new.last_id), else_=h.last_id),
    })  # fmt: skip


def _name_count(dialect: str) -> Executable:
    n = NAME_COUNT.c
    return _upsert(dialect, NAME_COUNT, lambda new: {"number": n.number + new.number, "last_at": _later(n.last_at, new.last_at)})


def _upsert(dialect: str, target: Table, change: Callable[[Any], Mapping[str, Any]]) -> Executable:
    """Insert a row, or change the one that has its key; both dialects say it in the same words."""
    inserting: Any = sqlite.insert(target) if dialect == "sqlite" else postgresql.insert(target)
    return inserting.on_conflict_do_update(index_elements=list(target.primary_key.columns), set_=change(inserting.excluded))  # type: ignore[no-any-return]


def _word(word: State) -> Any:
    """One of our own words, as it stands in the text of the statement."""
    return literal_column(f"'{word}'")


def _later(one: Column[Any], other: Any) -> Any:
    return case((other > one, other), else_=one)


def sqlite_text(statement: Any) -> str:
    """The statement as SQLite is given it, with named parameters; many keys come as one JSON array."""
    dialect = sqlite.dialect(paramstyle="named")
    compiled = statement.compile(dialect=dialect, column_keys=columns_of(statement))
    assert all(parameter.required for parameter in compiled.binds.values()), "every value is a named parameter or a word in the text"
    return " ".join(str(compiled).replace("(__[POSTCOMPILE_keys])", "(SELECT value FROM json_each(:keys))").split())


def sqlite_page() -> str:
    """sqlite_statements.py."""
    lines = [
        '"""The statements of the SQLite lane.',
        "",
        "Printed from storage/tables/ by `python -m storage.statements`; a test fails when it differs.",
        '"""',
        "",
        "from storage.lane import Ask, Write",
        "",
        "QUESTIONS: dict[Ask, str] = {",
        *(f"    Ask.{what.name}: {_quoted(sqlite_text(statement))}," for what, statement in questions().items()),
        "}",
        "",
        "WRITES: dict[Write, str] = {",
        *(f"    Write.{what.name}: {_quoted(sqlite_text(statement))}," for what, statement in writes("sqlite").items()),
        "}",
    ]
    return "\n".join((*lines, ""))


def _quoted(text: str) -> str:
    """A string literal over as many lines as it takes to stay within the line length."""
    words, lines = text.split(" "), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 116:
            lines.append("")
        lines[-1] += word + " "
    lines[-1] = lines[-1][:-1]
    return "(\n" + "".join(f'        "{line}"\n' for line in lines) + "    )"


if __name__ == "__main__":
    print(sqlite_page(), end="")
