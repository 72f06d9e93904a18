"""Two nodes on one PostgreSQL beside one: what a mail costs, and what the second node brings on these cores."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path

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
        with _nodes(new_database(cluster, "one"), 1) as running:
            alone, alone_ms = measure(*running, raws=raws)
        with _nodes(new_database(cluster, "two"), 2) as running:
            both, both_ms = measure(*running, raws=raws)
    return [
        Figure(
            name="two nodes on one PostgreSQL, CPU of all our processes for one mail",
            measured=f"{both_ms:.2f} ms ({both.rate:.0f}/s)", target="as one node",
            baseline=f"{alone_ms:.2f} ms ({alone.rate:.0f}/s)", is_met=both_ms <= _MOST_MORE * alone_ms,
        )
    ]  # fmt: skip


@contextmanager
def _nodes(store: str, count: int) -> Iterator[list[Running]]:
    upgrade(store)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        configs = [write_config(Path(folder), store=store, name=f"node{number}.toml") for number in range(count)]
        yield [opened.enter_context(serving(config)) for config in configs]
