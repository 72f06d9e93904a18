"""`python -m fuzz N [seed]`: N mutated mails through the whole of parsing and deciding; exit 1 when one breaks the invariant.

What breaks it is written to fuzz/found/, to become a fixture. With atheris installed, `--atheris` lets coverage choose the damage.
"""

import importlib
import random
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from config.policy import Policy
from config.settings import build_policy, load_settings
from fuzz.invariant import handle, is_repeatable
from fuzz.mutations import mutate
from parsers.submission import Door

_ROOT = Path(__file__).parents[1]
_FOUND = _ROOT / "fuzz" / "found"
_REPEATED_EVERY = 50


def fixtures() -> list[bytes]:
    """The mails to begin with."""
    return [path.read_bytes() for path in sorted((_ROOT / "fixtures" / "eml").rglob("*.eml"))]


def policy() -> Policy:
    """The imaginary host of the fixtures."""
    return build_policy(load_settings(_ROOT / "fixtures" / "abusedesk.toml"))


def run(count: int, seed: int, seeds: Sequence[bytes], rules: Policy) -> tuple[list[bytes], list[float]]:
    """The mails that broke the invariant, and the CPU seconds of all, least first."""
    broken: list[bytes] = []
    took: list[float] = []
    for number in range(count):
        dice = random.Random(seed * 1_000_000_007 + number)
        raw = mutate(dice.choice(seeds), dice, seeds)
        door = dice.choice(list(Door))
        try:
            entry, cpu_s = handle(raw, rules, door=door)
            took.append(cpu_s)
            assert number % _REPEATED_EVERY or is_repeatable(raw, entry, rules, door=door), "the same bytes gave another entry"
        except Exception:  # every kind of failure is what is looked for
            traceback.print_exc(limit=-4)
            broken.append(raw)
    return broken, sorted(took)


def main(arguments: list[str]) -> int:
    """The command line."""
    if "--atheris" in arguments:
        return _by_coverage(arguments)
    count, seed = int(arguments[1]), int(arguments[2]) if len(arguments) > 2 else 1
    broken, took = run(count, seed, fixtures(), policy())
    for number, raw in enumerate(broken):
        _FOUND.mkdir(exist_ok=True)
        (_FOUND / f"{seed}-{number}.eml").write_bytes(raw)
    if took:
        p99, worst = took[int(0.99 * len(took))], took[-1]
        print(f"{count} mutated mails: {len(broken)} broke the invariant; CPU p99 {1000 * p99:.0f} ms, worst {1000 * worst:.0f} ms")
    return 1 if broken else 0


def _by_coverage(arguments: list[str]) -> int:
    atheris: Any = importlib.import_module("atheris")  # an extra: pip install atheris
    rules = policy()
    atheris.instrument_all()
    atheris.Setup([one for one in arguments if one != "--atheris"], lambda raw: handle(raw, rules))
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
