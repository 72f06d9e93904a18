"""docs/scaling.md is worked through from the figures that were measured."""

from pathlib import Path

import pytest

from bench.scaling import Measured, measured, page, worked_through

PAGE = Path(__file__).parents[1] / "docs" / "scaling.md"


def test_the_page_is_worked_through_from_the_measured_figures(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--bless"):
        PAGE.write_text(page(), "utf-8")
    assert PAGE.read_text("utf-8") == page(), "docs/performance.md was measured anew: pytest tests/test_scaling.py --bless"


def test_half_the_cpu_is_half_the_cores() -> None:
    one, other = Measured(cpu_ms=8, rate=500, kept_kb=10, came_kb=32), Measured(cpu_ms=4, rate=500, kept_kb=10, came_kb=32)
    assert "| cores that read and decide | 1,736 x 8.00 ms *measured* / 0.6 | 23 |" in worked_through(one)
    assert "| cores that read and decide | 1,736 x 4.00 ms *measured* / 0.6 | 12 |" in worked_through(other)


def test_a_figure_that_is_missing_is_named() -> None:
    with pytest.raises(ValueError, match="kept in the store"):
        measured("")
