"""The documentation says what is so: pages printed from the code, tables that follow it, commands that exist.

`pytest tests/test_docs.py --bless` writes what can be written; the difference is for a person to review.
"""

import ast
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import NamedTuple

import pytest

from config.sample import page

ROOT = Path(__file__).parents[1]
FLOORS = ("config", "parsers", "routing", "storage", "notices", "intake", "review")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
SOURCES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--bless"))


def agrees(path: Path, text: str, *, bless: bool) -> None:
    if bless:
        path.write_text(text, "utf-8")
    assert path.read_text("utf-8") == text, f"{path.name} is not up to date: pytest tests/test_docs.py --bless"


def test_the_configuration_page_is_printed_from_the_settings(bless: bool) -> None:
    agrees(ROOT / "docs/configuration.md", page(), bless=bless)


# ---- rooms.md

FLOORS_FROM_ABOVE = ("intake", "review", "notices", "storage", "routing", "parsers", "config")


def first_line(path: Path) -> str:
    """The first line of a file's docstring."""
    return (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n")[0]


def escaped(words: str) -> str:
    """Words for a cell of a table."""
    return words.replace("|", "\\|")


def rooms() -> str:
    """Every file with the first line of its docstring, floor by floor."""
    lines = ["# Rooms", "", "Printed from the first line of each file, the top floor first; a floor imports only the ones below it.", ""]
    for floor in FLOORS_FROM_ABOVE:
        lines += [f"## {floor}/", "", first_line(ROOT / floor / "__init__.py"), "", "| file | what it is for |", "|---|---|"]
        files = sorted(path for path in (ROOT / floor).rglob("*.py") if path.name != "__init__.py" and "versions" not in path.parts)
        lines += [f"| `{path.relative_to(ROOT).as_posix()}` | {escaped(first_line(path))} |" for path in files]
        lines.append("")
    return "\n".join(lines)


def test_the_page_of_rooms_is_printed_from_the_files(bless: bool) -> None:
    agrees(ROOT / "docs/rooms.md", rooms(), bless=bless)


@pytest.mark.parametrize("path", SOURCES, ids=[path.relative_to(ROOT).as_posix() for path in SOURCES])
def test_each_file_says_in_its_first_line_what_it_is_for(path: Path) -> None:
    assert first_line(path), f"{path} has no docstring"


# ---- dependencies.md


def requirements() -> list[str]:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    return [re.split(r"[\[>=]", one)[0] for one in declared]


def locked_version(library: str) -> str:
    found = re.search(rf"^{re.escape(library.lower())}(?:\[\w+\])?==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    assert found, f"{library} is not in requirements.lock: make lock"
    return found[1]


@cache
def importers() -> dict[str, list[Path]]:
    """Our files by the top-level name that they import."""
    found: dict[str, list[Path]] = {}
    for path in SOURCES:
        for name in set(re.findall(r"^\s*(?:from|import) (\w+)", path.read_text("utf-8"), re.MULTILINE)):
            found.setdefault(name, []).append(path.relative_to(ROOT))
    return found


@cache
def names_by_library() -> dict[str, list[str]]:
    """The names that an installed library is imported by."""
    found: dict[str, list[str]] = {}
    for name, owners in packages_distributions().items():
        for owner in owners:
            found.setdefault(owner.lower(), []).append(name)
    return found


def places(library: str) -> str:
    """Where a library is imported: files, or the folder when there are many."""
    names = names_by_library().get(library.lower(), [])
    files = sorted({path for name in names for path in importers().get(name, [])})
    folders = sorted({path.parts[0] + "/" for path in files})
    return ", ".join(f"`{place}`" for place in (folders if len(files) > 3 else map(str, files)))


def test_each_library_has_a_line_with_its_version_and_its_place(bless: bool) -> None:
    path = ROOT / "docs/dependencies.md"
    rows, lines = [], []
    for line in path.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[0] in requirements():
            rows.append(cells[0])
            place = places(cells[0]) or (cells[4] if cells[4].startswith("through ") else "not yet")
            line = f"| {cells[0]} | {locked_version(cells[0])} | {cells[2]} | {cells[3]} | {place} |"
        lines.append(line)
    agrees(path, "\n".join(lines) + "\n", bless=bless)
    assert rows == requirements()


# ---- rfc-index.md


def citations() -> dict[str, set[str]]:
    """Our files by the number of the RFC that they cite."""
    found: dict[str, set[str]] = {}
    for path in SOURCES:
        for number in set(re.findall(r"\bRFC (\d{3,5})\b", path.read_text("utf-8"))):
            found.setdefault(number, set()).add(path.relative_to(ROOT).as_posix())
    return found


def test_each_rfc_that_the_code_cites_is_in_the_index_with_a_place_that_cites_it(bless: bool) -> None:
    path, cited = ROOT / "docs/rfc-index.md", citations()
    listed, lines, wrong = [], [], []
    for line in path.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0].isdigit():
            number, citing = cells[0], cited.get(cells[0], set())
            listed.append(number)
            named = set(re.findall(r"`([^`]+)`", cells[3]))
            wrong += [] if named and named <= citing else [number]
            line = f"| {number} | {cells[1]} | {cells[2]} | {', '.join(f'`{file}`' for file in sorted(citing))} |"
        lines.append(line)
    if bless:
        path.write_text("\n".join(lines) + "\n", "utf-8")
    else:
        assert wrong == [], "the places of these are no longer right: pytest tests/test_docs.py --bless"
    assert sorted(set(cited) - set(listed), key=int) == [], "cited, but without a line in docs/rfc-index.md"
    assert sorted(set(listed) - set(cited), key=int) == [], "in docs/rfc-index.md, but cited nowhere"


# ---- commands in pages


class Command(NamedTuple):
    """A line after "$ " in a ```sh block, and the lines that it is said to print.   is_run: the block is marked ```sh run."""

    page: Path
    line: str
    output: str
    is_run: bool

    @property
    def name(self) -> str:
        return f"{self.page.name}: {self.line}"


def commands() -> Iterator[Command]:
    for path in PAGES:
        for mark, block in re.findall(r"^```sh( run)?\n(.*?)^```$", path.read_text("utf-8"), re.MULTILINE | re.DOTALL):
            for line, output in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
                yield Command(path, line, output, bool(mark))


COMMANDS = list(commands())
# Programs that a reader has or is told to install; what follows them is theirs.
KNOWN = {"git", "cd", "curl", "swaks", "mkdir", "cp", "cat", "sudo", "systemctl", "docker", "psql", "createdb", "python3", "pip", "pipx"}


def test_there_are_commands() -> None:
    assert any(command.is_run for command in COMMANDS)
    assert any(not command.is_run for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=[command.name for command in COMMANDS])
def test_a_command_in_a_page_exists(command: Command) -> None:
    for part in re.split(r"\s*(?:\|\||\||&&|;)\s*", command.line):
        words = [word for word in shlex.split(part, comments=True) if not re.match(r"[A-Z_]+=", word)]
        program, arguments = Path(words[0]).name, words[1:]
        if program == "make":
            targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
            assert {word for word in arguments if "=" not in word} <= targets
        elif program == "abusedesk":
            subcommand = [word for word in arguments[:1] if not word.startswith("-")]
            subprocess.run([sys.executable, "-m", "intake.cli", *subcommand, "--help"], cwd=ROOT, capture_output=True, check=True)
        else:
            assert program in KNOWN


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.is_run], ids=lambda command: command.name)
def test_a_command_in_a_page_prints_what_the_page_says(command: Command) -> None:
    program, *arguments = shlex.split(command.line)
    assert Path(program).name == "abusedesk"
    done = subprocess.run([sys.executable, "-m", "intake.cli", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    pattern = re.escape(without_blanks(command.output)).replace("…", r"[\s\S]*?")
    assert re.fullmatch(pattern, without_blanks(done.stdout)), done.stdout


def without_blanks(text: str) -> str:
    return "\n".join(re.sub(r"\s+", " ", line).strip() for line in text.splitlines() if line.strip())


# ---- links between pages


@pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])
def test_a_link_in_a_page_leads_to_a_file(path: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []
