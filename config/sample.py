"""The settings as text for a person: a sample file with every key, and the page of the documentation."""

from collections.abc import Mapping
from typing import Any

from config.sections import SECTIONS, keys_of


def sample() -> str:
    """A TOML file that sets every key to its default and says what it is for."""
    lines = ["# Every key with its default. Each can be overridden by ABUSEDESK_SECTION__KEY."]
    for section, described in SECTIONS.items():
        lines += ["", f"# {described.__doc__}", f"[{section}]"]
        for key in keys_of(section).values():
            lines.append(f"# {key.about}")
            if isinstance(key.default, Mapping) and key.default:
                lines.append(f"[{section}.{key.name}]")
                lines += [f"{_toml(name)} = {_toml(value)}" for name, value in key.default.items()]
            else:
                lines.append(f"{key.name} = {_toml(key.default)}")
    return "\n".join(lines) + "\n"


def page() -> str:
    """docs/configuration.md."""
    lines = [_HEAD]
    for section, described in SECTIONS.items():
        lines += ["", f"## [{section}]", "", str(described.__doc__), "", "| key | what | default | for |", "|---|---|---|---|"]
        for key in keys_of(section).values():
            default = f"`{_toml(key.default)}`" if len(_toml(key.default)) < 80 else "`abusedesk config sample` shows it"
            lines.append(f"| `{key.name}` | {key.reader.kind} | {default} | {key.about} |")
    return "\n".join(lines) + "\n"


_HEAD = """\
# Configuration

One TOML file: `--config FILE`, else `$ABUSEDESK_CONFIG`, else `./abusedesk.toml`, else `/etc/abusedesk/abusedesk.toml`, else the
defaults below.

Each key can be overridden by an environment variable: `smtp.max_recipients` by `ABUSEDESK_SMTP__MAX_RECIPIENTS`. A list is given with
commas or as in TOML, a table as in TOML. An unknown key is an error that names it. `abusedesk config check` says everything that is
wrong, `abusedesk config show` where each value came from, and `abusedesk config sample` prints a file to begin with.

This page is printed from the settings themselves."""


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:_}" if isinstance(value, int) and value >= 10_000 else str(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml(key)} = {_toml(one)}" for key, one in value.items()) + " }" if value else "{}"
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return '"' + str(value) + '"'
