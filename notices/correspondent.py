"""The clerk for letters: writes what a verdict asks for and what a person has ordered, and sends it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Engine, select

from config.events import Event
from config.policy import Policy
from config.sections import NoticeSettings
from notices.arf import FeedbackReport, feedback_report
from notices.contractor_copy import contractor_copy, contractors_letter
from notices.letter import fit_mailbox, fit_message_id, is_automatic
from notices.post_room import Later
from notices.registries import Registries
from notices.reporter import is_registered, why_not_written_to
from notices.smarthost import NotTaken, NotTakenNow, Smarthost
from notices.stationery import Stationery, open_stationery
from notices.wording import kind_of, values_for
from parsers.fields import parse_header_block
from parsers.reading import parse_submission
from parsers.submission import Door, Submission
from routing.facts import Facts, Known, NetworkAnswer
from routing.verdict import Reason, Verdict
from storage.engine import reading, writing
from storage.kept_facts import facts_from_value
from storage.networks import accused_addresses
from storage.notices import (
    Notice,
    NoticeKind,
    NoticeState,
    Written,
    end_notice,
    open_notices,
    order_instead,
    withhold_automatic,
    write_automatic,
    write_ordered,
)
from storage.queries import show_submission
from storage.submissions import stored_submission
from storage.tables import CASE, CASE_SUBMISSION, EXPLANATION, REPORT, REPORT_LINK, SUBMISSION

_GIVEN_UP_AFTER = timedelta(days=5)
_NAMED = 3


class Vouches(Protocol):
    """Whoever can say whether a sender is genuine."""

    async def vouches(self, submission: Submission) -> bool:
        """Whether SPF or DKIM vouches for the envelope sender."""
        ...


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What a letter is about.

    row: the submission's columns.   accused, hosts: few.   contractors: of its reports.   facts: those that it was decided upon.
    event: as its one case has it by now; where it is in several or in none, as it was decided.
    """

    row: Mapping[str, Any]
    event: str
    submission: Submission
    accused: tuple[str, ...]
    hosts: tuple[str, ...]
    contractors: tuple[str, ...]
    facts: Facts

    @property
    def networks(self) -> Mapping[str, NetworkAnswer]:
        """Whose network an address is, as far as that was known when it was decided."""
        return self.facts.networks

    @property
    def is_decided(self) -> bool:
        """Whether there is a verdict to tell."""
        return self.row["verdict"] is not None


@dataclass(frozen=True, kw_only=True)
class Office:
    """What letters are written and sent with.   registries: None when none may be asked."""

    settings: NoticeSettings
    policy: Policy
    stationery: Stationery
    smarthost: Smarthost
    vouching: Vouches
    registries: Registries | None

    @property
    def own(self) -> frozenset[str]:
        """The desk's addresses."""
        return frozenset({self.stationery.sender.lower(), *self.policy.desk_addresses})


def open_office(settings: NoticeSettings, policy: Policy, vouching: Vouches, registries: Registries | None, now: datetime) -> Office:
    """The office that the settings ask for, with everything tried that can be.   Raises ConfigError."""
    return Office(
        settings=settings,
        policy=policy,
        stationery=open_stationery(settings, policy, now),
        smarthost=Smarthost(settings),
        vouching=vouching,
        registries=registries,
    )


