"""A mail that answers a refusal is given the mail that it completes, before it is decided; among many it waits for that one.

The reference stands in the subject, among the Message-IDs that it refers to, or behind the recipient's "+". A mail without one costs
a glance at its header.
"""

import asyncio
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from config.limits import Limits
from intake.arrival import Arrival, arrival_of
from parsers.dates import parse_date
from parsers.fields import HeaderBlock, parse_header_block
from parsers.submission import Earlier, Submission
from storage.reference import find_references

_HEADER_BYTES = 65_536
_REFERENCES = 5  # of one mail that are looked for
_HELD_BYTES = 67_108_864  # of answers that wait for what they answer
_FIELDS = ("subject", "in-reply-to", "references")
# A reference, from its first hyphen on: the letter before it is looked at last, which makes the search fast.
_HINT = re.compile(rb"-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}(?![0-9A-Za-z])")
_SUBJECT_BYTES = 998  # RFC 5322 section 2.1.1: what is read of a subject for an encoded word (RFC 2047 section 2)


class Answering:
    """Finds what mails answer, in the store of that URL."""

    def __init__(self, url: str, limits: Limits) -> None:
        self._url = url
        self._limits = limits

    def refers(self, arrival: Arrival) -> bool:
        """Whether a mail names a reference."""
        return _refers(arrival, self._limits)

    async def complete(self, arrival: Arrival) -> Arrival:
        """The mail with what it completes, if anything.   Raises StorageError and its kin."""
        return await asyncio.to_thread(self.complete_now, arrival) if is_hinted(arrival) else arrival

    def complete_now(self, arrival: Arrival) -> Arrival:
        """The same, waiting for the store."""
        header = _header_of(arrival, self._limits)
        references = tuple(islice(_references(arrival, header), _REFERENCES))
        if not references:
            return arrival
        return replace(arrival, completes=self._answered(references, _senders(arrival, header)))

    def _answered(self, references: tuple[str, ...], senders: frozenset[str]) -> tuple[Earlier, ...]:
        from storage.answered import answered
        from storage.engine import open_engine, reading
        from storage.migrations import revision_in

        engine = open_engine(self._url)
        try:
            with reading(engine) as connection:
                if revision_in(connection) is None:
                    return ()  # a store that is yet to be made holds nothing
                return answered(connection, references, senders, self._limits)
        finally:
            engine.dispose()


def answers_last(submissions: Iterable[Submission], limits: Limits, *, at_most: int = _HELD_BYTES) -> Iterator[Submission]:
    """The same mails in another order: those that name a reference come last, by their dates, so that what they answer is stored.

    at_most: so many bytes of them are held back; those beyond keep their place.
    """
    held: list[tuple[datetime, int, Submission]] = []
    left = at_most
    for number, submission in enumerate(submissions):
        arrival = arrival_of(submission)
        if left < len(submission.raw) or not _refers(arrival, limits):
            yield submission
            continue
        left -= len(submission.raw)
        held.append((_date_of(arrival, limits), number, submission))
    yield from (submission for _, _, submission in sorted(held, key=lambda one: one[:2]))


def _refers(arrival: Arrival, limits: Limits) -> bool:
    return is_hinted(arrival) and next(_references(arrival, _header_of(arrival, limits)), "") != ""


def is_hinted(arrival: Arrival) -> bool:
    """Whether a mail may hold a reference."""
    if any("+" in recipient for recipient in arrival.envelope.rcpt_to):
        return True
    head = _head(arrival)
    subject = head.find(b"ubject:")
    is_encoded = subject >= 0 and head.find(b"=?", subject, subject + _SUBJECT_BYTES) >= 0
    return is_encoded or any(head[hint.start() - 1 : hint.start()] in (b"R", b"r") for hint in _HINT.finditer(head))


def _head(arrival: Arrival) -> bytes:
    """The first bytes, up to the first empty line."""
    head = arrival.spool.beginning(_HEADER_BYTES)
    ends = [end for end in (head.find(b"\r\n\r\n"), head.find(b"\n\n")) if end >= 0]
    return head[: min(ends)] if ends else head


def _header_of(arrival: Arrival, limits: Limits) -> HeaderBlock:
    return parse_header_block(_head(arrival) + b"\r\n\r\n", limits)


def _date_of(arrival: Arrival, limits: Limits) -> datetime:
    """When a mail says that it was written; without that, when it came."""
    return parse_date(_header_of(arrival, limits).text("date")) or arrival.arrived_at


def _references(arrival: Arrival, header: HeaderBlock) -> Iterator[str]:
    for recipient in arrival.envelope.rcpt_to:
        yield from find_references(recipient.rpartition("@")[0].partition("+")[2])
    for name in _FIELDS:
        yield from find_references(header.text(name))
    for name in ("to", "cc"):
        yield from (one for one in find_references(header.text(name)) if not arrival.envelope.rcpt_to)


def _senders(arrival: Arrival, header: HeaderBlock) -> frozenset[str]:
    written = header.text("from")
    inside = written.rpartition("<")[2].partition(">")[0] if "<" in written else written
    return frozenset({inside.strip().lower(), arrival.envelope.mail_from.lower()}) - {""}
