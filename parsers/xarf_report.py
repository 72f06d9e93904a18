"""XARF reports in JSON: v4 by its schema, v1 to v3 as they are really sent, all read by the names of their values.

Nothing is refused for breaking its schema: that is a defect beside what could be read.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from config.limits import Limits
from parsers.machine_report import MachineReport, When, addresses_of, is_bare_host, links_to, port_of, stated, when_of
from parsers.report import Link, ReportedAddress, Role, Stated
from parsers.xarf_evidence import EVIDENCE_NAMES, Evidence, evidence_defects, read_evidence
from parsers.xarf_schema import schema_defects

_MAX_VALUES = 1_000
_MAX_DEPTH = 12
_MAX_STATED = 80
_VALUE_CHARS = 10_000
_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\s_-]{1,8}")

# Names of values in all versions, lower case without separators; "source.ip" is "ip" inside "source".
_SOURCES = frozenset(
    {"sourceip", "sourceidentifier", "source", "sourceaddress", "sourceipv4", "sourceipv6", "srcip"}
    | {"source.ip", "source.ipv4", "source.ipv6", "source.address", "source.value", "source.identifier"}
)
_SOURCE_PORTS = frozenset({"sourceport", "srcport", "source.port"})
_TARGETS = frozenset("destinationip destinationipv4 destinationipv6 destip dstip targetip victimip destination.ip target.ip".split())
_TIMES = ("date", "timestamp", "firstseen", "lastseen", "time", "eventdate")
_OTHERS_PAGES = frozenset({"legitimatesite", "clonedsite", "originalurl", "legitimateurl", "trademarkurl"})
_NO_PAGES = frozenset({"schemaurl", "evidenceurl", "screenshoturl", "analysisurl", "patchurl", "reporterurl", "referenceurl", "magneturi"})
_ABOUT_REPORTER = frozenset({"reporter", "reporterinfo", "sender", "internal", "internalprocessing", "onbehalfof"})
_CANONICAL = {
    "org": "reporter-org", "reporterorg": "reporter-org", "contact": "claimant", "reportercontactemail": "claimant",
    "reporterorgemail": "claimant", "category": "class", "reportclass": "class", "reporttype": "type", "sourceidentifier": "source",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class XarfReport:
    """A report's values and what it encloses.   version: as stated, "" where it states none."""

    version: str
    report: MachineReport
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    """One scalar: its plain name, the plain names that it stands in, outermost first, its name as written, its text."""

    name: str
    inside: tuple[str, ...]
    written: str
    text: str

    def is_any(self, names: frozenset[str]) -> bool:
        """Whether it has one of these names, alone or with that of what it stands in."""
        return self.name in names or bool(self.inside and f"{self.inside[-1]}.{self.name}" in names)


def read_xarf_json(text: str, limits: Limits) -> tuple[XarfReport, ...]:
    """The reports in a JSON text: one, or the members of a list; empty when it is no XARF.   Raises: nothing."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    found = data if isinstance(data, list) else [data]
    return tuple(_report(one, limits) for one in found[: limits.reports] if isinstance(one, dict) and _is_xarf(one))


def _is_xarf(data: dict[str, Any]) -> bool:
    names = {_plain(name) for name in islice(data, 100)}
    inner = next((value for name, value in islice(data.items(), 100) if _plain(name) == "report" and isinstance(value, dict)), {})
    names |= {_plain(name) for name in islice(inner, 100)}
    is_v4 = "xarfversion" in names or {"category", "type", "sourceidentifier"} <= names
    return is_v4 or bool({"reportclass", "reporttype"} & names)


def _report(data: dict[str, Any], limits: Limits) -> XarfReport:
    values = tuple(islice(_values(data, ()), _MAX_VALUES))
    matter = [value for value in values if not _ABOUT_REPORTER.intersection(value.inside)]
    first = {value.name: value.text for value in reversed(matter)}
    evidence = read_evidence(data)
    texts = (one.content.decode("utf-8", "replace") for one in evidence if one.content_type.startswith("text/"))
    return XarfReport(
        version=next((value.text for value in values if value.name in ("xarfversion", "version")), ""),
        evidence=evidence,
        report=MachineReport(
            machine_type=_machine_type(first),
            stated=tuple(map(_stated, values[:_MAX_STATED])),
            addresses=tuple(_addresses(matter, next(filter(None, (when_of(first[name]) for name in _TIMES if name in first)), None))),
            links=tuple(islice(_links(matter, limits), limits.links)),
            defects=(*schema_defects(data), *evidence_defects(evidence)),
            text="\n".join(texts)[: limits.text_chars],
        ),
    )


def _values(node: object, inside: tuple[str, ...], written: str = "") -> Iterator[_Value]:
    """Every scalar outside evidence, in order."""
    if len(inside) > _MAX_DEPTH:
        return
    if isinstance(node, dict):
        for key, child in node.items():
            if _plain(key) not in EVIDENCE_NAMES:
                yield from _values(child, (*inside, _plain(key)), key)
    elif isinstance(node, list):
        for child in node:
            yield from _values(child, inside, written)
    elif node is not None and inside:
        yield _Value(name=inside[-1], inside=inside[:-1], written=written, text=str(node)[:_VALUE_CHARS])


def _plain(name: str) -> str:
    return "".join(char for char in name[:80].lower() if char.isalnum())


def _machine_type(first: dict[str, str]) -> str:
    """Class and type in the form of v4, "connection/login_attack"."""
    pair = (first.get("category"), first.get("type")) if "category" in first else (first.get("reportclass"), first.get("reporttype"))
    return "/".join("_".join(part.split()).lower() for part in pair if part)[:100]


def _stated(value: _Value) -> Stated:
    kebab = "-".join(part for part in _WORD_STARTS.split(value.written[:80]) if part).lower()
    return stated(_CANONICAL.get(value.name, kebab), value.text)


def _addresses(matter: list[_Value], when: When | None) -> Iterator[ReportedAddress]:
    port = next((port_of(value.text) for value in matter if value.is_any(_SOURCE_PORTS)), None)
    for value in matter:
        if value.is_any(_SOURCES):
            yield from addresses_of(value.text, "xarf:source", Role.SOURCE, when=when, port=port)
        elif value.is_any(_TARGETS):
            yield from addresses_of(value.text, "xarf:destination", Role.TARGET)


def _links(matter: list[_Value], limits: Limits) -> Iterator[Link]:
    for value in matter:
        is_page = value.name.endswith(("url", "urls", "uri", "uris")) and value.name not in _NO_PAGES
        if value.name in _OTHERS_PAGES:
            yield from links_to(value.text, limits, "xarf", Role.TARGET)
        elif is_page or (value.is_any(_SOURCES) and ("://" in value.text or is_bare_host(value.text))):
            yield from links_to(value.text, limits, "xarf")
