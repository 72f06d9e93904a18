"""A reporter's text, read: addresses with their roles, labelled values, links, and which machine formats stand in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from config.limits import Limits
from parsers.accused import settle
from parsers.addresses import find_addresses, refang
from parsers.bodies import TextBody
from parsers.labels import Labelled, labelled_lines
from parsers.links import links_in_body, links_in_text
from parsers.report import Link, Report, ReportedAddress, Role, Stated
from parsers.sightings import Sighting, SightingReader, subject_sightings
from parsers.times import Clock, Moment, clock_of, time_in

# a name of at least two labels, the last one of letters or of an IDN (RFC 1123 section 2.1, RFC 5890)
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.){1,10}(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59})(?![a-z0-9@.-])", re.IGNORECASE)
_STUB_CHARS, _STUB_RATIO = 100, 3  # "This mail is best viewed as HTML"
_SEARCHED_CHARS = 2_000  # of each file sent along, for the time of what it is about
_NAMES_HOST = frozenset({"domain", "urls", "location"})
_NAMES_PEOPLE = frozenset({"claimant", "affected-person"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a reporter wrote.

    words: the text for people.   enclosed: texts of logs and tables sent along.   bodies: all readable bodies, for the
    links of an HTML version.   sent_at: when it was written, aware.
    """

    words: str
    subject: str = ""
    sent_at: datetime | None = None
    enclosed: tuple[str, ...] = ()
    bodies: tuple[TextBody, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What a text says.

    stated: labelled values by canonical name, then "log-kind" and "log-lines" worked out from what was recognised.
    formats: names of the machine formats found: "login", "packets" …, "table", "labels".
    """

    addresses: tuple[ReportedAddress, ...] = ()
    stated: tuple[Stated, ...] = ()
    links: tuple[Link, ...] = ()
    formats: tuple[str, ...] = ()


def read_complaint(letter: Letter, limits: Limits) -> Complaint:
    """Read what a reporter wrote.   Raises: nothing."""
    words = "\n".join((letter.words, *_other_words(letter)))[: limits.text_chars]
    body = refang("\n".join((words, *letter.enclosed))[: limits.text_chars])
    lines = body.split("\n")
    reader = SightingReader(lines=lines)
    sightings = [*subject_sightings(refang(letter.subject)), *reader.read(body, at_most=limits.addresses)]
    labelled = labelled_lines(words, at_most=limits.labels)
    is_timed = any(one.role is Role.SOURCE for one in sightings)
    clock = clock_of(f"{letter.subject}\n{body}", letter.sent_at) if is_timed else Clock(sent_at=letter.sent_at)
    occasion = _occasion(labelled, letter.enclosed, clock) if is_timed else None
    reported = settle(
        sightings,
        at_most=limits.addresses,
        time_of=lambda one: time_in(lines[one.line] if one.line >= 0 else letter.subject, clock),
    )
    return Complaint(
        addresses=tuple(_on(one, occasion) for one in reported),
        stated=(*_stated(labelled), *_derived(reader)),
        links=_links(letter, labelled, limits),
        formats=(*reader.kinds, *(["table"] if reader.has_table else []), *(["labels"] if _is_form(labelled, sightings) else [])),
    )


def _other_words(letter: Letter) -> Iterator[str]:
    """The other plain bodies, and an HTML version beside which the plain one is a stub."""
    for body in letter.bodies:
        if body.text != letter.words and (not body.page or len(body.text) > _STUB_RATIO * (len(letter.words) + _STUB_CHARS)):
            yield body.text


def _is_form(labelled: Sequence[Labelled], sightings: Sequence[Sighting]) -> bool:
    """Whether labelled fields carry the text: at least two of them."""
    return len(labelled) + len({one.line for one in sightings if one.origin == "label"}) > 1


def with_complaint(report: Report, said: Complaint) -> Report:
    """The report of a mail, with what the reporter's text says beside it.

    Beside a mail with its headers an address in the subject or behind a label is a claim, and others count for nothing.
    """
    known = {one.ip for one in report.addresses}
    named = (one for one in said.addresses if one.ip not in known and (not report.has_full_headers or _is_claim(one)))
    return replace(report, stated=report.stated + said.stated, addresses=report.addresses + tuple(named))


def _is_claim(reported: ReportedAddress) -> bool:
    return reported.role is Role.SOURCE and reported.origin in ("subject", "label")


def _occasion(labelled: Sequence[Labelled], enclosed: Sequence[str], clock: Clock) -> Moment | None:
    """The time that the labelled lines state, else the first one in a file that was sent along."""
    labels = (one.value for one in labelled if one.name == "date-time")
    files = (line for text in enclosed for line in text[:_SEARCHED_CHARS].split("\n"))
    return next((moment for line in (*labels, *files) if (moment := time_in(line, clock)) is not None), None)


def _on(reported: ReportedAddress, occasion: Moment | None) -> ReportedAddress:
    """An accused address without a time of its own acted when the report says."""
    if occasion is None or reported.at is not None or reported.role is not Role.SOURCE:
        return reported
    return replace(reported, at=occasion.at, is_zone_assumed=occasion.is_zone_assumed)


def _stated(labelled: Sequence[Labelled]) -> Iterator[Stated]:
    for one in labelled:
        names_machine = one.name in _NAMES_PEOPLE and bool(find_addresses(refang(one.value[:200]), at_most=1))
        if not names_machine:
            yield Stated(name=one.name, value=one.value)


def _derived(reader: SightingReader) -> Iterator[Stated]:
    for kind, line in reader.kinds.items():
        yield Stated(name="log-kind", value=kind.value, is_derived=True)
        yield Stated(name="log-lines", value=line, is_derived=True)
    if reader.record and not reader.kinds:
        yield Stated(name="log-lines", value=reader.record, is_derived=True)


def _links(letter: Letter, labelled: Sequence[Labelled], limits: Limits) -> tuple[Link, ...]:
    """Every link once; those that a label calls the original or the genuine site are not the accused."""
    found = list(links_in_text(letter.words, limits, origin="words"))
    for body in letter.bodies:
        if body.page or body.text != letter.words:
            found += links_in_body(body, limits)
    for text in letter.enclosed:
        found += links_in_text(text, limits, origin="attachment")
    hosts = {link.host for link in found}
    found += [link for link in _named_hosts(labelled) if link.host not in hosts]
    genuine = "\n".join(one.value for one in labelled if one.name == "original")
    links: dict[str, Link] = {}
    for link in found:
        links.setdefault(link.url, replace(link, role=Role.TARGET) if genuine and (link.written or link.url) in genuine else link)
    return tuple(links.values())[: limits.links]


def _named_hosts(labelled: Sequence[Labelled]) -> Iterator[Link]:
    """A host that a labelled line names without a scheme: "Domain: shop.example"."""
    for one in labelled:
        match = _NAME.match(refang(one.value[:300])) if one.name in _NAMES_HOST else None
        if match is not None:
            host = match[0].lower()
            yield Link(url=f"http://{host}/", host=host, origin="words", written=match[0])
