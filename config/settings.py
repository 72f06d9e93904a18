"""The operator's settings: one TOML file, over it the environment, every key checked.

Only the standard library is used, so that a command that takes one mail from a pipe starts in milliseconds.
Every problem reads "file: key: problem (line N)", and all of them are told at once.
"""

import hashlib
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from config.errors import ConfigError
from config.policy import Policy
from config.prefixes import Assignment, PrefixTable
from config.sections import SECTIONS, Settings, keys_of
from config.whereabouts import PREFIX, find_settings

__all__ = ["Settings", "build_policy", "load_prefixes", "load_settings"]


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings from path, else $ABUSEDESK_CONFIG, ./abusedesk.toml, /etc/abusedesk/abusedesk.toml, else the defaults.

    Every key can be overridden by ABUSEDESK_SECTION__KEY.   Raises ConfigError.
    """
    found = path or find_settings()
    given = chain(_in_file(found) if found else (), _in_environment(os.environ))
    problems: list[str] = []
    values: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    origins: dict[str, str] = {}
    for one in given:
        try:
            values[one.section][one.key] = one.read()
            origins[f"{one.section}.{one.key}"] = one.origin
        except ValueError as error:
            problems.append(one.problem(str(error)))
    if problems:
        raise ConfigError("\n".join(problems))
    sections = {name: section(**values[name]) for name, section in SECTIONS.items()}
    return Settings(**sections, file=found, origins=origins)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """One value as the operator wrote it.

    section, key: perhaps of no known name; key "" where a section should be.   line: None for an environment variable.
    """

    section: str
    key: str
    value: Any
    source: str  # the file's path or the variable's name
    line: int | None = None

    @property
    def origin(self) -> str:
        return self.source if self.line is None else f"{self.source}:{self.line}"

    def read(self) -> Any:
        """The typed value.  Raises ValueError."""
        if self.section not in SECTIONS:
            raise ValueError(_unknown("section", self.section, SECTIONS))
        if not self.key:
            raise ValueError(f"is {self.value!r}, not a section")
        keys = keys_of(self.section)
        if self.key not in keys:
            raise ValueError(_unknown("key", self.key, keys))
        reader = keys[self.key].reader
        return reader.read_text(self.value) if self.line is None else reader.read(self.value)

    def problem(self, what: str) -> str:
        """The problem, with where it is."""
        if self.line is None:
            return f"{self.source}: {what}"
        return f"{self.source}: {self.section}{'.' if self.key else ''}{self.key}: {what} (line {self.line})"


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), n=1)
    return f"unknown {kind}" + (f"; did you mean {close[0]}?" if close else "")


def _in_file(path: Path) -> Iterator[_Given]:
    """The values of a file.  Raises ConfigError for one that is no TOML."""
    text = _text_of(path)
    try:
        sections = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_broken(path, text, str(error))) from error
    lines = _lines_of(text)
    for section, keys in sections.items():
        for key, value in keys.items() if isinstance(keys, dict) else [("", keys)]:
            line = lines.get((section, key)) or lines.get((section, "")) or 1
            yield _Given(section=section, key=key, value=value, source=str(path), line=line)


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 (byte {error.start})") from error


# "Expected '=' after a key in a key/value pair (at line 3, column 5)", or "(at end of document)".
_AT_LINE = re.compile(r" \(at (?:line (\d{1,9}), column \d{1,9}|end of document)\)$")
_SECTION_LINE = re.compile(r"\s*\[\s*([\w-]+)(?:\s*\.\s*([\w-]+))?[^\]]*\]")
_KEY_LINE = re.compile(r"""\s*(?:"([^"]+)"|'([^']+)'|([\w.-]+))\s*=""")


