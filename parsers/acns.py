"""ACNS copyright notices: the XML of the Automated Copyright Notice System, in a part of its own or in a mail's text.

Read tag by tag, not by an XML reader: nothing is declared, nothing expanded, and a notice that a mailer has broken is
still read. In text it comes signed (RFC 4880 section 7: dash-escapes), quoted, and with line ends that a mailer made.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from config.limits import Limits
from parsers.defects import Defect, DefectKind
from parsers.machine_report import MachineReport, addresses_of, links_to, port_of, stated, when_of
from parsers.report import Link, ReportedAddress, Role, Stated

# The document element, with or without a prefix; what stands before it is prose.
_START = re.compile(r"<(?:[A-Za-z][\w.-]{0,20}:)?Infringement[\s>]")
_END = re.compile(r"</(?:[A-Za-z][\w.-]{0,20}:)?Infringement\s{0,8}>")
# STag / ETag / EmptyElemTag, XML 1.0 section 3.1, the prefix taken off
_TAG = re.compile(r"<(/?)(?:[A-Za-z][\w.-]{0,20}:)?([A-Za-z_][\w.-]{0,40})(?:\s[^<>]{0,2000})?(/?)>")
_QUOTE = re.compile(r"^(?:[>|] ?){1,3}", re.MULTILINE)
_DASH_ESCAPE = re.compile(r"^- (?=[-<])", re.MULTILINE)
_CHARS = 1_048_576
_MAX_NOTICES = 20
_MAX_VALUES = 2_000
_MAX_DEPTH = 20
_MAX_STATED = 80
_VALUE_CHARS = 2_000
# "parent/name" of an element, lower case, to the canonical name of its value
_NAMES = {
    "case/id": "case-id", "case/ref_url": "case-url", "case/status": "case-status", "case/severity": "case-severity",
    "source/type": "source-type",
    "source/dns_name": "source-name", "source/username": "source-user", "source/login": "source-login",
    "source/number_files": "number-of-files", "source/timestamp": "date-time", "item/title": "title", "item/artist": "artist",
    "item/filename": "file-name", "item/filesize": "file-size", "item/type": "item-type", "item/hash": "hash",
    "item/timestamp": "item-date-time",
}  # fmt: skip
_CLAIMANT = ("entity", "contact", "email")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    """The text of an element without children.   path: names from the document element on, lower case."""

    path: tuple[str, ...]
    text: str

    @property
    def place(self) -> str:
        """Its name and that of what it stands in: "source/ip_address"."""
        return "/".join(self.path[-2:])


def read_acns(text: str, limits: Limits) -> tuple[MachineReport, ...]:
    """The notices in a text, in order; empty when there is none.   Raises: nothing; a broken one carries a defect."""
    if "Infringement" not in text:
        return ()
    return tuple(_notice(document, limits) for document in _documents(_unwrapped(text[:_CHARS])))


def _unwrapped(text: str) -> str:
    """The text without quoting, dash-escapes and the carriage returns that folding left."""
    plain = text.replace("\r\n", "\n").replace("\r", "").replace("&#13;", "").replace("&#xD;", "")
    return _DASH_ESCAPE.sub("", _QUOTE.sub("", plain))


def _documents(text: str) -> Iterator[str]:
    at = 0
    for _ in range(_MAX_NOTICES):
        start = _START.search(text, at)
        if start is None:
            return
        end = _END.search(text, start.end())
        at = end.end() if end else len(text)
        yield text[start.start() : at]


def _notice(document: str, limits: Limits) -> MachineReport:
    values, is_whole = _read(_without_cdata(document))
    defects = () if is_whole else (Defect(kind=DefectKind.SCHEMA, where="acns", detail="its tags do not match"),)
    return MachineReport(
        machine_type="acns",
        stated=(*_claimant(values), *(stated(_NAMES[one.place], one.text) for one in values if one.place in _NAMES))[:_MAX_STATED],
        addresses=tuple(_addresses(values)),
        links=tuple(_links(values, limits))[: limits.links],
        defects=defects,
    )


def _without_cdata(document: str) -> str:
    """CDATA sections (XML 1.0 section 2.7) as character data, in one pass."""
    first, *sections = document.split("<![CDATA[")
    pieces = [first]
    for section in sections:
        inside, _, after = section.partition("]]>")
        pieces += (inside.replace("&", "&amp;").replace("<", "&lt;"), after)
    return "".join(pieces)


def _read(document: str) -> tuple[list[_Value], bool]:
    """The texts of the innermost elements in order, and whether every tag had its partner."""
    values: list[_Value] = []
    path: list[str] = []
    is_whole, open_end = True, -1
    for tag in _TAG.finditer(document):
        name = tag[2].lower()
        if tag[3]:
            continue
        if not tag[1]:
            path.append(name)
            open_end = tag.end()
        else:
            if open_end >= 0 and path and path[-1] == name:
                text = " ".join(unescape(document[open_end : min(tag.start(), open_end + _VALUE_CHARS)]).split())
                values.append(_Value(path=tuple(path), text=text))
            is_whole = is_whole and bool(path) and path[-1] == name
            del path[_last(path, name) :]
            open_end = -1
        if len(values) >= _MAX_VALUES or len(path) > _MAX_DEPTH:
            return values, False
    return values, is_whole and not path


def _last(path: list[str], name: str) -> int:
    """The place of the last element of that name, so that one forgotten end tag costs no more than its own element."""
    return next((number for number in range(len(path) - 1, -1, -1) if path[number] == name), len(path))


def _claimant(values: list[_Value]) -> Iterator[Stated]:
    parts = [one.text for name in _CLAIMANT for one in values if one.place == f"complainant/{name}" and one.text]
    if parts:
        yield stated("claimant", ", ".join(dict.fromkeys(parts)))


def _addresses(values: list[_Value]) -> Iterator[ReportedAddress]:
    """The accused addresses, each with the port and time that stand in the same Source or Item."""
    for number, value in enumerate(values):
        if value.path[-1] in ("ip_address", "ipaddress") and value.path[-2:-1] != ("service_provider",):
            beside = {one.path[-1]: one.text for one in values[max(0, number - 20) : number + 20] if one.path[:-1] == value.path[:-1]}
            yield from addresses_of(
                value.text, "acns:source", Role.SOURCE, when=when_of(beside.get("timestamp", "")), port=port_of(beside.get("port", ""))
            )


def _links(values: list[_Value], limits: Limits) -> Iterator[Link]:
    for value in values:
        if "url" in value.path[-1] and {"source", "content", "item"} & set(value.path[:-1]):
            yield from links_to(value.text, limits, "acns")
