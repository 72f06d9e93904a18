"""`python -m bench.scaling`: docs/scaling.md worked through anew from the figures in docs/performance.md; prints the table.

Every line is a formula over a measured figure and a stated assumption, so that either can be replaced.
"""

import math
import re
import sys
from pathlib import Path
from typing import NamedTuple

_DOCS = Path(__file__).parents[1] / "docs"
_BEGIN, _END = "<!-- worked through -->\n", "<!-- end -->\n"
_TARGET_A_DAY = 50_000_000
_PEAK = 3  # the busiest hour against the mean one
_BUSY = 0.6  # of a core, so that a burst waits and is not turned away
_CORES = 16  # of one node
_KEPT_DAYS = 90
_TWICE = 2  # a standby holds everything again
# A month, in a currency of the reader's: prices of rented machines and disks, to be replaced by one's own.
_PRICE_NODE, _PRICE_TB = 250, 40


class Measured(NamedTuple):
    """What docs/performance.md says.   cpu_ms, rate: of one mail and of one store, mails a second.   kept_kb, came_kb: of one mail."""

    cpu_ms: float
    rate: float
    kept_kb: float
    came_kb: float


def measured(text: str) -> Measured:
    """Raises ValueError naming the figure that is not there."""
    kept = _find(r"kept in the store for one mail \| ([\d.]+) kB of ([\d.]+) kB", text)
    return Measured(
        cpu_ms=float(_find(r"CPU of all our processes for one mail \| ([\d.]+) ms", text)[1]),
        rate=float(_find(r"throughput, \d+ sessions, generator on the same cores \|[^|]*\(([\d.]+)/s\)", text)[1]),
        kept_kb=float(kept[1]),
        came_kb=float(kept[2]),
    )


def worked_through(one: Measured) -> str:
    """The table."""
    mean = _TARGET_A_DAY / 86_400
    peak = mean * _PEAK
    cores = peak * one.cpu_ms / 1_000 / _BUSY
    nodes = math.ceil(cores / _CORES) + 1
    stores = math.ceil(peak / one.rate)
    terabytes_a_day = _TARGET_A_DAY * one.kept_kb / 1e9
    terabytes = terabytes_a_day * _KEPT_DAYS * _TWICE
    network = peak * one.came_kb * 8 / 1e6
    cost = (nodes + stores * _TWICE) * _PRICE_NODE + terabytes * _PRICE_TB
    box = one.rate * _BUSY * 86_400 / _PEAK
    rows = (
        ("mails a second, in the mean", f"{_TARGET_A_DAY:,} / 86,400", f"{mean:,.0f}"),
        ("mails a second, at the busiest", f"{mean:,.0f} x {_PEAK}", f"{peak:,.0f}"),
        ("network at the busiest", f"{peak:,.0f} x {one.came_kb:.0f} kB *measured* x 8", f"{network:,.2f} Gbit/s"),
        ("cores that read and decide", f"{peak:,.0f} x {one.cpu_ms:.2f} ms *measured* / {_BUSY}", f"{cores:,.0f}"),
        (f"nodes of {_CORES} cores", f"{cores:,.0f} / {_CORES}, and one to spare", f"{nodes}"),
        ("stores, each a primary and a standby", f"{peak:,.0f} / {one.rate:.0f} a second *measured, of one store*", f"{stores}"),
        ("storage a day", f"{_TARGET_A_DAY:,} x {one.kept_kb:.1f} kB *measured*", f"{terabytes_a_day:,.2f} TB"),
        (f"storage, {_KEPT_DAYS} days, twice", f"{terabytes_a_day:,.2f} TB x {_KEPT_DAYS} x {_TWICE}", f"{terabytes:,.0f} TB"),
        ("partitions by day, in each store", f"{_KEPT_DAYS} days, and tomorrow's", f"{_KEPT_DAYS + 1}"),
        ("cost a month", f"{nodes + stores * _TWICE} machines x {_PRICE_NODE} + {terabytes:,.0f} TB x {_PRICE_TB}", f"{cost:,.0f}"),
        ("a report", f"{cost:,.0f} / ({_TARGET_A_DAY:,} x 30)", f"{cost / _TARGET_A_DAY / 30 * 1e6:,.0f} millionths"),
        ("for comparison, the one machine measured", f"{one.rate:.0f} a second x {_BUSY} x 86,400 / {_PEAK}", f"{box:,.0f} a day"),
    )
    return "| what | formula | gives |\n|---|---|---|\n" + "".join(f"| {name} | {formula} | {gives} |\n" for name, formula, gives in rows)


def page() -> str:
    """docs/scaling.md with its table worked through anew."""
    text = (_DOCS / "scaling.md").read_text("utf-8")
    before, _, rest = text.partition(_BEGIN)
    table = worked_through(measured((_DOCS / "performance.md").read_text("utf-8")))
    return f"{before}{_BEGIN}\n{table}\n{_END}{rest.partition(_END)[2]}"


def _find(pattern: str, text: str) -> re.Match[str]:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"docs/performance.md has no line that says {pattern}")
    return found


if __name__ == "__main__":
    sys.stdout.write(page())
