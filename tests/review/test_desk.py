"""The desk on the terminal: lists keep their columns, and every view says what can be done next."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from intake.cli import main
from review.columns import print_cases
from tests.review.conftest import TestDesk, first_reference

Typed = Callable[..., str]


@pytest.fixture
def typed(desk: TestDesk, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Type a command that must succeed, into a pipe; gives what it prints."""
    monkeypatch.setenv("COLUMNS", "80")
    config = tmp_path / "desk.toml"
    config.write_text(f'[storage]\nurl = "{desk.url}"\n')

    def run(*command: str) -> str:
        capsys.readouterr()
        assert main([*command, "--config", str(config)]) == 0
        return capsys.readouterr().out

    return run


def test_a_list_in_a_pipe_is_cut_nowhere(typed: Typed) -> None:
    told = typed("rejected", "list", "--limit", "200")
    assert "…" not in told
    assert re.search(r"\d\d-\d\d \d\d:\d\d  missing-information  ", told)


def test_eighty_columns_hold_what_a_list_is_looked_at_for() -> None:
    case = {"reference": "C-7K3M-9QXW-2RTV", "opened_at": datetime(2026, 8, 3, tzinfo=UTC), "submissions": 3, "event": "defamation-privacy"}
    case |= {"accused_value": "203.0.113.113", "state": "received", "contractor": "", "assignee": None, "closed_at": None, "due_at": None}
    told = io.StringIO()
    print_cases([case], console=Console(file=told, width=80, force_terminal=True, color_system=None))
    assert told.getvalue().split()[-6:] == ["C-7K3M-9QXW-2RTV", "08-03", "00:00", "defamation-privacy", "203.0.113.113", "received"]


def test_one_that_was_refused_says_how_it_is_reopened_and_that_works(desk: TestDesk, typed: Typed) -> None:
    reference = first_reference(desk.browser("ada").get("/rejected"))
    following = typed("rejected", "show", reference).rpartition("Next: ")[2].split("   ")[0].split()
    assert following[:3] == ["abusedesk", "rejected", "reopen"]
    assert typed(*following[1:-1], "it was ours").startswith(reference)


def test_a_case_says_which_steps_may_follow_and_they_may(desk: TestDesk, typed: Typed) -> None:
    reference = first_reference(desk.browser("ada").get("/cases"), "cases")
    shown = typed("cases", "show", reference)
    assert re.search(r"\b1 report;|\b[2-9]\d* reports;", shown)
    following = shown.rpartition("Next: ")[2].split()
    assert following[:4] == ["abusedesk", "cases", "advance", reference]
    assert typed(*following[1:4], following[4].strip(",|")) == f"{reference}: done\n"


@pytest.mark.parametrize("command", [["holds", "list"], ["keys", "list"], ["letters", "dead"]])
def test_a_list_of_nothing_says_so(command: list[str], typed: Typed) -> None:
    assert typed(*command).startswith("No ")


@pytest.mark.parametrize(
    "command,help_of",
    [
        (["cases", "advance", "C-0000-0000-0000", "received", "--to", "closed"], "abusedesk cases advance --help"),
        (["cases", "advance"], "abusedesk cases advance --help"),
        (["health", "now"], "abusedesk health --help"),
        (["rejected", "list", "--event", "sapm"], "abusedesk rejected list --help"),
        (["nonsense"], "abusedesk --help"),
    ],
)
def test_what_was_mistyped_is_told_with_the_help_of_that_command(
    command: list[str], help_of: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(command)
    assert caught.value.code == 64
    assert capsys.readouterr().err.splitlines()[-1].endswith(f"; see: {help_of}")
