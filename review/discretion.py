"""Who is not shown a reporter's address: it is taken out of everything that a page, a file or a list is made from.

Not by pages, each of which could forget it, but at the one place that values pass on their way out: every reporter named among them
is found, and then struck from all of them, however a header, a link or a letter writes the address.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

HIDDEN = "[hidden]"
_NAMES = ("reporter", "mail_from")  # under which the store's rows have it
_AT = r"(?:@|%40|=|＠|&#64;|\s?(?:\(at\)|\[at\])\s?)"  # also as variable return paths, links and shy people write it
_PLAIN_WORD = 8  # letters: a local part that is such a word may stand for anything in a text

_BETWEEN = re.compile("<[^<>]*>|[\u00ad\ufffd]")  # what may stand in an address and not be seen

Value = TypeVar("Value")


def discreet(value: Value, *others: Any) -> Value:
    """The same value without the addresses of the reporters that it, or others, name."""
    strangers = {address for one in (value, *others) for address in _reporters_in(one)}
    return _struck(value, _pattern(strangers)) if strangers else value


def is_whole_address(text: str) -> bool:
    """Whether words to search for hold an address: whoever may not see reporters may not ask for one either."""
    return bool(re.search(r"\S@\S", text.replace("＠", "@")))


def _reporters_in(value: Any) -> Iterator[str]:
    """Every reporter's address under one of the names that rows have it under."""
    for name, one in _parts(value):
        if name in _NAMES and isinstance(one, str):
            yield from filter(None, [one.strip("<> ").casefold()])
        elif not isinstance(one, str):
            yield from _reporters_in(one)


def _parts(value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return value.items()
    if isinstance(value, list | tuple):
        return (("", one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return ((one.name, getattr(value, one.name)) for one in fields(value))
    return ()


def _pattern(addresses: Iterable[str]) -> re.Pattern[str]:
    """What to strike: the longest first, so that no end of one is left."""
    found = {form for address in addresses for form in _forms(address)}
    return re.compile("|".join(sorted(found, key=lambda form: (-len(form), form))), re.IGNORECASE)


def _forms(address: str) -> Iterator[str]:
    local, at, domain = address.rpartition("@")
    if not at:
        yield rf"(?<!\w){re.escape(address)}(?!\w)"
        return
    yield re.escape(local) + _AT + re.escape(domain)
    if not (local.isalpha() and len(local) <= _PLAIN_WORD):
        yield rf"(?<!\w){re.escape(local)}(?!\w)"


def _struck(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        text = pattern.sub(HIDDEN, value)
        if pattern.search(_BETWEEN.sub("", text)):
            return HIDDEN  # written so that only eyes read it: then none of it is shown
        return text if text != value else value  # a word of a closed set stays one
    if isinstance(value, Mapping):
        return {key: _struck(one, pattern) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_struck(one, pattern) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _struck(getattr(value, one.name), pattern) for one in fields(value) if one.init})
    return value
