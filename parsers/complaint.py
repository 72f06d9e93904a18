"""A reporter's text, read: addresses with their roles, labelled values, links, and which machine formats stand in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from config.limits import Limits
from parsers.accused import settle
from parsers.addresses import find_addresses, refang
from parsers.labels import Labelled, labelled_lines
from parsers.links import links_in_text
from parsers.log_grammars import LogKind
from parsers.report import Link, ReportedAddress, Role, Stated
from parsers.sightings import SightingReader, subject_sightings

# a name of at least two labels, the last one of letters or of an IDN (RFC 1123 section 2.1, RFC 5890)
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.){1,10}(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59})(?![a-z0-9@.-])", re.IGNORECASE)
_NAMES_HOST = frozenset({"domain", "urls", "location"})
_NAMES_PEOPLE = frozenset({"claimant", "affected-person"})


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


def read_complaint(text: str, limits: Limits, *, subject: str = "", attached: Sequence[str] = ()) -> Complaint:
    """Read a reporter's own text.   attached: texts of logs and tables sent along with it.   Raises: nothing."""
    body = refang("\n".join((text, *attached)))[: limits.text_chars]
    reader = SightingReader(lines=body.split("\n"))
    sightings = [*subject_sightings(refang(subject)), *reader.read(body, at_most=limits.addresses)]
    labelled = labelled_lines(text[: limits.text_chars])
    formats = (*(kind.value for kind in reader.kinds), *(["table"] if reader.has_table else []), *(["labels"] if len(labelled) > 1 else []))
    return Complaint(
        addresses=settle(sightings, at_most=limits.addresses),
        stated=(*_stated(labelled), *_derived(reader)),
        links=_links(text, labelled, limits),
        formats=formats,
    )


def _stated(labelled: Sequence[Labelled]) -> Iterator[Stated]:
    for one in labelled:
        names_machine = one.name in _NAMES_PEOPLE and bool(find_addresses(refang(one.value[:200]), at_most=1))
        if not names_machine:
            yield Stated(name=one.name, value=one.value)


def _derived(reader: SightingReader) -> Iterator[Stated]:
    for kind, line in reader.kinds.items():
        yield Stated(name="log-kind", value=kind.value, is_derived=True)
        yield Stated(name="log-lines", value=line, is_derived=True)


def _links(text: str, labelled: Sequence[Labelled], limits: Limits) -> tuple[Link, ...]:
    """Every link once; those that a label calls the original or the genuine site are not the accused."""
    links = {link.url: link for link in links_in_text(text, limits, origin="words")}
    hosts = {link.host for link in links.values()}
    for one in labelled:
        match = _NAME.match(refang(one.value[:300])) if one.name in _NAMES_HOST else None
        if match is not None and match[0].lower() not in hosts:
            host = match[0].lower()
            links.setdefault(f"http://{host}/", Link(url=f"http://{host}/", host=host, origin="words", written=match[0]))
    genuine = "\n".join(one.value for one in labelled if one.name == "original")
    return tuple(replace(link, role=Role.TARGET) if (link.written or link.url) in genuine else link for link in links.values())[: limits.links]


def has_logs(complaint: Complaint) -> bool:
    """Whether a log or a table was read."""
    return bool({*LogKind, "table"} & {*complaint.formats})
