"""What a browser would make of a page: every element and attribute, also those of the documents in frames."""

from collections.abc import Iterator
from html.parser import HTMLParser

_OUR_LINKS = ("/", "#", "?")


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)


def elements(html: str) -> list[tuple[str, dict[str, str]]]:
    """Every start tag with its attributes."""
    parser = _Elements()
    parser.feed(html)
    return parser.found


def faults(html: str) -> Iterator[str]:
    """Whatever could act in a page of ours: a script, a handler, a style, a link that leads away, a frame that may do anything."""
    for tag, attributes in elements(html):
        if tag == "script" and attributes != {"src": "/static/desk.js", "defer": ""}:
            yield f"a script: {attributes}"
        if tag in ("object", "embed", "base", "img", "video", "audio", "style", "math", "animate", "marquee"):
            yield f"a {tag}: {attributes}"
        for name, value in attributes.items():
            if name.startswith("on") or name == "style":
                yield f"{name} at {tag}: {value}"
            if name in ("href", "src", "action", "formaction", "data", "poster", "xlink:href") and not value.startswith(_OUR_LINKS):
                yield f"{name} leads away: {value}"
            if name in ("href", "src", "action") and value.startswith(("//", "/\\")):
                yield f"{name} leads away: {value}"
        if tag == "iframe":
            if attributes.get("sandbox") != "" or "src" in attributes:
                yield f"a frame that may do something: {attributes}"
            yield from _faults_in_frame(attributes["srcdoc"])


def _faults_in_frame(html: str) -> Iterator[str]:
    """In a mail's frame stands nothing but our own head and tags without attributes."""
    for tag, attributes in elements(html):
        if tag in ("meta", "link"):
            known = (
                {"charset": "utf-8"},
                {"name": "referrer", "content": "no-referrer"},
                {"rel": "stylesheet", "href": "/static/mail.css"},
            )
            if attributes not in known and attributes.get("http-equiv") != "Content-Security-Policy":
                yield f"in a frame: {tag} {attributes}"
        elif attributes or tag in ("script", "iframe", "object", "svg", "math", "style", "img", "form", "input", "base"):
            yield f"in a frame: {tag} {attributes}"
