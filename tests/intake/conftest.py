"""A store that is made once and copied for each test: making it takes longer than most tests."""

import shutil
from pathlib import Path

import pytest

from storage.migrations import upgrade

CONFIG = """\
[network]
prefixes = ["203.0.113.0/24"]
domains = ["example-host.jp"]
routable = ["203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24"]
[lookups]
dns = false
rdap = false
[workers]
count = 1
[storage]
url = "sqlite:///{folder}/abusedesk.db"
[web]
listen = "127.0.0.1:0"
[smtp]
listen = ["127.0.0.1:0"]
"""


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "abusedesk.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def config(tmp_path: Path, empty_store: Path) -> Path:
    """A settings file and, beside it, the store that it names."""
    shutil.copy(empty_store, tmp_path / "abusedesk.db")
    path = tmp_path / "abusedesk.toml"
    path.write_text(CONFIG.format(folder=tmp_path))
    return path
