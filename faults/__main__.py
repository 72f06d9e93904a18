"""`python -m faults`: the long versions, and the table of docs/reliability.md.

KILLS (default 1,000), NODE_KILLS (100) and CUTS (10,000) make it shorter; 0 leaves one out, and its rows as they were.
"""

import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from faults.cluster import binaries, new_database, running_cluster
from faults.kills import Trial, kill_at_random
from faults.ledger import Balance
from faults.power import Cuts, cut_at_random, is_possible

_PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
_DEFAULTS = {"KILLS": "1000", "NODE_KILLS": "100", "CUTS": "10000"}
_BEGIN, _END = "<!-- figures -->\n", "<!-- end of figures -->\n"


def main() -> int:
    """Exit 1 when a promise was broken, or the mutant was not caught."""
    kills, node_kills, cuts = (int(os.environ.get(name, default)) for name, default in _DEFAULTS.items())
    rows: list[str] = []
    is_kept = [_kills(kills, rows), _node_kills(node_kills, rows), _cuts(cuts, rows)]
    print("\n".join(rows))
    _write(rows)
    return 0 if all(is_kept) else 1


def _kills(kills: int, rows: list[str]) -> bool:
    if not kills:
        return True
    with tempfile.TemporaryDirectory() as folder:
        trial, found = kill_at_random(Path(folder), kills=kills)
    _tell_kills("F1 kill -9 under load", trial, found, rows)
    rows.append(f"| F1 the listener's restart, slowest | {max(trial.restarts, default=0):.1f} s | |")
    return found.is_clean


def _node_kills(kills: int, rows: list[str]) -> bool:
    programs = binaries()
    if not kills or programs is None:
        return True
    with tempfile.TemporaryDirectory() as folder, running_cluster(programs) as cluster:
        trial, found = kill_at_random(Path(folder), kills=kills, store=new_database(cluster, "nodes"), nodes=2)
    _tell_kills("F1 two nodes on one PostgreSQL, kill -9", trial, found, rows)
    return found.is_clean


def _tell_kills(what: str, trial: Trial, found: Balance, rows: list[str]) -> None:
    which = ", ".join(f"{count} {name}" for name, count in sorted(trial.kills.items()))
    kills = sum(trial.kills.values())
    rows.append(f"| {what}: acknowledged minus stored | {found.lost} of {found.acknowledged:,} | {kills:,} kills: {which} |")
    rows.append(f"| {what}: duplicates, illegal states, integrity | {found.duplicates}, {found.illegal}, {found.damage} | |")


def _cuts(cuts: int, rows: list[str]) -> bool:
    if not cuts:
        return True
    if not is_possible():
        rows.append("| F2 power cuts | not run: strace is not there, or may not look | |")
        return True
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
    """Put the rows in place of those that measured the same."""
    before, _, rest = _PAGE.read_text("utf-8").partition(_BEGIN)
    old, _, after = rest.partition(_END)
    known = {_name(row): row for row in old.splitlines() if row.startswith("| F")} | {_name(row): row for row in rows}
    today = datetime.now(UTC).date().isoformat()
    lines = [f"Measured on {today}, {os.cpu_count()} cores.", "", "| | measured | of |", "|---|---|---|", *sorted(known.values())]
    _PAGE.write_text(before + _BEGIN + "\n" + "\n".join(lines) + "\n\n" + _END + after, "utf-8")


def _name(row: str) -> str:
    return row.split("|")[1]


if __name__ == "__main__":
    sys.exit(main())
