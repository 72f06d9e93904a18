"""Submissions erased: their raw mail and everything personal goes, in one transaction; what counts need, and the hash, stays.

A campaign keeps a copy of its first submission, which the others are compressed with. Before the first one goes, the others are
compressed alone, and the next one takes its place.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, delete, exists, insert, or_, select, text, update

from parsers.report import Role
from storage.audit import Act, append
from storage.counts import Counted
from storage.dictionaries import read_dictionary
from storage.engine import reading, writing
from storage.entry import storable
from storage.evidence import EvidenceDamaged, read_evidence
from storage.frames import FrameDamaged, compress, open_frame
from storage.notices import OPEN, NoticeState
from storage.search import unindex
from storage.states import State
from storage.tables import (
    CAMPAIGN,
    CAMPAIGN_KEY,
    CASE,
    CASE_HISTORY,
    CASE_SUBMISSION,
    EVIDENCE,
    EXPLANATION,
    NAME_COUNT,
    NOTICE,
    OUTBOX,
    REPORT,
    REPORT_ADDRESS,
    REPORT_LINK,
    SUBMISSION,
    SUBMISSION_HISTORY,
    SUBMISSION_WORDS,
)

LEANING = 200  # members of campaigns that one transaction compresses anew
_MOST_BYTES = 67_108_864  # of a document


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One transaction of a run.   erased: references.   raw_bytes: of their mails.   last: the number to go on from."""

    erased: tuple[str, ...]
    raw_bytes: int
    last: int


