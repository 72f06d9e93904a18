"""Man pages and completion are printed from the command line as it is, and the programs that read them find nothing wrong.

`pytest tests/deploy/test_manual.py --bless` prints them anew.
"""

import os
import pty
import select
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from intake.exits import Exit
from tests.deploy import completions, man_pages
from tests.deploy.command_line import commands

DEPLOY = Path(__file__).parents[2] / "deploy"
PRINTED: dict[str, Callable[[], str]] = {
    "man/abusedesk.1": man_pages.abusedesk_1,
    "man/abusedesk.toml.5": man_pages.abusedesk_toml_5,
    "completion/abusedesk.bash": completions.bash,
    "completion/_abusedesk": completions.zsh,
    "completion/abusedesk.fish": completions.fish,
}


def needed(program: str) -> str:
    found = shutil.which(program)
    if not found:
        complaint = f"{program} is not installed: .ci/packages names its package"
        pytest.fail(complaint) if os.environ.get("CI") == "true" else pytest.skip(complaint)
    return str(found)


def said(*command: str, **environment: str) -> str:
    """Everything that a program prints; it must end well."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", PRINTED)
def test_it_is_printed_from_the_command_line_as_it_is(name: str, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--bless"):
        (DEPLOY / name).write_text(PRINTED[name](), "utf-8")
    assert (DEPLOY / name).read_text("utf-8") == PRINTED[name](), f"{name}: pytest tests/deploy/test_manual.py --bless"


def test_the_page_tells_every_command_option_and_exit_code() -> None:
    page = man_pages.abusedesk_1()
    for command in (one for each in commands() for one in each.all() if not one.below):
        section = page.partition('.SS "' + " ".join(command.words).replace("-", r"\-") + '"')[2].partition(".SS ")[0]
        assert section, command.words
        assert all(flag.replace("-", "\\-") in section for option in command.options for flag in option.flags), command.words
    assert set(man_pages._EXITS) == set(Exit)


@pytest.mark.parametrize("name", ["man/abusedesk.1", "man/abusedesk.toml.5"])
def test_man_warns_of_nothing(name: str) -> None:
    needed("groff")
    page = str(DEPLOY / name)
    assert said("groff", "-man", "-Tutf8", "-ww", "-z", page) == ""
    if shutil.which("man"):
        # a pager of a terminal's width; what man prints on its error stream is a warning
        done = subprocess.run(
            ["man", "--warnings", "-l", page],
            capture_output=True, text=True, check=False, env={**os.environ, "MANWIDTH": "80", "LC_ALL": "C.UTF-8", "MANPAGER": "cat"},
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")


COMPLETE = """\
source "$1"; COMP_WORDS=("${@:2}"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _abusedesk; printf "%s\\n" "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize(
    "typed, offered",
    [
        (("abusedesk", ""), {command.words[0] for command in commands()} | {"--help"}),
        (("abusedesk", "rej"), {"rejected"}),
        (("abusedesk", "rejected", "re"), {"reopen"}),
        (("abusedesk", "rejected", "export", "--format", ""), {"csv", "xlsx", "json"}),
        (("abusedesk", "explain", "--of"), {"--offline"}),
        (("abusedesk", "config", "ch"), {"check"}),
        (("abusedesk", "notices", "preview", "--lang", "j"), {"ja"}),
    ],
)
def test_bash_offers_what_the_command_takes(tmp_path: Path, typed: tuple[str, ...], offered: set[str]) -> None:
    done = subprocess.run(
        ["bash", "--norc", "-c", COMPLETE, "bash", str(DEPLOY / "completion/abusedesk.bash"), *typed],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(done.stdout.split()) == offered
    assert done.stderr == ""


@pytest.mark.parametrize(
    "typed, offered",
    [
        ("abusedesk rej", {"rejected"}),
        ("abusedesk rejected re", {"reopen"}),
        ("abusedesk rejected export --format ", {"csv", "xlsx", "json"}),
        ("abusedesk explain --of", {"--offline"}),
    ],
)
def test_fish_offers_what_the_command_takes(tmp_path: Path, typed: str, offered: set[str]) -> None:
    fish = needed("fish")
    script = f"source {DEPLOY / 'completion/abusedesk.fish'}; complete -C {typed!r}"
    lines = said(fish, "--no-config", "-c", script, HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path)).splitlines()
    assert {line.partition("\t")[0] for line in lines} == offered


def test_zsh_reads_its_file() -> None:
    zsh = needed("zsh")
    assert said(zsh, "-n", str(DEPLOY / "completion/_abusedesk")) == ""


@pytest.mark.parametrize(
    "typed, offered", [("abusedesk rej", "rejected"), ("abusedesk rejected reo", "reopen"), ("abusedesk explain --off", "--offline")]
)
def test_zsh_completes_what_the_command_takes(tmp_path: Path, typed: str, offered: str) -> None:
    """In a terminal of its own, as a person types it."""
    zsh = needed("zsh")
    (tmp_path / "_abusedesk").write_text((DEPLOY / "completion/_abusedesk").read_text())
    (tmp_path / "setup").write_text(f"PROMPT=READY; fpath=({tmp_path} $fpath); autoload -Uz compinit; compinit -u -d {tmp_path}/dump\n")
    child, terminal = pty.fork()
    if child == 0:
        os.execve(zsh, [zsh, "-f", "-i"], {**os.environ, "TERM": "dumb", "HOME": str(tmp_path), "PROMPT": ""})
    try:
        os.write(terminal, f"source {tmp_path}/setup\n".encode())
        wait_for(terminal, "READY")
        os.write(terminal, f"{typed}\t".encode())
        wait_for(terminal, offered)
    finally:
        os.close(terminal)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def wait_for(terminal: int, wanted: str) -> None:
    """Read until the terminal shows it.   Raises AssertionError when it never does."""
    shown = ""
    while wanted not in shown:
        ready, _, _ = select.select([terminal], [], [], 20)
        assert ready, shown
        shown += os.read(terminal, 4_096).decode("utf-8", "replace")
