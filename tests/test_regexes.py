"""Every regular expression that meets mail text takes time in proportion to the text.

The patterns are found in the modules, attack texts are made from each pattern's own pieces: one piece repeated, alone and
after a beginning that matches. A pattern that is only ever matched at a place of our choosing is tried so; any other is
searched for. Only CPU time counts, and only a growth that no noise explains.
"""

import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as sre_parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any, NamedTuple

import pytest

import parsers
import routing

_SIZES = (5_000, 10_000, 20_000)
_CHEAP_S = 0.05  # nothing quadratic in 20,000 characters is done in so little
_HOPELESS_S = 1.0
_LINEAR_FACTOR = 3.4  # twice the text: 2 when linear, 4 when quadratic
_MOST_UNITS = 16
_CANDIDATES = "a1 A-_.:;,@<>()[]{}/\\\"'=&?#%+*|\n\r\t\u3042\xa0\0"
_SCANS = ("search", "finditer", "findall", "sub", "subn", "split")


class Found(NamedTuple):
    """A pattern, where it stands, and whether it is searched for or only matched at a place."""

    where: str
    pattern: re.Pattern[Any]
    is_scanned: bool


def modules() -> Iterator[ModuleType]:
    for package in (parsers, routing):
        yield from (importlib.import_module(info.name) for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."))


def patterns() -> Iterator[Found]:
    seen: set[int] = set()
    for module in modules():
        source = inspect.getsource(module)
        for name, value in vars(module).items():
            for pattern in inside(value):
                if id(pattern) not in seen:
                    seen.add(id(pattern))
                    is_scanned = pattern is not value or any(f"{name}.{scan}" in source for scan in _SCANS)
                    yield Found(f"{module.__name__}.{name}", pattern, is_scanned)


def inside(value: Any, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    """The patterns in a value: itself, or what tuples, tables and frozen values hold."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 4 and isinstance(value, dict):
        yield from (pattern for one in (*value, *value.values()) for pattern in inside(one, depth + 1))
    elif depth < 4 and isinstance(value, (tuple, list, frozenset, set)):
        yield from (pattern for one in value for pattern in inside(one, depth + 1))
    elif depth < 4 and is_dataclass(value) and not isinstance(value, type):
        yield from (pattern for field in fields(value) for pattern in inside(getattr(value, field.name), depth + 1))


ALL = sorted(patterns(), key=lambda found: (found.where, str(found.pattern.pattern)))


# ---- attack texts


def pieces(parsed: Any) -> Iterator[str]:
    """A text for each piece of a parsed pattern, small pieces and groups."""
    for operator, argument in parsed:
        text = sample([(operator, argument)])
        if text:
            yield text
        for inner in inner_patterns(operator, argument):
            yield from pieces(inner)


def sample(parsed: Any) -> str:
    """A text that a parsed pattern may match, each repetition taken once."""
    return "".join(sample_of(operator, argument) for operator, argument in parsed)


def sample_of(operator: Any, argument: Any) -> str:
    if operator is sre.LITERAL:
        return chr(argument)
    if operator is sre.NOT_LITERAL:
        return next(letter for letter in _CANDIDATES if ord(letter) != argument)
    if operator is sre.IN:
        return next((letter for letter in in_set_first(argument) if is_in(letter, argument)), "")
    if operator is sre.ANY:
        return "a"
    if operator in (sre.ASSERT_NOT, sre.AT, sre.GROUPREF):
        return ""
    return "".join(sample(inner) for inner in inner_patterns(operator, argument)[:1])


def inner_patterns(operator: Any, argument: Any) -> list[Any]:
    if operator is sre.BRANCH:
        return list(argument[1])
    if operator is sre.SUBPATTERN:
        return [argument[3]]
    if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return [argument[2]]
    if operator in (sre.ASSERT, sre.ASSERT_NOT):
        return [argument[1]]
    if operator is sre.ATOMIC_GROUP:
        return [argument]
    return []


def in_set_first(items: Any) -> Iterator[str]:
    """Letters to try for a set: its own, then the usual ones."""
    for operator, argument in items:
        if operator is sre.LITERAL:
            yield chr(argument)
        elif operator is sre.RANGE:
            yield chr(argument[0])
    yield from _CANDIDATES


def is_in(letter: str, items: Any) -> bool:
    is_negated = bool(items) and items[0][0] is sre.NEGATE
    return is_negated != any(has(letter, operator, argument) for operator, argument in items)


def has(letter: str, operator: Any, argument: Any) -> bool:
    if operator is sre.LITERAL:
        return bool(ord(letter) == argument)
    if operator is sre.RANGE:
        return bool(argument[0] <= ord(letter) <= argument[1])
    if operator is sre.CATEGORY:
        category = str(argument).rpartition("_")[2].lower()
        is_negated = "NOT" in str(argument)
        return is_negated != {"digit": letter.isdigit(), "space": letter.isspace(), "word": letter.isalnum() or letter == "_"}[category]
    return False


def attacks(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str]]:
    """Beginnings and the units to repeat after them."""
    parsed = sre_parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    whole = sample(parsed)
    units = dict.fromkeys([*pieces(parsed), whole, whole[:-1], whole[1:]])
    units.update(dict.fromkeys(first + second for first, second in zip(list(units), list(units)[1:], strict=False)))
    for unit in [unit for unit in units if unit][:_MOST_UNITS]:
        yield "", unit
        yield whole[: len(whole) // 2], unit


def seconds(found: Found, start: str, unit: str, size: int) -> float:
    text: Any = (start + unit * (size // len(unit) + 1))[:size] + "\0"
    if isinstance(found.pattern.pattern, bytes):
        text = text.encode("latin-1", "replace")
    begun = time.process_time()
    if found.is_scanned:
        for _ in found.pattern.finditer(text):
            pass
    else:
        found.pattern.match(text)
        found.pattern.fullmatch(text)
    return time.process_time() - begun


def is_linear(found: Found, start: str, unit: str) -> bool:
    small, middle, large = _SIZES
    if seconds(found, start, unit, small) > _HOPELESS_S:
        return False
    if seconds(found, start, unit, large) < _CHEAP_S:
        return True
    best = {size: min(seconds(found, start, unit, size) for _ in range(3)) for size in _SIZES}
    grows_fast = best[large] > _LINEAR_FACTOR * best[middle] and best[middle] > _LINEAR_FACTOR * best[small]
    return best[large] < _CHEAP_S or not grows_fast


@pytest.mark.parametrize("found", ALL, ids=lambda found: found.where)
def test_the_time_of_a_pattern_grows_with_the_text_and_no_faster(found: Found) -> None:
    slow = [(start, unit) for start, unit in attacks(found.pattern) if not is_linear(found, start, unit)]
    assert not slow, f"{found.pattern.pattern!r} is slow on {slow[0][0]!r} and then {slow[0][1]!r} again and again"


def test_the_patterns_are_found() -> None:
    assert len(ALL) > 100
    assert any(found.where == "parsers.links._ADDRESS" for found in ALL)


@pytest.mark.parametrize("bad", [r"\s+x", r"[>\s*]*Received:"])
def test_a_pattern_that_is_quadratic_would_be_noticed(bad: str) -> None:
    found = Found("bad", re.compile(bad), True)
    assert not all(is_linear(found, start, unit) for start, unit in attacks(found.pattern))
