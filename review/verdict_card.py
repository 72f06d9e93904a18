"""Why, in short: the rule that decided, the policy's own sentence for it, and the facts that it rested on, each with where it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from routing.decision_table import TABLE
from routing.verdict import Reason

_SENTENCE = {rule.reason: rule.sentence for rule in TABLE}
_BEYOND_TABLE = {Reason.WORKER_DIED: "Reading failed twice on our side: a person looks at it."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that the decision rests on.   label: a key of the texts.   anchor: where on the page it stands."""

    label: str
    value: str
    because: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """sentence: the policy's own words.   because: what made the rule apply here."""

    rule: str
    sentence: str
    because: str
    facts: tuple[Fact, ...]


def verdict_card(document: Mapping[str, Any]) -> Card:
    """The card of a decision's document."""
    reason: Any = document.get("reason") or ""
    hits = [step for step in document.get("trace") or () if step["outcome"] == "hit" and step["rule"] == reason]
    sentence = _SENTENCE.get(reason) or _BEYOND_TABLE.get(reason, "")
    facts = [
        fact for number, report in enumerate(document.get("reports") or ()) for fact in _facts(number, report) if _leads(document, report)
    ]
    return Card(rule=reason, sentence=sentence, because=hits[0]["because"] if hits else "", facts=tuple(facts[:8]))


def _leads(document: Mapping[str, Any], report: Mapping[str, Any]) -> bool:
    return bool(report["reason"] == document["reason"])


def _facts(number: int, report: Mapping[str, Any]) -> Iterator[Fact]:
    source = report["source"]
    if source["ip"]:
        border = next((hop for hop in report["hops"] if hop["status"] == "border"), None)
        anchor = _line(number, border["header_index"] if border else None)
        yield Fact(label="fact.handover", value=source["ip"], because=source["because"], anchor=anchor)
    for one in source["evidence"]:
        if one["believed"]:
            value = f"{one['kind']} {one['ip'] or ''}".strip()
            yield Fact(label="fact.evidence", value=value, because=one["because"], anchor=_line(number, one["header_index"]))
    for one in source["rungs"][:2]:
        yield Fact(label="fact.rung", value=one["ip"], because=one["because"], anchor=_line(number, one["header_index"]))
    for link in report["links"]:
        if link["in_network"]:
            yield Fact(label="fact.own-link", value=link["host"], because=link["because"], anchor="#links")
            break
    for one in report["addresses"]:
        if one["role"] == "source":
            yield Fact(label="fact.accused", value=one["ip"], because=one["origin"], anchor="#addresses")
            break
    if report["missing"]:
        yield Fact(label="fact.missing", value=", ".join(report["missing"]), because="", anchor="#summary")


def _line(number: int, index: int | None) -> str:
    return f"#h{number}-{index}" if index is not None and index >= 0 else "#hops"