def _broken(path: Path, text: str, message: str) -> str:
    found = _AT_LINE.search(message)
    lines = text.splitlines() or [""]
    number = int(found[1]) if found and found[1] else len(lines)
    section, key = next((name for name, line in reversed(_lines_of(text).items()) if line <= number), ("", ""))
    name = f"{section}.{key}" if section and key else section or key
    where = f"{path}: {name}" if name else str(path)
    return f"{where}: not valid TOML: {_AT_LINE.sub('', message)} (line {number})"


def _lines_of(text: str) -> dict[tuple[str, str], int]:
    """The line of each section and key, in order; as far as lines tell it."""
    found: dict[tuple[str, str], int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _SECTION_LINE.match(line):
            section = header[1]
            found.setdefault((section, header[2] or ""), number)
        elif key := _KEY_LINE.match(line):
            first, _, rest = (key[1] or key[2] or key[3]).partition("." if key[3] else "\0")
            found.setdefault((section, first) if section else (first, rest), number)
    return found


def _in_environment(environment: Mapping[str, str]) -> Iterator[_Given]:
    """The values of ABUSEDESK_SECTION__KEY; names without "__" are left alone, since container platforms set such for a service."""
    for name, value in sorted(environment.items()):
        section, mark, key = name.removeprefix(PREFIX).partition("__")
        if name.startswith(PREFIX) and mark:
            yield _Given(section=section.lower(), key=key.lower() or name, value=value, source=name)


def build_policy(settings: Settings, *, base: Path | None = None) -> Policy:
    """What decisions may know of the settings.

    base: folder that relative prefix files count from; None is the settings file's.   Raises ConfigError for a prefix file.
    """
    networks = [each for each in settings.receivers.trusted if not isinstance(each, str)]
    return Policy(
        prefixes=load_prefixes(settings, base=base),
        domains=settings.network.domains,
        routable=settings.network.routable,
        trusted_names=tuple(each for each in settings.receivers.trusted if isinstance(each, str)),
        trusted_networks=tuple(networks),
        gateways=settings.receivers.gateways,
        events_by_recipient=settings.policy.recipients,
        desk_addresses=settings.policy.desk_addresses,
        languages=settings.policy.languages,
        contact=settings.policy.contact,
        help_url=settings.policy.help_url,
        limits=settings.limits,
        asks_for_keys=settings.lookups.dns and settings.lookups.dkim,
        asks_registries=(settings.lookups.dns and settings.lookups.rdap) or bool(settings.lookups.asn_file),
        sends_notices=settings.notices.enabled,
        tells_systems=bool(settings.notices.webhooks),
        has_second_opinion=settings.policy.second_opinion,
        version=_version(settings, _prefix_files(settings, base)),
    )


def _prefix_files(settings: Settings, base: Path | None) -> list[Path]:
    folder = base or (settings.file.parent if settings.file else Path())
    confirmed = confirmed_file(settings, base=base)
    given = [folder / name for name in settings.network.prefix_files]
    return [*given, confirmed] if confirmed is not None and confirmed.exists() and confirmed not in given else given


def confirmed_file(settings: Settings, *, base: Path | None = None) -> Path | None:
    """Where confirmed prefixes are written; None where the settings name no file."""
    folder = base or (settings.file.parent if settings.file else Path())
    return folder / settings.network.confirmed_file if settings.network.confirmed_file else None


def load_prefixes(settings: Settings, *, base: Path | None = None) -> PrefixTable:
    """Own prefixes, inline and from files.  Raises ConfigError."""
    inline = (Assignment(prefix=str(prefix)) for prefix in settings.network.prefixes)
    return PrefixTable(inline, files=_prefix_files(settings, base))


def _version(settings: Settings, files: Iterable[Path]) -> str:
    """Twelve hexadecimal digits over all that a decision may know; the same for the same settings, wherever they lie."""
    network, receivers, policy = settings.network, settings.receivers, settings.policy
    known = (network.prefixes, network.domains, network.routable, receivers, policy, settings.limits)
    digest = hashlib.sha256(repr(known).encode())
    for path in files:
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
