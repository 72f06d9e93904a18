"""The thirteen events as one table."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from config.events import EVENTS, Accused, Event, Family, Item, rule_of

# Reference Security Incident Taxonomy, working copy v1003: class/type of what the table uses
RSIT = {
    "abusive-content/spam", "abusive-content/harmful-speech", "abusive-content/violence", "intrusion-attempts/brute-force",
    "malicious-code/malware-distribution", "information-content-security/unauthorised-information-modification",
    "information-content-security/data-leak", "fraud/phishing", "fraud/copyright", "fraud/masquerade", "other/other",
}  # fmt: skip


def constants(schema: Any, name: str) -> Iterator[str]:
    """The constants that a schema prescribes for a property."""
    if isinstance(schema, dict):
        value = schema.get("properties", {}).get(name, {})
        yield from (str(one) for one in [value.get("const"), *value.get("enum", [])] if one)
        for part in schema.values():
            yield from constants(part, name)
    elif isinstance(schema, list):
        for part in schema:
            yield from constants(part, name)


def xarf_types() -> set[str]:
    """class/type of every schema; its file's name starts with the class."""
    paths = [path for path in (files("xarf") / "schemas" / "types").iterdir() if path.name.endswith(".json")]
    return {f"{path.name.partition('-')[0]}/{name}" for path in paths for name in constants(json.loads(path.read_text("utf-8")), "type")}


def test_each_event_has_one_line() -> None:
    assert [rule.event for rule in EVENTS] == list(Event)
    assert all(rule_of(event).event is event for event in Event)


def test_every_xarf_type_of_the_table_is_one_of_xarf() -> None:
    assert {rule.xarf for rule in EVENTS if rule.xarf} <= xarf_types()


def test_four_events_have_no_xarf_type() -> None:
    without = {rule.event for rule in EVENTS if not rule.xarf}
    assert without == {Event.DEFAMATION_PRIVACY, Event.PORTRAIT_RIGHTS, Event.NUISANCE, Event.OTHER}


def test_every_rsit_type_of_the_table_is_one_of_rsit() -> None:
    assert {rule.rsit for rule in EVENTS} <= RSIT


def test_claims_of_rights_ask_who_claims_and_what_may_be_forwarded() -> None:
    claims = {rule.event for rule in EVENTS if {Item.CLAIMANT, Item.COMMENTS_TO_FORWARD} <= set(rule.prepare)}
    assert claims == {rule.event for rule in EVENTS if rule.family is Family.FACT_CHECK}


def test_only_spam_is_about_a_sender_and_only_access_about_an_address() -> None:
    assert [rule.event for rule in EVENTS if rule.accused is Accused.SENDER] == [Event.SPAM]
    assert [rule.event for rule in EVENTS if rule.accused is Accused.ADDRESS] == [Event.UNAUTHORIZED_ACCESS]


def test_no_event_asks_for_an_item_twice() -> None:
    assert all(len(set(rule.prepare)) == len(rule.prepare) for rule in EVENTS)
