"""What `config show` and `config check` tell: each setting with its source, and everything that is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.errors import ConfigError
from config.prefixes import PrefixTable
from config.sections import SECTIONS, Settings, keys_of
from config.settings import load_prefixes, load_settings
from config.values import without_password
from config.whereabouts import find_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One setting as `config show` prints it.   source: "default", file:line or the variable's name."""

    key: str
    value: Any
    source: str


def show(settings: Settings) -> list[Shown]:
    """Every setting with where it came from; passwords starred out."""
    shown = []
    for section in SECTIONS:
        for key in keys_of(section):
            name, value = f"{section}.{key}", getattr(getattr(settings, section), key)
            if name == "storage.url":
                value = without_password(value)
            if name.endswith("_secret") and value:
                value = "***"
            shown.append(Shown(key=name, value=value, source=settings.origins.get(name, "default")))
    return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What `config check` found.   is_fatal: the service does not start with it."""

    text: str
    is_fatal: bool = True


def check(path: Path | None = None) -> list[Problem]:
    """Everything that is wrong with the settings: file and environment, prefix files, certificate, prefixes held twice."""
    try:
        settings = load_settings(path)
        prefixes = load_prefixes(settings)
    except ConfigError as error:
        return [Problem(text=line) for line in str(error).splitlines()]
    missing = [key for key in ("tls_cert", "tls_key") if (name := getattr(settings.smtp, key)) and not Path(name).is_file()]
    problems = [Problem(text=f"{_where(settings, f'smtp.{key}')}: no such file") for key in missing]
    if bool(settings.smtp.tls_cert) != bool(settings.smtp.tls_key):
        problems.append(Problem(text=f"{_where(settings, 'smtp.tls_cert')}: tls_cert and tls_key are given together or not at all"))
    elif settings.smtp.tls_required and not settings.smtp.tls_cert:
        problems.append(Problem(text=f"{_where(settings, 'smtp.tls_required')}: there is no tls_cert"))
    if not (path or find_settings()):
        text = "there is no settings file, so every setting has its default; `abusedesk config sample > abusedesk.toml` writes one"
        problems.append(Problem(text=text, is_fatal=False))
    if not prefixes.size and not settings.network.domains:
        problems.append(Problem(text="network: neither prefixes nor domains: every report is out of network", is_fatal=False))
    return problems + [Problem(text=text, is_fatal=False) for text in _held_twice(prefixes)]


def _where(settings: Settings, key: str) -> str:
    return f"{settings.origins.get(key, 'default')}: {key}"


def _held_twice(prefixes: PrefixTable) -> Iterator[str]:
    for outer, inner in prefixes.overlaps():
        if outer.contractor and inner.contractor and outer.contractor != inner.contractor:
            yield (
                f"{inner.origin}: {inner.prefix} of {inner.contractor} lies in {outer.prefix} of {outer.contractor}"
                f" ({outer.origin}); the longer prefix wins"
            )
