"""The readable texts of a message: plain bodies as they are, HTML bodies as text with their lines kept."""

from dataclasses import dataclass
from enum import StrEnum

from config.limits import Limits
from parsers.html import html_to_text
from parsers.mime import Part


class TextKind(StrEnum):
    """What a text was before it was text."""

    PLAIN = "plain"  # text/plain, or any other text that is not HTML.
    HTML = "html"  # text/html, rendered line by line.


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBody:
    """One readable body.   path: MIME path of its part.   html: the source when it was HTML, else ""."""

    path: str
    kind: TextKind
    text: str
    html: str = ""
    is_flowed: bool = False
    is_attachment: bool = False


def texts_of(message: Part, limits: Limits) -> tuple[TextBody, ...]:
    """Every text body of a message in the order in which they stand; embedded messages are not entered.

    Each text is cut to limits.text_chars.
    """
    return tuple(_text_body(part, limits) for part in message.leaves() if part.content_type.startswith("text/"))


def _text_body(part: Part, limits: Limits) -> TextBody:
    text = part.text.text[: limits.text_chars]
    is_attachment = part.disposition[0] == "attachment" or bool(part.filename)
    if part.content_type == "text/html":
        return TextBody(path=part.path, kind=TextKind.HTML, text=html_to_text(text), html=text, is_attachment=is_attachment)
    is_flowed = part.parameters.get("format", "").lower() == "flowed"
    return TextBody(
        path=part.path, kind=TextKind.PLAIN, text=text.replace("\r\n", "\n"), is_flowed=is_flowed, is_attachment=is_attachment
    )
