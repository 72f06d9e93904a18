"""How templates write values: times, spans of time, sizes, links that nobody opens by a slip of the finger."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from storage.reference import CASE, letters_of

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def moment(value: datetime | str | None) -> Markup:
    """A time in UTC, to the minute; machines read it whole."""
    if not value:
        return Markup("–")
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    at = at.astimezone(UTC) if at.tzinfo else at
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), f"{at:%Y-%m-%d %H:%M}")


def short_moment(value: datetime) -> Markup:
    """A time of this year, for lists."""
    at = value.astimezone(UTC)
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), f"{at:%m-%d %H:%M}")


def hour_name(value: datetime) -> str:
    """An hour as a filter takes it, and no longer than that: 2026-11-24T09."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H}"


def span(seconds: float | None) -> str:
    """So long, in its largest unit."""
    if seconds is None:
        return "–"
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{seconds / size:.1f}".rstrip("0").rstrip(".") + f" {unit}"
    return f"{int(seconds)} s"


def age(since: datetime, now: datetime) -> str:
    """How long ago."""
    return span((now - since).total_seconds())


def defanged(url: str) -> str:
    """A reported link as it may be shown."""
    return re.sub(r"^(h)tt(p)", r"\1xx\2", url, count=1, flags=re.IGNORECASE)


def size(number: int) -> str:
    """Bytes as people say them."""
    for bound, unit in ((1_048_576, "MB"), (1_024, "kB")):
        if number >= bound:
            return f"{number / bound:.1f} {unit}"
    return f"{number} B"


def thousands(number: float) -> str:
    """A number with thin blanks."""
    return f"{number:,.0f}".replace(",", "\u202f")


def own(reference: str, digest: str) -> str:
    """A submission's own reference: what was told names the case where it joined one, and many may have joined it."""
    return f"S-{letters_of(digest)}" if reference.startswith(CASE) else reference


_FRAME_HEAD = (
    '<!doctype html><meta charset="utf-8">'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self'\">"
    '<meta name="referrer" content="no-referrer"><link rel="stylesheet" href="/static/mail.css"><body>'
)


def frame(html: str) -> str:
    """The document of a sandboxed frame: its own policy forbids everything, whatever the allow-list let through."""
    return _FRAME_HEAD + html


FILTERS: dict[str, Callable[..., Any]] = {
    "moment": moment, "short_moment": short_moment, "hour_name": hour_name, "span": span, "age": age, "defanged": defanged, "size": size,
    "thousands": thousands, "own": own, "frame": frame,
}  # fmt: skip
