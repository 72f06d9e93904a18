"""The texts of letters: by kind and language, and where a site has its own, by kind, event and language.

A template's first line is its subject, in which only the reference can be filled in; what a reporter wrote never gets there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from config.errors import ConfigError
from routing.texts import LANGUAGES
from storage.notices import NoticeKind

FIELDS: Mapping[NoticeKind, frozenset[str]] = {
    NoticeKind.ACKNOWLEDGEMENT: frozenset({"reference", "reason", "advice", "event", "signature"}),
    NoticeKind.REFUSAL: frozenset({"reference", "reason", "network", "advice", "event", "signature"}),
    NoticeKind.MISSING_INFORMATION: frozenset({"reference", "reason", "advice", "form", "event", "signature"}),
    NoticeKind.CONTRACTOR: frozenset({"reference", "copy", "event", "signature"}),
    NoticeKind.REPORT_BACK: frozenset({"reference", "note", "event", "signature"}),
}
_SUBJECT_MARK = "Subject: "
_FIELD = re.compile(r"\$([a-z]{1,20})\b")
_GAP = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """subject, body: with $fields still to be filled in.   origin: the file's name."""

    subject: str
    body: str
    origin: str

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Subject and body; a line whose field is empty leaves no gap."""
        subject = self.subject.replace("$reference", values["reference"])
        body = _FIELD.sub(lambda found: values.get(found[1], found[0]), self.body)
        return subject, _GAP.sub("\n\n", body).strip() + "\n"


class Templates:
    """Ours, with a site's own in their place.   folder: None for none."""

    def __init__(self, folder: Path | None = None) -> None:
        """Reads and checks all of them.   Raises ConfigError."""
        self._found: dict[str, Template] = {}
        for kind in FIELDS:
            for language in LANGUAGES:
                name = f"{kind}.{language}.txt"
                self._found[name] = _read(name, (files("notices") / "templates" / name).read_text("utf-8"), kind)
        for path in sorted(folder.glob("*.txt")) if folder else ():
            self._found[path.name] = _read(str(path), _text_of(path), _kind_of(path))

    def template(self, kind: NoticeKind, event: str, language: str) -> Template:
        """The most particular one there is; English for a language that there is none of."""
        spoken = language if language in LANGUAGES else "en"
        return self._found.get(f"{kind}.{event}.{spoken}.txt") or self._found[f"{kind}.{spoken}.txt"]


def _kind_of(path: Path) -> NoticeKind:
    """Raises ConfigError for a file that replaces nothing."""
    known = [kind for kind in FIELDS if path.name.startswith(f"{kind}.")]
    if not known or path.stem.rpartition(".")[2] not in LANGUAGES:
        raise ConfigError(f"{path}: is named neither KIND.LANGUAGE.txt nor KIND.EVENT.LANGUAGE.txt")
    return known[0]


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error


def _read(name: str, text: str, kind: NoticeKind) -> Template:
    """Raises ConfigError for a template without a subject, or with a field that is not filled in."""
    first, _, rest = text.replace("\r\n", "\n").partition("\n")
    subject = first.removeprefix(_SUBJECT_MARK).strip()
    if not first.startswith(_SUBJECT_MARK) or not subject.isprintable() or "$reference" not in subject:
        raise ConfigError(f"{name}: the first line is no Subject: with $reference in it")
    unknown = {*_FIELD.findall(rest)} - FIELDS[kind] | {*_FIELD.findall(subject)} - {"reference"}
    if unknown:
        raise ConfigError(f"{name}: ${min(unknown)} is not filled in here; in the body are {', '.join(sorted(FIELDS[kind]))}")
    return Template(subject=subject, body=rest.strip() + "\n", origin=name)
