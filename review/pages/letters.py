"""Letters as they would leave: each text that a reporter or a contractor can get, with the site's own words in place of ours."""

from datetime import UTC, datetime

from starlette.responses import Response

from config.errors import ConfigError
from config.events import EVENTS, Event
from notices.preview import Preview, previews
from notices.stationery import open_stationery
from review.asked import Asked
from review.words import LANGUAGES


def show(asked: Asked) -> Response:
    """The letters of one event in one language; a template or key that cannot be used is told instead."""
    event = _chosen(asked.query.get("event", ""))
    written = asked.query.get("in", "")
    language = written if written in LANGUAGES else asked.words.language
    letters, problem = _letters(asked, event, language)
    return asked.page(
        "letters.html", events=EVENTS, policy=asked.words.policy, event=event, written=language, letters=letters, problem=problem
    )


def _letters(asked: Asked, event: Event, language: str) -> tuple[list[Preview], str]:
    desk, now = asked.desk, datetime.now(UTC)
    try:
        stationery = open_stationery(desk.settings.notices, desk.policy, now)
        return list(previews(event, language, stationery, desk.policy, now)), ""
    except ConfigError as error:
        return [], str(error)


def _chosen(word: str) -> Event:
    return Event(word) if word in Event.__members__.values() else Event.SPAM
