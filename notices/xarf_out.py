"""Accepted submissions as XARF v4 reports, as far as they can be expressed; nothing is made up to please a schema.

A report is given only when the schema of its type (package xarf, specification 4.2) finds nothing that it must have missing; what the
strict reading would like to see besides is listed beside it.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.events import Event, rule_of
from routing.verdict import Verdict
from storage.queries import Whole

VERSION = "4.2.0"
_NAMESPACE = uuid.UUID("5d6c8a9e-6f5e-5c0c-9d2b-0b7b2f6a4d11")  # of our report ids: the same submission has the same one, for ever


@dataclass(frozen=True, slots=True, kw_only=True)
class Expressed:
    """report: None where it cannot be expressed.   why: then why not; else what strict readers will miss."""

    report: Mapping[str, Any] | None
    why: tuple[str, ...]


def express(whole: Whole, *, contact: str, organisation: str) -> Expressed:
    """A submission's leading report.   contact: the desk's mail address, which is the reporter to others: who reported is not told."""
    if whole.submission["verdict"] != Verdict.ACCEPTED:
        return Expressed(report=None, why=("it was not accepted",))
    kind = rule_of(Event(whole.submission["event"])).xarf
    if not kind:
        return Expressed(report=None, why=(f"XARF has no type for {whole.submission['event']}",))
    accepted = next((number for number, one in enumerate(whole.reports) if one["verdict"] == Verdict.ACCEPTED), None)
    if accepted is None or not whole.reports[accepted]["accused_value"]:
        return Expressed(report=None, why=("nothing of ours is accused",))
    if accepted >= len(whole.document["reports"]):
        return Expressed(report=None, why=("what was reported has been erased",))
    category, _, name = kind.partition("/")
    party = {"org": organisation, "contact": contact, "domain": contact.rpartition("@")[2]}
    report = {
        "xarf_version": VERSION,
        "report_id": str(uuid.uuid5(_NAMESPACE, whole.submission["digest"])),
        "timestamp": whole.submission["arrived_at"].isoformat().replace("+00:00", "Z"),
        "reporter": party,
        "sender": party,
        "source_identifier": whole.reports[accepted]["accused_value"],
        "category": category,
        "type": name,
        **_particulars(category, whole, accepted),
    }
    required, recommended = _errors(report)
    return Expressed(report=None, why=required) if required else Expressed(report=report, why=recommended)


def _particulars(category: str, whole: Whole, position: int) -> dict[str, Any]:
    """What a category asks for, as far as the report says it."""
    report = whole.document["reports"][position]
    accused = [one for one in report["addresses"] if one["role"] == "source" and one["ip"] == whole.reports[position]["accused_value"]]
    found: dict[str, Any] = {"source_port": next((one["port"] for one in accused if one.get("port")), None)}
    message = {} if whole.submission["is_sealed"] else report["message"] or {}
    links = [one for one in report["links"] if one["in_network"]]
    match category:
        case "messaging":
            found |= {"protocol": "smtp", "smtp_from": message.get("from")}
            found |= {name: message.get(name) for name in ("subject", "message_id")}
        case "connection":
            found |= {"first_seen": next((one["at"] for one in accused if one.get("at")), None)}
        case "content":
            found |= {"url": links[0]["url"], "domain": _name(links[0]["host"])} if links else {}
        case "copyright":
            found |= {"infringing_url": links[0]["url"] if links else None}
        case _:
            pass
    return {name: value for name, value in found.items() if value}


def _name(host: str) -> str | None:
    """A host that is a name, and no address."""
    return host if host.rpartition(".")[2].isalpha() else None


def _errors(report: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What must be there and is not, and what strict readers would like to see besides."""
    import xarf

    required, strict = (xarf.parse(dict(report), strict=is_strict).errors for is_strict in (False, True))
    said = tuple(error.message[:200] for error in required)
    return said, tuple(error.message[:200] for error in strict if error.message[:200] not in said)