def lock_out_others(connection: Connection) -> None:
    """PostgreSQL: while a slice is erased nobody joins a campaign and nobody sets a hold; SQLite's writing transaction is alone already.

    In one order, before any row is locked, so that nobody waits in a circle.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE campaign_key IN ACCESS EXCLUSIVE MODE"))
        connection.execute(text("LOCK TABLE legal_hold IN SHARE MODE"))


def erase(connection: Connection, rows: Sequence[Row[Any]], after: int, act: Act) -> Slice:
    """Erase submissions (all columns, and the rule), ascending; those whose campaign still leans on them are left for the next slice."""
    ids = [row.id for row in rows]
    freed, waiting = _free_campaigns(connection, ids)
    going = [row for row in rows if row.id not in waiting]
    if going:
        _erase_contents(connection, [row.id for row in going])
        for campaign_id in freed:  # only now: what has just gone was compressed with their dictionaries
            _promote(connection, campaign_id, ids)
        _erase_reports(connection, going)
        _anonymise(connection, going)
        _remember(connection, going, act)
        _close_cases(connection, [row.id for row in going])
        _uncount(connection, going)
    references = tuple(row.told_reference for row in going)
    if going:
        rules = Counter(row.rule for row in going)
        append(connection, act, "retention", "retention", {"erased": list(references), "rules": dict(rules)})
    raw_bytes = sum(row.raw_bytes for row in going)
    return Slice(erased=references, raw_bytes=raw_bytes, last=min(waiting) - 1 if waiting else rows[-1].id)


def discard_moved(engine: Engine) -> None:
    """Delete from the archive what the store no longer needs there.   The place is forgotten after; whoever is killed does it again."""
    from storage.archive import discard

    e, s = EVIDENCE.c, SUBMISSION.c
    is_needless = or_(e.frame.is_not(None), s.state == State.ERASED.value)
    query = select(e.submission_id, e.location).join(SUBMISSION).where(e.location != "", is_needless)
    with reading(engine) as connection:
        moved = connection.execute(query).all()
    for number, location in moved:
        discard(location)
        with writing(engine) as connection:
            connection.execute(update(EVIDENCE).where(e.submission_id == number, e.location == location).values(location=""))


def _erase_contents(connection: Connection, ids: Sequence[int]) -> None:
    """Raw mail, decision, search words, letters, what is left to do."""
    for number in ids:
        with suppress(FrameDamaged):  # its words are not to be had: they stay in the index, and lead nowhere
            unindex(connection, number)
    connection.execute(update(EVIDENCE).where(EVIDENCE.c.submission_id.in_(ids)).values(frame=None, dictionary_id=None))
    for table in (EXPLANATION, SUBMISSION_WORDS, OUTBOX):
        connection.execute(delete(table).where(table.c.submission_id.in_(ids)))
    n = NOTICE.c
    never_sent = {"state": NoticeState.WITHHELD.value}
    connection.execute(update(NOTICE).where(n.submission_id.in_(ids), n.state.in_([state.value for state in OPEN])).values(never_sent))
    nothing = dict.fromkeys(("recipient", "because", "note", "subject", "body", "message_id"), "")
    connection.execute(update(NOTICE).where(n.submission_id.in_(ids)).values(nothing))


def _erase_reports(connection: Connection, rows: Sequence[Row[Any]]) -> None:
    """Of links the hosts stay (of what is sealed the locations too), of addresses the blocks."""
    ids, open_ids = [row.id for row in rows], [row.id for row in rows if not row.is_sealed]
    nothing = dict.fromkeys(("source_ip", "message_id", "subject"), "")
    connection.execute(update(REPORT).where(REPORT.c.submission_id.in_(ids)).values(nothing))
    connection.execute(update(REPORT_LINK).where(REPORT_LINK.c.submission_id.in_(open_ids)).values(url=""))
    a = REPORT_ADDRESS.c
    connection.execute(delete(REPORT_ADDRESS).where(a.submission_id.in_(ids), a.role != Role.SOURCE.value))
    connection.execute(update(REPORT_ADDRESS).where(a.submission_id.in_(ids)).values(ip=a.network, sort_key="", at=None))


def _anonymise(connection: Connection, rows: Sequence[Row[Any]]) -> None:
    nothing: dict[str, Any] = dict.fromkeys(("mail_from", "rcpt_to", "peer", "reporter", "subject", "message_id", "source_ip"), "")
    changed = (
        update(SUBMISSION).where(SUBMISSION.c.id == bindparam("key")).values(**nothing, state=State.ERASED.value, answer=bindparam("told"))
    )
    connection.execute(changed, [{"key": row.id, "told": _answer_without(row)} for row in rows])


def _answer_without(row: Row[Any]) -> str:
    """The answer as a repeat is told it: code, reason and reference, and nothing of what the mail was about."""
    code = " ".join(row.answer.split("[", 1)[0].split()[:2])
    return f"{code} [{row.reason}] {row.told_reference}" if code[:1].isdigit() else ""


def _remember(connection: Connection, rows: Sequence[Row[Any]], act: Act) -> None:
    """The history goes on without its notes, which may name anybody."""
    h = SUBMISSION_HISTORY
    connection.execute(update(h).where(h.c.submission_id.in_([row.id for row in rows])).values(note=""))
    steps = [
        {
            "submission_id": row.id, "at": act.at, "actor": storable(act.actor), "from_state": row.state,
            "to_state": State.ERASED.value, "note": row.rule,
        }
        for row in rows
    ]  # fmt: skip
    connection.execute(insert(h), steps)


def _close_cases(connection: Connection, ids: Sequence[int]) -> None:
    """A case of which nothing is left keeps its steps and loses its notes."""
    held, s = CASE_SUBMISSION.c, SUBMISSION.c
    left = select(held.case_id).join(SUBMISSION, s.id == held.submission_id).where(held.case_id == CASE.c.id, s.state != State.ERASED.value)
    touched = select(held.case_id).where(held.submission_id.in_(ids))
    emptied = connection.execute(select(CASE.c.id).where(CASE.c.id.in_(touched), ~exists(left))).scalars().all()
    connection.execute(update(CASE_HISTORY).where(CASE_HISTORY.c.case_id.in_(emptied)).values(note=""))


def _uncount(connection: Connection, rows: Sequence[Row[Any]]) -> None:
    """Reporters are counted by their address: an erased one's goes with the last of its submissions."""
    fewer = Counter((row.reporter, row.verdict) for row in rows if row.reporter)
    if not fewer:
        return
    n = NAME_COUNT.c
    is_reporter = n.kind == Counted.REPORTER.value
    counted = update(NAME_COUNT).where(is_reporter, n.name == bindparam("whose"), n.verdict == bindparam("of"))
    changes = [{"whose": name, "of": verdict, "fewer": fewer[name, verdict]} for name, verdict in sorted(fewer)]
    connection.execute(counted.values(number=n.number - bindparam("fewer")), changes)
    connection.execute(delete(NAME_COUNT).where(is_reporter, n.name.in_({name for name, _ in fewer}), n.number <= 0))


