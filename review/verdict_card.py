"""Why, in short: the rule that decided, the policy's own sentence for it, and the facts that it rested on, each with where it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from review.words import Words


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


def verdict_card(document: Mapping[str, Any], words: Words) -> Card:
    """The card of a decision's document.   words: the language that it is read in."""
    reason: str = document.get("reason") or ""
    hits = [step for step in document.get("trace") or () if step["outcome"] == "hit" and step["rule"] == reason]
    sentence = words(f"rule.{reason}") if reason else ""
    leading = [(number, report) for number, report in enumerate(document.get("reports") or ()) if report["reason"] == reason]
    facts = [fact for number, report in leading for fact in _facts(number, report, words)]
    return Card(rule=reason, sentence=sentence, because=hits[0]["because"] if hits else "", facts=tuple(facts[:8]))


def _facts(number: int, report: Mapping[str, Any], words: Words) -> Iterator[Fact]:
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
        missing = ", ".join(words.item(one) for one in report["missing"])
        yield Fact(label="fact.missing", value=missing, because="", anchor="#summary")


def _line(number: int, index: int | None) -> str:
    return f"#h{number}-{index}" if index is not None and index >= 0 else "#hops"
