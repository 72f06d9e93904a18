"""`python -m bench`: measure everything and write the table to docs/performance.md.

MAILS (default 3,000) and PREFIXES (a million) make it shorter; ONLY=throughput,nodes,registries,floods,start-up,prefixes,weight
chooses;
what was not measured stays as it was. The desk has a measure of its own (bench/desk.py).
"""

import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure, table
from bench.floods import floods
from bench.nodes import nodes
from bench.prefixes import prefixes
from bench.registries import registries
from bench.start_up import start_up
from bench.throughput import throughput
from bench.weight import weight

_PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
_BEGIN, _END = "<!-- figures -->\n", "<!-- end of figures -->\n"


def main() -> int:
    """Print each figure as it comes, and put them into the page."""
    mails, count = (int(os.environ.get(name, default)) for name, default in _DEFAULTS.items())
    measures: dict[str, Callable[[], list[Figure]]] = {
        "throughput": lambda: throughput(mails),
        "nodes": lambda: nodes(mails),
        "registries": lambda: registries(mails),
        "floods": floods,
        "start-up": start_up,
        "prefixes": lambda: prefixes(count),
        "weight": lambda: weight(min(mails, 1_000)),
    }
    only = [name for name in os.environ.get("ONLY", "").split(",") if name]
    figures: list[Figure] = []
    for name in only or measures:
        for figure in measures[name]():
            print(f"{figure.name}: {figure.measured}  {figure.target}  {figure.baseline}", flush=True)
            figures.append(figure)
    _write(figures)
    return 0


_DEFAULTS = {"MAILS": "3000", "PREFIXES": "1000000"}


def _write(figures: list[Figure]) -> None:
    before, _, rest = _PAGE.read_text("utf-8").partition(_BEGIN)
    old, _, after = rest.partition(_END)
    today = datetime.now(UTC).date().isoformat()
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Linux, Python {platform.python_version()}"
    _PAGE.write_text(f"{before}{_BEGIN}\nMeasured on {today}, {machine}.\n\n{table(figures, old)}\n{_END}{after}", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
