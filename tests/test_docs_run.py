"""Every command line and every block of settings in the pages is run as it stands, on a site that is made for it."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.settings import build_policy, load_settings
from routing.verdict import Reason
from storage.engine import open_engine, writing
from storage.migrations import upgrade
from storage.notices import NoticeKind
from storage.record import record
from storage.tables import NOTICE
from tests.notices.desks import NOON
from tests.operators.postfix import free_port
from tests.storage.entries import entry
from tests.test_docs import COMMANDS, PAGES, ROOT, Command

# What is not run here, and why; everything else is.
NOT_RUN = {
    "make run": "it serves until it is stopped; tests/intake/test_serve.py starts the same",
    "make test": "it is what runs this",
    "sudo": "tests/deploy/test_machine.py types these lines on a machine that it boots",
}


def why_not_run(line: str) -> str:
    return next((why for beginning, why in NOT_RUN.items() if line.startswith(beginning)), "")


@dataclass(frozen=True)
class Site:
    """config: of a site with a service that runs.   ports: where it listens, by how the pages spell it."""

    config: Path
    ports: dict[str, str]


CONFIG = """\
[network]
prefixes = ["203.0.113.0/24"]
routable = ["203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24"]
domains = ["example-host.jp"]
asns = [64500]
confirmed_file = "confirmed.csv"
[receivers]
trusted = ["mx.example-host.jp"]
[lookups]
dns = false
rdap = false
[workers]
count = 1
[policy]
desk_addresses = ["abuse@example-host.jp"]
[storage]
url = "sqlite:///{folder}/abusedesk.db"
archive_url = "file://{folder}/archive"
[web]
listen = "127.0.0.1:0"
[smtp]
listen = ["127.0.0.1:{smtp}"]
[operation]
listen = ["127.0.0.1:{health}"]
[retention]
rejected_days = 365
"""


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """With a store that holds what the pages speak of: reports, one of a contractor, and a dead letter number 17."""
    folder = tmp_path_factory.mktemp("site")
    smtp, health = free_port(), free_port()
    config = folder / "abusedesk.toml"
    config.write_text(CONFIG.format(folder=folder, smtp=smtp, health=health))
    url = f"sqlite:///{folder}/abusedesk.db"
    upgrade(url)
    for number in range(3):
        record(url, entry(number))
    record(url, entry(3, Reason.SENDER_IN_NETWORK))
    engine = open_engine(url)
    dead = {
        "id": 17, "submission_id": 1, "kind": NoticeKind.REFUSAL.value, "recipient": "you@reporter.example", "state": "dead",
        "because": "550",
        "note": "", "subject": "", "body": "", "message_id": "<17@example-host.jp>", "created_at": NOON, "ended_at": NOON,
    }  # fmt: skip
    with writing(engine) as connection:
        connection.execute(NOTICE.insert(), dead)
    engine.dispose()
    process = subprocess.Popen([*abusedesk("serve"), "--config", str(config)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert "SMTP on" in process.stdout.readline()
        yield Site(config, {"127.0.0.1:8025": f"127.0.0.1:{smtp}"})
    finally:
        process.terminate()
        process.communicate(timeout=60)


def abusedesk(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "intake.cli", *arguments]


def test_what_is_not_run_is_named_and_is_not_much() -> None:
    left_out = {command.line for command in COMMANDS if why_not_run(command.line)}
    assert {beginning for beginning in NOT_RUN if not any(line.startswith(beginning) for line in left_out)} == set()
    assert not any(line.startswith("abusedesk") for line in left_out)


RUN = [command for command in COMMANDS if not why_not_run(command.line) and not command.is_run]


@pytest.mark.parametrize("page", sorted({command.page for command in RUN}), ids=lambda page: page.name)
def test_the_command_lines_of_a_page_run_as_they_stand_one_after_the_other(page: Path, site: Site) -> None:
    for command in RUN:
        if command.page == page:
            _run(command, site)


def _run(command: Command, site: Site) -> None:
    line = command.line
    for written, here in site.ports.items():
        line = line.replace(written, here)
    program, *arguments = shlex.split(line, comments=True)
    words = abusedesk(*arguments, "--config", str(site.config)) if program == "abusedesk" else [program, *arguments]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, input="a long password\n", timeout=100)
    assert done.returncode == 0, f"{command.name}: {done.stdout}{done.stderr}"
    if command.output:
        assert done.stdout.split() == command.output.split(), command.name


SETTINGS = [
    (f"{path.name}: {block.splitlines()[0]} {number}", block)
    for path in PAGES
    for number, block in enumerate(re.findall(r"^```toml\n(.*?)^```$", path.read_text("utf-8"), re.MULTILINE | re.DOTALL))
]


@pytest.mark.parametrize("block", [block for _, block in SETTINGS], ids=[name for name, _ in SETTINGS])
def test_settings_in_a_page_are_settings(block: str, tmp_path: Path) -> None:
    (tmp_path / "abusedesk.toml").write_text(block)
    build_policy(load_settings(tmp_path / "abusedesk.toml"))


def test_no_block_is_of_a_kind_that_nobody_runs() -> None:
    kinds = {mark: path.name for path in PAGES for mark in re.findall(r"^```(.+)$", path.read_text("utf-8"), re.MULTILINE)}
    assert kinds.keys() <= {"sh", "sh run", "toml"}
    for path in PAGES:
        for mark, block in re.findall(r"^```([^\n]*)\n(.*?)^```$", path.read_text("utf-8"), re.MULTILINE | re.DOTALL):
            assert mark or not re.search(r"^(?:\$ )?(?:abusedesk|make|sudo|docker) ", block, re.MULTILINE), path.name
