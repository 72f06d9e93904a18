"""A list's filter as the URL has it, and back: every list is a link that can be sent to a colleague."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import ip_network
from typing import TypeVar
from urllib.parse import urlencode

from config.events import Event
from review.discretion import is_whole_address
from review.periods import moment_of
from routing.verdict import Reason, Verdict
from storage.case_queries import CaseFilter
from storage.facets import Facet
from storage.filters import Filter
from storage.workflow import CaseState

Word = TypeVar("Word", bound=StrEnum)

KEYS = ("reason", "event", "network", "reporter", "day", "since", "until", "text", "campaign", "grouped")
CASE_KEYS = ("state", "event", "contractor", "assignee", "accused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a URL asks for.   given: its parameters, empty ones left out.   wrong: those that say nothing sensible; they ask for nothing."""

    given: Mapping[str, str]
    wrong: tuple[str, ...]
    filter: Filter

    def link(self, **changes: str | None) -> str:
        """The query of the same list with some parameters changed; None or "" takes one away."""
        return link_of(self.given, changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A line of a facet.   query: what the link asks for: with it, or without it when it is chosen."""

    value: str
    number: int
    query: str
    is_chosen: bool


def link_of(given: Mapping[str, str], changes: Mapping[str, str | None]) -> str:
    """A query with some of its parameters changed; the page that was reached is forgotten."""
    merged = {key: value for key, value in (dict(given) | dict(changes)).items() if value}
    return "?" + urlencode(merged) if merged else "?"


def asking_of(query: Mapping[str, str], verdict: Verdict | None, *, sees_reporters: bool = True, now: datetime | None = None) -> Asking:
    """Read a list's URL.   sees_reporters: whoever may not see them does not find them either."""
    now = now or datetime.now(UTC)
    given = {key: query[key].strip()[:500] for key in KEYS if query.get(key, "").strip()}
    wrong: list[str] = []
    if not sees_reporters:
        wrong += [key for key in ("reporter", "text") if key in given and (key == "reporter" or is_whole_address(given[key]))]
        given = {key: value for key, value in given.items() if key not in wrong}

    def moment(key: str) -> datetime | None:
        try:
            return moment_of(given[key], now=now) if key in given else None
        except ValueError:
            wrong.append(key)
            return None

    since, until, day = moment("since"), moment("until"), moment("day")
    if day is not None:
        since, until = max(filter(None, (since, day))), min(filter(None, (until, day + timedelta(days=1))))
    network = None
    if "network" in given:
        try:
            network = ip_network(given["network"], strict=False)
        except ValueError:
            wrong.append("network")
    reason, event = word_of(Reason, given.get("reason")), word_of(Event, given.get("event"))
    campaign = number_of(given.get("campaign"))
    wrong += [key for key, value in (("reason", reason), ("event", event), ("campaign", campaign)) if key in given and value is None]
    asked = Filter(
        verdict=verdict,
        reason=reason,
        event=event,
        reporter=given.get("reporter", ""),
        network=network,
        since=since,
        until=until,
        text=given.get("text", ""),
        campaign=campaign,
        one_per_campaign="grouped" in given,
    )
    return Asking(given=given, wrong=tuple(wrong), filter=asked)


def choices(asking: Asking, key: str, facet: Facet) -> list[Choice]:
    """A facet's lines as links."""
    chosen = asking.given.get(key, "")
    return [
        Choice(value=value, number=number, query=asking.link(**{key: None if value == chosen else value}), is_chosen=value == chosen)
        for value, number in facet.values
    ]


def cases_of(query: Mapping[str, str]) -> tuple[Mapping[str, str], CaseFilter]:
    """Read the URL of a list of cases: open ones unless it says `all`."""
    given = {key: query[key].strip()[:500] for key in (*CASE_KEYS, "all") if query.get(key, "").strip()}
    return given, CaseFilter(
        state=word_of(CaseState, given.get("state")),
        event=word_of(Event, given.get("event")),
        contractor=given.get("contractor"),
        assignee=given.get("assignee"),
        accused=given.get("accused"),
        is_open=None if given.get("all") or given.get("state") == CaseState.CLOSED else True,
    )


def word_of(words: type[Word], text: str | None) -> Word | None:
    """A word of a closed set, None for any other."""
    try:
        return words(text) if text else None
    except ValueError:
        return None


def number_of(text: str | None) -> int | None:
    """A row's number as a URL has it, None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None