class Correspondent:
    """Does errands of the kind "notice"."""

    def __init__(self, engine: Engine, office: Office) -> None:
        self._engine = engine
        self._office = office

    async def run(self, submission_id: int, now: datetime) -> None:
        """Write and send everything that is open for a submission.   Raises Later, StorageError and its kin."""
        matter = await asyncio.to_thread(self._matter, submission_id)
        if not await asyncio.to_thread(self._open, submission_id):
            await self._answer(submission_id, matter, now)
        for notice in await asyncio.to_thread(self._open, submission_id):
            ready = notice if notice.state is NoticeState.READY else await self._write_ordered(notice, matter, now)
            if ready is not None:
                await self._send(ready, matter, now)

    async def _answer(self, submission_id: int, matter: Matter, now: datetime) -> None:
        """The letter that the verdict asks for."""
        if not matter.is_decided:
            return
        kind = kind_of(Verdict(matter.row["verdict"]), Reason(matter.row["reason"]))
        recipient = matter.submission.envelope.mail_from
        because = await self._why_withheld(matter)
        networks = {} if because else await self._networks(matter)
        if not because and _was_told_at_the_door(matter, kind, networks):
            because = "the answer at the door said it all"
        if not because and kind is NoticeKind.ACKNOWLEDGEMENT and not self._office.settings.acknowledge:
            because = "reports are not acknowledged"
        if because:
            await self._store(withhold_automatic, submission_id, kind, recipient, because, at=now)
        else:
            await self._store(write_automatic, submission_id, kind, self._reporters_letter(matter, kind, networks, note=""), at=now)

    async def _write_ordered(self, notice: Notice, matter: Matter, now: datetime) -> Notice | None:
        """A letter that a person has ordered; None when it is withheld."""
        if notice.kind is NoticeKind.FEEDBACK_REPORT:
            report = await asyncio.to_thread(self._feedback_report, notice, matter)
            because, written = report.why, report.written
        elif notice.kind is NoticeKind.CONTRACTOR:
            copy = await self._copy(matter)
            because = "" if fit_mailbox(notice.recipient) else "the contractor's address is not known: notices.contractors"
            because = because if copy is not None else "it is sealed"
            row = {**matter.row, "event": matter.event}
            written = contractors_letter(self._office.stationery, self._office.policy, row, copy or "", notice.recipient)
        else:
            because = await self._why_withheld(matter)
            written = self._reporters_letter(matter, notice.kind, {}, note=notice.note)
        if because:
            await self._withhold(notice, matter, because, now)
            return None
        await self._store(write_ordered, notice.id, written)
        return next(one for one in await asyncio.to_thread(self._open, notice.submission_id) if one.id == notice.id)

    async def _withhold(self, notice: Notice, matter: Matter, because: str, now: datetime) -> None:
        """What cannot go as a feedback report goes as a letter."""
        if notice.kind is not NoticeKind.FEEDBACK_REPORT:
            await self._store(end_notice, notice.id, NoticeState.WITHHELD, because=because, at=now)
            return
        loops, addresses = self._office.settings.feedback_loops, self._office.settings.contractors
        name = next((one for one in matter.contractors if loops.get(one, "").lower() == notice.recipient), "")
        recipient = addresses.get(name, "")
        await self._store(order_instead, notice, NoticeKind.CONTRACTOR, recipient=recipient, because=because, at=now)

    async def _why_withheld(self, matter: Matter) -> str:
        address = matter.submission.envelope.mail_from
        because = why_not_written_to(address, is_automatic=matter.row["is_automatic"], own=self._office.own)
        if because or is_registered(address, self._office.settings.reporters):
            return because
        return "" if await self._office.vouching.vouches(matter.submission) else "neither SPF nor DKIM vouches for the sender"

    async def _networks(self, matter: Matter) -> Mapping[str, NetworkAnswer]:
        """Whose networks a refusal names; asked for now, if need be."""
        if self._office.registries is None or matter.row["reason"] != Reason.OUT_OF_NETWORK:
            return matter.networks
        asked = [one for one in matter.accused if one not in matter.networks or not matter.networks[one].abuse_address]
        answers = await asyncio.gather(*(self._office.registries.find(address) for address in asked))
        return {**dict(zip(asked, answers, strict=True)), **matter.networks, **_found(asked, answers)}

    def _reporters_letter(self, matter: Matter, kind: NoticeKind, networks: Mapping[str, NetworkAnswer], *, note: str) -> Written:
        values = values_for(matter.row, matter.accused, matter.hosts, networks, self._office.policy) | {"note": note}
        recipient, row = matter.submission.envelope.mail_from, matter.row
        return self._office.stationery.written(kind, recipient, values, event=row["event"], language=row["language"])

    async def _copy(self, matter: Matter) -> str | None:
        reference, event = matter.row["told_reference"], Event(matter.event)
        return await asyncio.to_thread(contractor_copy, matter.submission, matter.facts, self._office.policy, reference, event)

    def _feedback_report(self, notice: Notice, matter: Matter) -> FeedbackReport:
        settings, policy, contact = self._office.settings, self._office.policy, self._office.stationery.sender
        with reading(self._engine) as connection:
            whole = show_submission(connection, matter.row["digest"])
        if whole is None:
            return FeedbackReport(why="it was erased")
        reports = parse_submission(matter.submission, policy.limits, desk_addresses=policy.desk_addresses).reports
        report = feedback_report(whole, reports, settings, contact=contact, at=notice.created_at)
        return report if report.to.lower() in ("", notice.recipient) else FeedbackReport(why="it is about another contractor")

    async def _send(self, notice: Notice, matter: Matter, now: datetime) -> None:
        try:
            raw = await asyncio.to_thread(self._rendered, notice, matter)
            mail_from = "" if is_automatic(notice.kind) else self._office.stationery.sender
            await self._office.smarthost.send(raw, mail_from=mail_from, recipient=notice.recipient)
        except (NotTaken, ValueError) as error:
            await self._store(end_notice, notice.id, NoticeState.DEAD, because=str(error), at=now)
        except NotTakenNow as error:
            if now - notice.created_at < _GIVEN_UP_AFTER:
                raise Later(str(error)) from error
            await self._store(end_notice, notice.id, NoticeState.DEAD, because=f"given up: {error}", at=now)
        else:
            await self._store(end_notice, notice.id, NoticeState.SENT, at=now)

    def _rendered(self, notice: Notice, matter: Matter) -> bytes:
        """As it leaves.   Raises ValueError for what may not."""
        if notice.kind is NoticeKind.FEEDBACK_REPORT:
            report = self._feedback_report(notice, matter)
            if report.raw is None:
                raise ValueError(report.why)
            return self._office.stationery.signed(report.raw)
        header = parse_header_block(matter.submission.raw, self._office.policy.limits)
        replied = fit_message_id(header.text("message-id").strip()) if notice.kind is not NoticeKind.CONTRACTOR else ""
        written = Written(recipient=notice.recipient, subject=notice.subject, body=notice.body, message_id=notice.message_id)
        return self._office.stationery.rendered(notice.kind, written, notice.created_at, in_reply_to=replied)

    async def _store(self, write: Callable[..., object], *what: Any, **how: Any) -> None:
        """One write in a transaction of its own, beside the loop: the store may be busy for seconds."""

        def in_transaction() -> None:
            with writing(self._engine) as connection:
                write(connection, *what, **how)

        await asyncio.to_thread(in_transaction)

    def _open(self, submission_id: int) -> tuple[Notice, ...]:
        with reading(self._engine) as connection:
            return tuple(open_notices(connection, submission_id))

    def _matter(self, submission_id: int) -> Matter:
        link = REPORT_LINK.c
        with reading(self._engine) as connection:
            row = connection.execute(select(SUBMISSION).where(SUBMISSION.c.id == submission_id)).one()
            facts = connection.execute(select(EXPLANATION.c.facts).where(EXPLANATION.c.submission_id == submission_id)).scalar()
            contractors = select(REPORT.c.contractor).where(REPORT.c.submission_id == submission_id).order_by(REPORT.c.position)
            events = select(CASE.c.event).join(CASE_SUBMISSION).where(CASE_SUBMISSION.c.submission_id == submission_id)
            by_case = connection.execute(events).scalars().all()
            hosts = select(link.host).where(link.submission_id == submission_id).order_by(link.position, link.number)
            return Matter(
                row=row._asdict(),
                event=by_case[0] if len(by_case) == 1 else row.event,
                submission=stored_submission(connection, submission_id),
                accused=tuple(accused_addresses(connection, submission_id, _NAMED)),
                hosts=tuple(dict.fromkeys(connection.execute(hosts.limit(20)).scalars()))[:_NAMED],
                contractors=tuple(connection.execute(contractors).scalars()),
                facts=facts_from_value(facts or {}),
            )


def _found(asked: Iterable[str], answers: Iterable[NetworkAnswer]) -> Mapping[str, NetworkAnswer]:
    return {address: answer for address, answer in zip(asked, answers, strict=True) if answer.known is Known.FOUND}


def _was_told_at_the_door(matter: Matter, kind: NoticeKind, networks: Mapping[str, NetworkAnswer]) -> bool:
    """Whether the sender's own server tells as much as a letter would: a refusal by SMTP, in English, with nothing new to add."""
    is_refusal = (
        kind is not NoticeKind.ACKNOWLEDGEMENT and matter.submission.door is Door.SMTP and matter.submission.envelope.peer is not None
    )
    told = matter.row["answer"]
    is_new = any(one.known is Known.FOUND and (one.abuse_address or one.network) not in told for one in networks.values())
    return is_refusal and matter.row["language"] == "en" and not is_new
