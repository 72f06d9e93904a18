"""docs/provenance.md holds the tables that the code has."""

from pathlib import Path

import pytest

from routing.forgery import render_tests
from routing.operators import render_operators
from routing.provenance import Grade, HopStatus

PAGE = (Path(__file__).parents[2] / "docs" / "provenance.md").read_text("utf-8")


@pytest.mark.parametrize("table", [render_tests(), render_operators()], ids=["forgery", "operators"])
def test_the_tables_on_the_page_are_the_ones_in_the_code(table: str) -> None:
    assert table in PAGE


def test_every_grade_is_explained() -> None:
    assert all(f"| `{grade}` |" in PAGE for grade in Grade)


def test_every_status_below_the_border_is_explained() -> None:
    assert all(f"| `{status}` |" in PAGE for status in (HopStatus.ATTESTED, HopStatus.CLAIMED, HopStatus.CONTRADICTED))
