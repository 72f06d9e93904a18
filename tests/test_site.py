"""The documentation is a site, built without a warning and without anything from elsewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


def test_every_page_is_in_the_site(site: Path) -> None:
    # A folder's README.md is its first page.
    pages = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    expected = {path.with_name("index.html") if path.name == "README.html" else path for path in pages}
    assert expected <= {path.relative_to(site) for path in site.rglob("*.html")}


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    fetched = re.compile(
        r"""<(?:script|img|iframe|source)\b[^>]*\bsrc="?(https?:[^">\s]+)|<link\b[^>]*rel="?stylesheet[^>]*href="?(https?:[^">\s]+)"""
    )
    found = [(path.name, hit) for path in site.rglob("*.html") for hit in fetched.findall(path.read_text("utf-8"))]
    assert found == []


def test_a_link_out_of_the_pages_names_the_file(site: Path) -> None:
    assert "<code>deploy/systemd/abusedesk.service</code>" in (site / "operators/running.html").read_text("utf-8")


def test_japanese_is_found(site: Path) -> None:
    index = (site / "search/search_index.json").read_text("utf-8")
    assert "添付ファイル" in index.encode().decode("unicode_escape", "replace") or "添付ファイル" in index
