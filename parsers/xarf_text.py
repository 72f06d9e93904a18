"""X-ARF 0.1 and 0.2: lines "Name: value" in a text part, YAML in name; read line by line, never by a YAML reader."""

import re

from config.limits import Limits
from parsers.machine_report import MachineReport, addresses_of, links_to, stated, when_of
from parsers.report import Role

# name ":" value ; the subset of YAML that the X-ARF templates use. Values may be quoted.
_LINE = re.compile(r"([A-Za-z][A-Za-z-]{1,39})[ \t]{0,8}:[ \t]{0,8}(.{0,2000})")
_TELLING = frozenset("reported-from category report-type source source-type schema-url report-id user-agent occurrences".split())
_REQUIRED = frozenset({"report-type", "source"})
_MAX_LINES = 200
_READ_CHARS = 32_768


def read_xarf_text(text: str, limits: Limits) -> MachineReport | None:
    """The report in a text; None unless it names type and source and two more of the names that X-ARF has."""
    values: dict[str, str] = {}
    for line in text[:_READ_CHARS].splitlines()[:_MAX_LINES]:
        found = _LINE.match(line)
        if found:
            values.setdefault(found[1].lower(), found[2].strip().strip("\"'").strip())
    if not values.keys() >= _REQUIRED or len(values.keys() & _TELLING) < 4:
        return None
    when = when_of(values.get("date", ""))
    source = values["source"]
    names_page = values.get("source-type", "").lower() in ("uri", "url", "domain") or "://" in source
    return MachineReport(
        machine_type="/".join(part.lower() for part in (values.get("category", ""), values["report-type"]) if part)[:100],
        stated=tuple(stated("class" if name == "category" else name, value) for name, value in values.items()),
        addresses=() if names_page else addresses_of(source, "xarf:source", Role.SOURCE, when=when),
        links=links_to(source, limits, "xarf") if names_page else (),
    )
