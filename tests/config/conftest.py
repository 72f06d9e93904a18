"""A settings file to write."""

from pathlib import Path

import pytest


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where it would lie; nothing is there yet."""
    return tmp_path / "abusedesk.toml"
