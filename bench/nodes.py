"""Two nodes on one PostgreSQL beside one: what a mail costs, and what the second node brings on these cores."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from statistics import fmean

from bench.figures import Figure
from bench.mails import mails_of_short_lines
from bench.service import Running, serving, write_config
from bench.throughput import measure
from faults.cluster import binaries, new_database, running_cluster
from storage.migrations import upgrade

_WARM_UP = 80
_MOST_MORE = 1.1


def nodes(mails: int) -> list[Figure]:
    """CPU of a mail on one node and on two; nothing where PostgreSQL is not installed."""
    programs = binaries()
    if programs is None:
        return []
    raws = list(islice(mails_of_short_lines(), mails + _WARM_UP))
    with running_cluster(programs) as cluster:
        # one, two, two, one: what the machine does meanwhile falls on both alike
        rounds = [(count, _round(new_database(cluster, f"round{number}"), count, raws)) for number, count in enumerate((1, 2, 2, 1))]
    (alone, alone_ms), (both, both_ms) = (_mean([figures for at, figures in rounds if at == count]) for count in (1, 2))
    return [
        Figure(
            name="two nodes on one PostgreSQL, CPU of all our processes for one mail",
            measured=f"{both_ms:.2f} ms ({both:.0f}/s)", target="as one node",
            baseline=f"{alone_ms:.2f} ms ({alone:.0f}/s)", is_met=both_ms <= _MOST_MORE * alone_ms,
        )
    ]  # fmt: skip


def _round(store: str, count: int, raws: list[bytes]) -> tuple[float, float]:
    """Mails a second, and CPU milliseconds of one."""
    with _nodes(store, count) as running:
        load, cpu_ms = measure(*running, raws=raws)
    return load.rate, cpu_ms


def _mean(figures: list[tuple[float, float]]) -> tuple[float, float]:
    rates, costs = zip(*figures, strict=True)
    return fmean(rates), fmean(costs)


@contextmanager
def _nodes(store: str, count: int) -> Iterator[list[Running]]:
    """So many nodes that share a worker for each of two cores."""
    upgrade(store)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        configs = [write_config(Path(folder), store=store, workers=2 // count, name=f"node{number}.toml") for number in range(count)]
        yield [opened.enter_context(serving(config)) for config in configs]
