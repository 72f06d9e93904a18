"""Names under which an address stands: keys of key=value, JSON and XML lines, labels, columns; the names are in keys.toml."""

import re
import tomllib
from importlib.resources import files

from parsers.addresses import Mention
from parsers.report import Role

_REACH = 200  # characters before an address in which its key may stand
_NOISE = str.maketrans("", "", " _-.'\u3000")

_NAMES: dict[str, list[str]] = tomllib.loads((files("parsers") / "keys.toml").read_text("utf-8"))
_ROLES = {name: role for role in Role for name in _NAMES[role]}
GENERIC_KEYS = frozenset(_NAMES["generic"])
OTHER_KEYS = frozenset(_NAMES["other"])

# key=a  key="a"  "key": "a"  <key>a
_KEY_BEFORE = re.compile(
    r"(?:^|[\s,;{(\[\"'|<&])([A-Za-z][\w.\- ]{0,30}"
    r"|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3A-Za-z][\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3A-Za-z ]{1,15})"
    r"[\"']?\s{0,3}[:=>]{1,2}\s{0,3}[\"'\[(<*]{0,3}$"
)
# "key": { ... "ip": "a"
_NESTED_BEFORE = re.compile(r"\"([A-Za-z_]{2,24})\"\s?:\s?\{[^{}]{0,120}\"(?:ip|ipv4|ipv6|address|addr)\"\s?:\s?\"$", re.IGNORECASE)


def key_before(line: str, mention: Mention) -> str | None:
    """The key that an address of a line stands under, as written, or None."""
    before = line[max(0, mention.start - _REACH) : mention.start]
    match = _NESTED_BEFORE.search(before) or _KEY_BEFORE.search(before)
    return match[1] if match else None


def role_of_key(key: str) -> Role | None:
    """What a key says plainly of its value, of one or of several, or None; "ip" and the like say nothing plainly."""
    name = plain_key(key)
    return next((_ROLES[form] for form in (name, name.removesuffix("s"), name.removesuffix("es")) if form in _ROLES), None)


def is_generic(key: str) -> bool:
    """Whether a key says that its value is an address, and nothing more."""
    return plain_key(key) in GENERIC_KEYS


def plain_key(key: str) -> str:
    """A key, label or column name as the tables of names write it: lower case, without separators."""
    return key.lower().translate(_NOISE)
