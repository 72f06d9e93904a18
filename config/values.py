"""How one setting's value is read: from TOML, or from the text of an environment variable.

A reader takes what tomllib gives and returns the typed value.  Raises ValueError that says what was expected.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from config.prefixes import parse_network


class Endpoint(NamedTuple):
    """Where to listen."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one kind of value.   kind: what the operator is told that it is."""

    kind: str
    read: Callable[[Any], Any]

    def read_text(self, text: str) -> Any:
        """Read an environment variable's value: TOML, or words as they are, or a list with commas."""
        if self.kind.startswith("list") and not _is_toml(text):
            return self.read([part.strip() for part in text.split(",") if part.strip()])
        is_words = self.kind.startswith("text") or not _is_toml(text)
        return self.read(text if is_words else tomllib.loads(f"value = {text}")["value"])


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return False
    return True


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"is {value!r}, not text in quotation marks")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"is {value!r}, not true or false")
    return value


def whole(minimum: int = 0) -> Reader:
    """A whole number from that on."""

    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < minimum:
            raise ValueError(f"is {value!r}, not a whole number from {minimum} on")
        return value

    return Reader("number", read)


def _seconds(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < float("inf"):
        raise ValueError(f"is {value!r}, not a number of seconds above 0")
    return float(value)


def _domain(value: Any) -> str:
    name = _text(value).strip().strip(".").lower()
    labels = name.split(".")
    if not all(label and len(label) <= 63 and label.replace("-", "a").replace("_", "a").isalnum() for label in labels):
        raise ValueError(f"{value!r} is not a host name")
    return name.encode("idna").decode("ascii") if not name.isascii() else name


def _host_or_network(value: Any) -> Any:
    text = _text(value)
    looks_numeric = ":" in text or "/" in text or text.replace(".", "").isdigit()
    return parse_network(text) if looks_numeric else _domain(text)


def _address(value: Any) -> IPv4Address | IPv6Address:
    try:
        return ip_address(_text(value))
    except ValueError:
        raise ValueError(f"{value!r} is not an address") from None


def _endpoint(value: Any) -> Endpoint:
    text = _text(value)
    host, _, port = text.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise ValueError(f"{text!r}: an IPv6 address stands in brackets, as in [::1]:25")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise ValueError(f"{text!r} is not host:port")
    return Endpoint(host, int(port))


def _resolver(value: Any) -> str:
    text = _text(value)
    if not text:
        return ""
    endpoint = Endpoint(text, 53) if _is_address(text) else _endpoint(text)
    if not _is_address(endpoint.host):
        raise ValueError(f"{text!r}: a resolver is given by its address, as in 127.0.0.1:53")
    return str(endpoint)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _asn(value: Any) -> int:
    number = value[2:] if isinstance(value, str) and value[:2].upper() == "AS" else value
    if isinstance(number, str) and number.isascii() and number.isdigit():
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**32:
        raise ValueError(f"{value!r} is not the number of an autonomous system")
    return number


def _mail_address(value: Any) -> str:
    text = _text(value).strip().lower()
    if not text or any(character.isspace() for character in text):
        raise ValueError(f"{value!r} is not a mail address")
    return text


def _database(value: Any) -> str:
    url = _text(value)
    if urlsplit(url).scheme not in ("sqlite", "postgresql+psycopg"):
        raise ValueError(f"{without_password(url)!r} begins with neither sqlite:/// nor postgresql+psycopg://")
    return url


def without_password(url: str) -> str:
    """The URL with its password starred out."""
    head, at, tail = url.rpartition("@")
    scheme, slashes, user = head.partition("://")
    return f"{scheme}{slashes}{user.partition(':')[0]}:***{at}{tail}" if at and ":" in user else url


text = Reader("text", _text)
flag = Reader("true or false", _flag)
seconds = Reader("seconds", _seconds)
domain = Reader("host name", _domain)
network = Reader("prefix", lambda value: parse_network(_text(value)))
host_or_network = Reader("host or prefix", _host_or_network)
address = Reader("address", _address)
endpoint = Reader("text (host:port)", _endpoint)
resolver = Reader("text (address:port)", _resolver)
asn = Reader("AS number", _asn)
mail_address = Reader("mail address", _mail_address)
database = Reader("text (URL)", _database)


def word(kind: type[StrEnum]) -> Reader:
    """One of a closed set of words."""

    def read(value: Any) -> StrEnum:
        if value not in tuple(kind):
            raise ValueError(f"is {value!r}, not one of {', '.join(kind)}")
        return kind(value)

    return Reader(f"text ({', '.join(kind)})" if len(kind) < 5 else "text", read)


def each(item: Reader) -> Reader:
    """A list."""

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError(f"is {value!r}, not a list in square brackets")
        return tuple(item.read(one) for one in value)

    return Reader(f"list of {item.kind}", read)


def table(key: Reader, item: Reader) -> Reader:
    """A table of any keys."""

    def read(value: Any) -> Mapping[Any, Any]:
        if not isinstance(value, dict):
            raise ValueError(f"is {value!r}, not a table in braces")
        return {key.read(name): item.read(one) for name, one in value.items()}

    return Reader(f"table from {key.kind} to {item.kind}", read)
