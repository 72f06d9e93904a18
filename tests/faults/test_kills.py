"""F1, the short version; `make faults` runs a thousand."""

import os
from pathlib import Path

from faults.cluster import new_database
from faults.kills import kill_at_random

KILLS = int(os.environ.get("KILLS", "20"))


def test_what_was_acknowledged_is_stored_once_and_in_a_legal_state_whatever_was_killed(tmp_path: Path) -> None:
    trial, balance = kill_at_random(tmp_path, kills=KILLS, pause_s=0.1)
    assert sum(trial.kills.values()) == KILLS
    assert balance.acknowledged >= KILLS
    assert balance.is_clean, balance


def test_two_nodes_on_one_postgresql_keep_the_same_promise(cluster: str, tmp_path: Path) -> None:
    store = new_database(cluster, "nodes")
    trial, balance = kill_at_random(tmp_path, kills=KILLS // 2, store=store, nodes=2, pause_s=0.1)
    assert sum(trial.kills.values()) == KILLS // 2
    assert balance.acknowledged >= KILLS // 2
    assert balance.is_clean, balance
