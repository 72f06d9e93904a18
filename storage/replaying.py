"""Stored submissions as they came in, to be decided again; and a new verdict put in the place of the old one.

What was told to the reporter stays as it was told, and so does the reference: a replay changes what the desk thinks of a
submission, and never what was said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from config.limits import Limits
from parsers.submission import Door, Envelope, Submission
from routing.facts import Facts
from routing.verdict import Reason, Verdict
from storage.answered import completed_by
from storage.audit import Act, append
from storage.cases import NOTE_CHARS
from storage.counts import Counted
from storage.dictionaries import read_dictionary
from storage.entry import Entry, storable
from storage.evidence import EvidenceDamaged, EvidenceElsewhere, read_evidence
from storage.frames import compress
from storage.judging import file_into_case
from storage.kept_facts import facts_from_value
from storage.moments import day_of, hour_of
from storage.states import STATE_OF, require_step
from storage.tables import (
    CASE,
    CASE_HISTORY,
    CASE_SUBMISSION,
    DAY_COUNT,
    EXPLANATION,
    HOUR_COUNT,
    NAME_COUNT,
    REPORT,
    REPORT_ADDRESS,
    REPORT_LINK,
    SUBMISSION,
    SUBMISSION_HISTORY,
)

_PAGE = 100


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A submission with the verdict that nobody has touched, and the facts that it rested on."""

    id: int
    reference: str
    reporter: str
    subject: str
    verdict: Verdict
    reason: Reason
    submission: Submission
    facts: Facts


def stored_submissions(
    connection: Connection, *, verdict: Verdict | None = None, since: datetime | None = None, limit: int | None = None
) -> Iterator[Stored]:
    """Decided submissions that no person has judged, newest first; those whose raw mail is gone are passed over."""
    s = SUBMISSION.c
    untouched = [state.value for known, state in STATE_OF.items() if known and verdict in (None, known)]
    before, left = None, limit
    while left is None or left > 0:
        query = select(SUBMISSION, EXPLANATION.c.facts).join(EXPLANATION, EXPLANATION.c.submission_id == s.id)
        query = query.where(s.state.in_(untouched), *([s.id < before] if before is not None else []))
        query = query.where(s.arrived_at >= since) if since else query
        rows = connection.execute(query.order_by(s.id.desc()).limit(_PAGE if left is None else min(_PAGE, left))).all()
        if not rows:
            return
        for row in rows:
            stored = _stored(connection, row)
            if stored is not None:
                yield stored
        before, left = rows[-1].id, None if left is None else left - len(rows)


def _stored(connection: Connection, row: Any) -> Stored | None:
    try:
        raw = read_evidence(connection, row.id)
    except (EvidenceDamaged, EvidenceElsewhere):
        return None
    return Stored(
        id=row.id,
        reference=row.told_reference,
        reporter=row.reporter,
            subject=row.subject,
        verdict=Verdict(row.verdict),
        reason=Reason(row.reason),
        submission=Submission(
            raw=raw, door=Door(row.door), arrived_at=row.arrived_at, envelope=envelope_from(row._asdict()),
            completes=completed_by(connection, row.id, Limits()),
        ),
        facts=facts_from_value(row.facts or {}),
    )  # fmt: skip


def apply_verdict(connection: Connection, stored: Stored, entry: Entry, act: Act) -> bool:
    """Put a new verdict in the place of the old one, with all that follows from it; False when a person was first.

    A case is opened or joined when it is accepted now, and left when it no longer is.
    """
    assert entry.verdict is not None
    assert entry.reason is not None
    now = STATE_OF[stored.verdict]
    if entry.verdict is not stored.verdict:
        require_step(now, STATE_OF[entry.verdict])
    s = SUBMISSION.c
    before = connection.execute(select(SUBMISSION).where(s.id == stored.id)).one()._asdict()
    changed = connection.execute(
        update(SUBMISSION).where(s.id == stored.id, s.state == now.value, s.reason == stored.reason.value).values(_columns(entry))
    )
    if changed.rowcount != 1:
        return False
    contractors = set(connection.execute(select(REPORT.c.contractor).where(REPORT.c.submission_id == stored.id)).scalars())
    _replace_reports(connection, stored.id, entry)
    _recount(connection, before, contractors, entry, stored.id)
    _remember(connection, stored, entry, act)
    if stored.verdict is Verdict.ACCEPTED and entry.verdict is not Verdict.ACCEPTED:
        _leave_cases(connection, stored, act)
    if entry.verdict is Verdict.ACCEPTED and stored.verdict is not Verdict.ACCEPTED:
        after = connection.execute(select(SUBMISSION).where(s.id == stored.id)).one()._asdict()
        file_into_case(connection, after, act)
    return True


def _columns(entry: Entry) -> dict[str, Any]:
    """What the new verdict brings; the reference and the answer stay as they were told."""
    return {
        "state": STATE_OF[entry.verdict].value,
        "verdict": str(entry.verdict),
        "reason": str(entry.reason),
        "event": str(entry.event or ""),
        "source_ip": entry.source_ip,
        "network": entry.network,
        "missing": entry.missing,
        "policy_version": entry.policy_version,
    }


