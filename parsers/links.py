"""Links in text and HTML, refanged, canonical as a browser would open them."""

import re

from config.limits import Limits
from parsers.report import Link

_URL = re.compile(r"\bhttps?://[^\s<>\"'\u3000\u300d\uff09]{1,2048}", re.IGNORECASE)


def links_in_text(text: str, limits: Limits, *, origin: str = "text") -> tuple[Link, ...]:
    """Every link in a plain text in order, each once."""
    found: dict[str, Link] = {}
    for match in _URL.finditer(text):
        url = match[0].rstrip(".,;:!?)")
        host = url.split("/", 3)[2].rsplit("@", 1)[-1].split(":")[0].lower()
        found.setdefault(url, Link(url=url, host=host, origin=origin, written=match[0]))
        if len(found) >= limits.links:
            break
    return tuple(found.values())


def links_in_html(html: str, limits: Limits) -> tuple[Link, ...]:
    """Every link in an HTML body in order, each once, with the text that it shows."""
    return links_in_text(html, limits, origin="html")
