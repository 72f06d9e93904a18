"""The folders are the packages: each name is ours alone, nothing is left out of a build, nothing imports at a relative place."""

import importlib
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("config", "parsers", "routing", "storage", "notices", "intake", "review")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.mark.parametrize("name", FLOORS)
def test_a_package_is_the_folder_of_this_root(name: str) -> None:
    package = importlib.import_module(name)
    assert [Path(place) for place in package.__path__] == [ROOT / name]


@pytest.mark.parametrize("name", FLOORS)
def test_no_other_distribution_brings_a_package_of_our_names(name: str) -> None:
    owners = {
        distribution.name
        for distribution in distributions()
        if distribution.name != "abusedesk" and any(file.parts[0] in (name, f"{name}.py") for file in distribution.files or ())
    }
    assert owners == set()


def test_the_floors_are_the_folders_with_code() -> None:
    with_code = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert with_code - {"tests", "bench", "faults", "fuzz"} == set(FLOORS)
    assert set(PROJECT["tool"]["importlinter"]["root_packages"]) == set(FLOORS)


def test_a_folder_with_code_says_what_it_is_for_and_nothing_else() -> None:
    initial = [path for name in FLOORS for path in (ROOT / name).rglob("__init__.py")]
    assert [path.relative_to(ROOT).as_posix() for path in initial if not path.read_text("utf-8").strip().startswith('"""')] == []


def test_a_wheel_holds_every_file_of_every_floor(tmp_path: Path) -> None:
    build = "import sys, setuptools.build_meta as backend; print(backend.build_wheel(sys.argv[1]))"
    copied = tmp_path / "source"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, tracked):
        if (ROOT / name).is_file():
            (copied / name).parent.mkdir(parents=True, exist_ok=True)
            (copied / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=copied, capture_output=True, check=True)
    wheel = next(tmp_path.glob("*.whl"))
    from zipfile import ZipFile

    held = set(ZipFile(wheel).namelist())
    wanted = {name for name in tracked if name.partition("/")[0] in FLOORS and (ROOT / name).is_file()}
    assert sorted(wanted - held) == []
    assert {name.partition("/")[0] for name in held} == {*FLOORS, next(name for name in held if ".dist-info/" in name).partition("/")[0]}


def test_a_lock_names_versions_and_hashes_and_no_place() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text()
        assert "://" not in text
        assert "--index-url" not in text
        assert "--find-links" not in text
        requirements = [line for line in text.splitlines() if line and line[0] not in " #"]
        assert all("==" in line and line.endswith("\\") for line in requirements)
        assert text.count("--hash=sha256:") >= len(requirements)


def test_no_file_names_a_folder_of_one_machine() -> None:
    found = subprocess.run(["git", "grep", "-lIE", "/(work|root)/"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert [name for name in found.split() if not name.startswith("fixtures/")] == []


def test_the_command_starts() -> None:
    said = subprocess.run([sys.executable, "-m", "intake.cli", "--help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.startswith("usage: abusedesk")
