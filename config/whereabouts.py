"""Where things are, told without reading all settings: the settings file, and the socket at which a running service takes mails.

A pipe that hands its mail to the service needs no more, and starts in half the time. What is wrong in the file is found by whoever
reads it whole.
"""

import os
import tomllib
from pathlib import Path

PREFIX = "ABUSEDESK_"
DEFAULT_STORE = "sqlite:///var/abusedesk.db"
_PLACES = (Path("abusedesk.toml"), Path("/etc/abusedesk/abusedesk.toml"))
_SQLITE = "sqlite:///"


def find_settings() -> Path | None:
    """$ABUSEDESK_CONFIG, ./abusedesk.toml, /etc/abusedesk/abusedesk.toml, or None where there is none of them."""
    named = os.environ.get(PREFIX + "CONFIG")
    return Path(named) if named else next((place for place in _PLACES if place.is_file()), None)


def submit_socket(settings: Path | None) -> Path | None:
    """Where a service with these settings would take mails from `submit`; None where they name no place, or cannot be read."""
    found = settings or find_settings()
    try:
        sections = tomllib.loads(found.read_bytes().decode("utf-8-sig")) if found else {}
    except (OSError, ValueError):
        return None
    named = _value(sections, "smtp", "submit_socket", "")
    return submit_socket_of(_value(sections, "storage", "url", DEFAULT_STORE), named)


def submit_socket_of(store: str, named: str) -> Path | None:
    """The place that was named, else beside the file of a SQLite store; None for another store."""
    if named:
        return Path(named)
    return Path(store.removeprefix(_SQLITE).partition("?")[0] + ".submit") if store.startswith(_SQLITE) else None


def _value(sections: dict[str, object], section: str, key: str, default: str) -> str:
    """A text as the environment, else the file has it."""
    in_environment = os.environ.get(f"{PREFIX}{section}__{key}".upper())
    keys = sections.get(section)
    in_file = keys.get(key) if isinstance(keys, dict) else None
    return in_environment or (in_file if isinstance(in_file, str) else default)