def _free_campaigns(connection: Connection, ids: Sequence[int]) -> tuple[Sequence[int], set[int]]:
    """Have nothing that stays lean on the submissions that are to go.

    The campaigns that lose their first one; and the submissions that must wait, since too much leans on them.
    """
    c, joined = CAMPAIGN.c, select(REPORT.c.campaign_id).where(REPORT.c.submission_id.in_(ids))
    own = select(SUBMISSION.c.campaign_id).where(SUBMISSION.c.id.in_(ids))
    firsts = connection.execute(
        select(c.id, c.first_submission_id)
        .where(c.first_submission_id.in_(ids), or_(c.id.in_(joined), c.id.in_(own)))
        .order_by(c.id)
    ).all()  # fmt: skip
    freed: list[int] = []
    waiting: set[int] = set()
    left = LEANING
    for campaign_id, first in firsts:
        leaning = _leaning(connection, campaign_id, ids, left + 1)
        for one in leaning[:left]:
            _stand_alone(connection, one)
        if len(leaning) > left:
            waiting.add(first)
        else:
            freed.append(campaign_id)
        left = max(0, left - len(leaning))
    return freed, waiting


def _leaning(connection: Connection, campaign_id: int, ids: Sequence[int], limit: int) -> Sequence[Any]:
    """What is kept of a campaign with its dictionary, apart from what is to go."""
    e, x, s = EVIDENCE.c, EXPLANATION.c, SUBMISSION.c
    return connection.execute(
        select(s.id, e.dictionary_id.label("mail_on"), x.dictionary_id.label("document_on"), x.document, x.words)
        .join(EVIDENCE, e.submission_id == s.id)
        .join(EXPLANATION, x.submission_id == s.id)
        .where(s.campaign_id == campaign_id, s.id.not_in(ids), or_(e.dictionary_id == campaign_id, x.dictionary_id == campaign_id))
        .order_by(s.id)
        .limit(limit)
    ).all()


def _stand_alone(connection: Connection, row: Row[Any]) -> None:
    """Compress one without the dictionary, also out of the archive; what does not open stays as it is, damaged."""
    if row.mail_on is not None:
        alone: dict[str, Any] = {"dictionary_id": None}
        with suppress(EvidenceDamaged):
            alone["frame"] = compress(read_evidence(connection, row.id))
        connection.execute(update(EVIDENCE).where(EVIDENCE.c.submission_id == row.id).values(alone))
    if row.document_on is not None:
        alone = {"dictionary_id": None}
        dictionary = read_dictionary(connection, row.document_on)
        with suppress(FrameDamaged):
            for name in ("document", "words"):
                alone[name] = compress(open_frame(bytes(getattr(row, name)), most_bytes=_MOST_BYTES, dictionary=dictionary))
        connection.execute(update(EXPLANATION).where(EXPLANATION.c.submission_id == row.id).values(alone))


def _promote(connection: Connection, campaign_id: int, ids: Sequence[int]) -> None:
    """The oldest that stays becomes the first, of which a dictionary can be made again; where none stays, nobody joins any more."""
    s = SUBMISSION.c
    next_one = connection.execute(
        select(s.id, s.subject)
        .where(s.campaign_id == campaign_id, s.id.not_in(ids), s.state != State.ERASED.value)
        .order_by(s.id)
        .limit(1)
    ).one_or_none()  # fmt: skip
    changes: dict[str, Any] = {"dictionary": None, "subject": next_one.subject if next_one else ""}
    if next_one:
        changes["first_submission_id"] = next_one.id
    else:
        connection.execute(delete(CAMPAIGN_KEY).where(CAMPAIGN_KEY.c.campaign_id == campaign_id))
    connection.execute(update(CAMPAIGN).where(CAMPAIGN.c.id == campaign_id).values(changes))
