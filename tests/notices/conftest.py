"""A store with tables, made once."""

import shutil
from pathlib import Path

import pytest

from storage.migrations import upgrade


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("notices") / "store.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def url(template: Path, tmp_path: Path) -> str:
    """A fresh store."""
    shutil.copy(template, tmp_path / "store.db")
    return f"sqlite:///{tmp_path}/store.db"
