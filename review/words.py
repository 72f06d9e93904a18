"""What the desk's pages say, in English and in Japanese: review/texts/*.toml by dotted key, and the policy's own names."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from config.events import Event, Item
from routing.texts import Texts, texts_in

LANGUAGES = ("en", "ja")


@dataclass(frozen=True, kw_only=True)
class Words:
    """One language.   Calling it with a key gives the text, {names} filled in."""

    language: str
    texts: Mapping[str, str]
    policy: Texts

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key; KeyError for one that there is none of."""
        text = self.texts[key]
        return text.format(**values) if values else text

    def item(self, item: str) -> str:
        """What a kind of report needs, by its name for people."""
        return self.policy.items[Item(item)].label

    def event(self, event: str) -> str:
        """An event's name; "" for none."""
        return self.policy.events[Event(event)].name if event else ""


@cache
def words_in(language: str) -> Words:
    """The texts of a language; English for one that there is none of."""
    name = language if language in LANGUAGES else "en"
    plain = tomllib.loads((files("review") / "texts" / f"{name}.toml").read_text("utf-8"))
    return Words(language=name, texts=dict(_flat(plain)), policy=texts_in(name))


def language_of(accepted: str) -> str:
    """The language of an Accept-Language field (RFC 9110 section 12.5.4): the first of ours in the order of its weights."""
    ranked: list[tuple[float, str]] = []
    for one in accepted[:200].split(","):
        name, _, weight = one.strip().partition(";q=")
        try:
            ranked.append((-float(weight or 1), name.strip().lower().partition("-")[0]))
        except ValueError:
            continue
    return next((name for _, name in sorted(ranked, key=lambda one: one[0]) if name in LANGUAGES), "en")


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        found += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, value)]
    return found
