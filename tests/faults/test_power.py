"""F2, the short version; `make faults` cuts ten thousand times."""

import os
from pathlib import Path

import pytest

from faults.power import cut_at_random, is_possible

CUTS = int(os.environ.get("CUTS", "200"))

pytestmark = pytest.mark.skipif(not is_possible(), reason="strace is not there, or may not look")


def test_no_acknowledged_mail_is_lost_when_the_power_fails(tmp_path: Path) -> None:
    outcome = cut_at_random(tmp_path, cuts=CUTS)
    assert outcome.cuts == CUTS
    assert outcome.flushes > 50
    assert (outcome.lost, outcome.damaged) == (0, 0)


def test_a_store_that_does_not_flush_is_caught(tmp_path: Path) -> None:
    outcome = cut_at_random(tmp_path, cuts=40, synchronous="NORMAL")
    assert outcome.lost > 20
