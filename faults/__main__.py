"""`python -m faults`: the long versions, and the table of docs/reliability.md.   KILLS (default 1,000), CUTS (10,000) make it shorter."""

import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from faults.kills import kill_at_random
from faults.power import Cuts, cut_at_random, is_possible

_PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
_BEGIN, _END = "<!-- figures -->\n", "<!-- end of figures -->\n"


def main() -> int:
    """Exit 1 when a promise was broken, or the mutant was not caught."""
    kills, cuts = int(os.environ.get("KILLS", "1000")), int(os.environ.get("CUTS", "10000"))
    rows: list[str] = []
    is_kept = _kills(kills, rows)
    if is_possible():
        is_kept = _cuts(cuts, rows) and is_kept
    else:
        rows.append("| F2 power cuts | not run: strace is not there, or may not look | |")
    print("\n".join(rows))
    _write(rows)
    return 0 if is_kept else 1


def _kills(kills: int, rows: list[str]) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        trial, found = kill_at_random(Path(folder), kills=kills)
    which = ", ".join(f"{count} {name}" for name, count in sorted(trial.kills.items()))
    rows.append(f"| F1 kill -9 under load: acknowledged minus stored | {found.lost} of {found.acknowledged:,} | {kills:,} kills: {which} |")
    rows.append(f"| F1 duplicates, illegal states, integrity | {found.duplicates}, {found.illegal}, {found.damage} | |")
    rows.append(f"| F1 the listener's restart, slowest | {max(trial.restarts, default=0):.1f} s | |")
    return found.is_clean


def _cuts(cuts: int, rows: list[str]) -> bool:
    kept, mutant = _cut(cuts, "FULL"), _cut(max(50, cuts // 10), "NORMAL")
    rows.append(f"| F2 power cuts that lost an acknowledged mail | {kept.lost} of {kept.cuts:,} | {kept.flushes} flushes, 120 mails |")
    rows.append(f"| F2 damaged stores | {kept.damaged} | |")
    rows.append(
        f"| F2 the same with synchronous=NORMAL (must lose) | {mutant.lost} of {mutant.cuts:,} | up to {mutant.worst} mails at once |"
    )
    return not (kept.lost or kept.damaged) and mutant.lost > 0


def _cut(cuts: int, synchronous: str) -> Cuts:
    with tempfile.TemporaryDirectory() as folder:
        return cut_at_random(Path(folder), cuts=cuts, synchronous=synchronous)


def _write(rows: list[str]) -> None:
    before, _, rest = _PAGE.read_text("utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    today = datetime.now(UTC).date().isoformat()
    lines = [f"Measured on {today}, {os.cpu_count()} cores.", "", "| | measured | of |", "|---|---|---|", *rows]
    _PAGE.write_text(before + _BEGIN + "\n" + "\n".join(lines) + "\n\n" + _END + after, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