def _replace_reports(connection: Connection, number: int, entry: Entry) -> None:
    r = REPORT.c
    campaigns = {row[0]: row[1] for row in connection.execute(select(r.position, r.campaign_id).where(r.submission_id == number))}
    for table in (REPORT, REPORT_LINK, REPORT_ADDRESS):
        connection.execute(delete(table).where(table.c.submission_id == number))
    x = EXPLANATION.c
    dictionary_id = connection.execute(select(x.dictionary_id).where(x.submission_id == number)).scalar()
    document = compress(entry.document.encode(), read_dictionary(connection, dictionary_id))
    connection.execute(update(EXPLANATION).where(x.submission_id == number).values(document=document, facts=entry.facts))
    for report in entry.reports:
        place = {"submission_id": number, "position": report.position}
        values = {one.name: getattr(report, one.name) for one in r if one.name not in ("submission_id", "campaign_id")}
        words = {name: str(value) for name, value in values.items() if name != "position"}
        connection.execute(insert(REPORT).values(place | words | {"campaign_id": campaigns.get(report.position)}))
        for at, link in enumerate(report.links):
            row = {"number": at, "host": link.host, "url": link.url, "in_network": link.in_network}
            connection.execute(insert(REPORT_LINK).values(place | row))
        for at, one in enumerate(report.addresses):
            row = {"number": at, "ip": one.ip, "sort_key": one.sort_key, "network": one.network, "role": str(one.role), "at": one.at}
            connection.execute(insert(REPORT_ADDRESS).values(place | row))


def _recount(connection: Connection, before: Mapping[str, Any], contractors: set[str], entry: Entry, number: int) -> None:
    """The running counts follow the verdict, so that lists and counts go on agreeing."""
    arrived = before["arrived_at"]
    day, hour = {"day": day_of(arrived)}, {"hour": hour_of(arrived)}
    old, new = {"verdict": before["verdict"]}, {"verdict": str(entry.verdict)}
    _count(connection, DAY_COUNT, day | old | {"reason": before["reason"], "event": before["event"]}, -1)
    _count(connection, DAY_COUNT, day | new | {"reason": str(entry.reason), "event": str(entry.event or "")}, 1)
    _count(connection, HOUR_COUNT, hour | old, -1, {"first_id": number, "last_id": number})
    _count(connection, HOUR_COUNT, hour | new, 1, {"first_id": number, "last_id": number})
    h = HOUR_COUNT.c
    for column, is_beyond in ((h.first_id, h.first_id > number), (h.last_id, h.last_id < number)):
        place = (h.hour == hour["hour"], h.verdict == new["verdict"], is_beyond)
        connection.execute(update(HOUR_COUNT).where(*place).values({column.name: number}))
    after = {report.contractor for report in entry.reports}
    names = [(Counted.REPORTER, {before["reporter"]}, {before["reporter"]}), (Counted.NETWORK, {before["network"]}, {entry.network})]
    for kind, gone, come in (*names, (Counted.CONTRACTOR, contractors, after)):
        for name in sorted(gone - {""}):
            _count(connection, NAME_COUNT, {"kind": kind.value, "name": name} | old, -1, {"last_at": arrived})
        for name in sorted(come - {""}):
            _count(connection, NAME_COUNT, {"kind": kind.value, "name": name} | new, 1, {"last_at": arrived})


def _count(connection: Connection, table: Table, key: Mapping[str, Any], by: int, first: Mapping[str, Any] | None = None) -> None:
    """Add to a running count; one that is not there yet begins."""
    place = [table.c[name] == value for name, value in key.items()]
    changed = connection.execute(update(table).where(*place).values(number=table.c.number + by))
    if changed.rowcount == 0 and by > 0:
        connection.execute(insert(table).values(dict(key) | dict(first or {}) | {"number": by}))


def _remember(connection: Connection, stored: Stored, entry: Entry, act: Act) -> None:
    note = f"replay: {stored.reason} → {entry.reason}" + (f"; {act.note}" if act.note else "")
    connection.execute(
        insert(SUBMISSION_HISTORY).values(
            submission_id=stored.id,
            at=act.at,
            actor=storable(act.actor),
            from_state=STATE_OF[stored.verdict].value,
            to_state=STATE_OF[entry.verdict].value,
            note=storable(note, NOTE_CHARS),
        )
    )
    detail = {"from": str(stored.reason), "to": str(entry.reason), "policy": entry.policy_version}
    append(connection, act, "submission-replayed", stored.reference, detail)


def _leave_cases(connection: Connection, stored: Stored, act: Act) -> None:
    """Its cases no longer hold it; they stay open, since only a person closes one."""
    held, h = CASE_SUBMISSION.c, CASE_HISTORY
    cases = connection.execute(select(held.case_id).where(held.submission_id == stored.id)).scalars().all()
    connection.execute(delete(CASE_SUBMISSION).where(held.submission_id == stored.id))
    for number in cases:
        state = connection.execute(
            update(CASE).where(CASE.c.id == number).values(submissions=CASE.c.submissions - 1).returning(CASE.c.state)
        ).scalar_one()
        note = f"{stored.reference} left it after a replay"
        row = {"case_id": number, "at": act.at, "actor": act.actor, "action": "left", "from_state": state, "to_state": state, "note": note}
        connection.execute(insert(h).values(row))


def envelope_from(row: Mapping[str, Any]) -> Envelope:
    """The envelope that a stored submission came in."""
    try:
        peer = ip_address(row["peer"]) if row["peer"] else None
    except ValueError:
        peer = None
    return Envelope(mail_from=row["mail_from"], rcpt_to=tuple(row["rcpt_to"].split()), peer=peer)
