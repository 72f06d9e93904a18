"""What people read, in English and in Japanese: the texts of every event, item and reason, from routing/texts/*.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from config.events import EVENTS, Event, Family, Item
from routing.verdict import Reason

LANGUAGES = ("ja", "en")  # the order in which both are shown: Japanese takes precedence


@dataclass(frozen=True, slots=True, kw_only=True)
class EventText:
    """name: as a heading.   names: what people also call it.   what: it is.   refused: when it is not accepted, a dash for never."""

    name: str
    names: tuple[str, ...]
    what: str
    refused: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemText:
    """label: of the line to fill in, understood by parsers/labels.py.   ask: what belongs there."""

    label: str
    ask: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonText:
    """line: of the SMTP answer, with {reference} and others to fill in.   letter: the sentence for a person."""

    line: str
    letter: str


@dataclass(frozen=True, kw_only=True)
class Texts:
    """One language.   answers, copy, states, notes, page: single texts by their key."""

    language: str
    events: Mapping[Event, EventText]
    items: Mapping[Item, ItemText]
    reasons: Mapping[Reason, ReasonText]
    families: Mapping[Family, Mapping[str, str]]
    answers: Mapping[str, Any]
    copy: Mapping[str, str]
    states: Mapping[str, str]
    notes: Mapping[str, str]
    page: Mapping[str, Any]


@cache
def texts_in(language: str) -> Texts:
    """The texts of a language; English for one that there is none of."""
    name = language if language in LANGUAGES else "en"
    plain = tomllib.loads((files("routing") / "texts" / f"{name}.toml").read_text("utf-8"))
    return Texts(
        language=name,
        events={Event(key): EventText(**{**value, "names": tuple(value["names"])}) for key, value in plain["events"].items()},
        items={Item(key): ItemText(**value) for key, value in plain["items"].items()},
        reasons={Reason(key): ReasonText(**value) for key, value in plain["reasons"].items()},
        families={Family(key): value for key, value in plain["families"].items()},
        answers=plain["answers"],
        copy=plain["copy"],
        states=plain["states"],
        notes=plain["notes"],
        page=plain["page"],
    )


def event_named(written: str) -> Event | None:
    """The event whose id or name, in either language, that is; None when it is none's."""
    return _names().get(_plain(written))


@cache
def _names() -> dict[str, Event]:
    names = {_plain(event.value): event for event in Event}
    for language in LANGUAGES:
        for event, text in texts_in(language).events.items():
            names |= {_plain(name): event for name in (text.name, *text.names)}
    return names


def _plain(written: str) -> str:
    return "".join(letter for letter in written.casefold() if letter.isalnum())


def render_events(language: str = "en") -> str:
    """The policy as Markdown, from the table in config/events.py: docs/events.md and the published page."""
    texts = texts_in(language)
    page, columns = texts.page, texts.page["columns"]
    lines = [f"# {page['title']}", "", page["precedence"], "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for rule in EVENTS:
        text, family = texts.events[rule.event], texts.families[rule.family]
        prepare = "; ".join(f"{texts.items[item].label} (`{item}`)" for item in rule.prepare)
        cells = (f"**{text.name}** (`{rule.event}`): {text.what}", prepare, text.refused, family["actions"], family["told"])
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", *(f"- {texts.notes[key]}" for key in ("servers", "no-telephone", "contact-first", "technically", "link-only"))]
    return "\n".join(lines) + "\n"


def form_for(items: tuple[Item, ...], language: str) -> tuple[str, ...]:
    """The list to fill in: one labelled line for each item, with what belongs there in parentheses."""
    texts = texts_in(language)
    return tuple(f"{texts.items[item].label}: ({texts.items[item].ask})" for item in items)
