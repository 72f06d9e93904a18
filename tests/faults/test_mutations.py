"""Mutated fixtures, a few; `make fuzz` goes through a million."""

import os

from fuzz.__main__ import fixtures, policy, run

MUTATED = int(os.environ.get("MUTATED", "300"))


def test_any_damage_gives_a_verdict_a_stored_mail_and_an_answer() -> None:
    broken, took = run(MUTATED, 1, fixtures(), policy())
    assert not broken
    assert len(took) == MUTATED
