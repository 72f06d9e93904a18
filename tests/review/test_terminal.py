"""The terminal view of a decision: a person can follow, line by line, whose mail it was and why.

The whole views of four chains lie beside their mails as text; `pytest tests/review/test_terminal.py --bless` writes them anew.
"""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from config.settings import build_policy, load_settings
from intake.pipeline import examine, judge
from parsers.submission import Door, Submission
from review.terminal import print_explanation
from routing.facts import Facts

FIXTURES = Path(__file__).parents[2] / "fixtures"
RECEIVED = FIXTURES / "eml/received"
CHAINS = ("gmail-from-our-address", "microsoft-from-our-address", "postfix-from-our-address", "ocn-from-our-address")


def document(path: Path) -> dict[str, Any]:
    policy = build_policy(load_settings(FIXTURES / "abusedesk.toml"))
    mail = Submission(raw=path.read_bytes(), door=Door.FILE, arrived_at=datetime(2026, 8, 3, 1, tzinfo=UTC), name=path.name)
    return judge(examine(mail, policy), Facts(is_offline=True), policy).document


def view(path: Path, *, width: int = 120, is_terminal: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False, force_terminal=is_terminal, color_system="truecolor" if is_terminal else None)
    print_explanation(document(path), console=console)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


@pytest.mark.parametrize("chain", CHAINS)
def test_the_whole_trace_of_a_chain_reads_as_the_page_beside_its_mail(chain: str, request: pytest.FixtureRequest) -> None:
    golden = RECEIVED / f"{chain}.txt"
    text = view(RECEIVED / f"{chain}.eml")
    if request.config.getoption("--bless"):
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


@pytest.mark.parametrize("chain", CHAINS)
def test_every_hop_is_shown_with_its_status_and_the_sentence_why(chain: str) -> None:
    path = RECEIVED / f"{chain}.eml"
    shown = " ".join(view(path, width=400).split())
    for hop in document(path)["reports"][0]["hops"]:
        assert hop["status"] in shown
        assert hop["because"][1:] in shown


def test_there_is_colour_only_on_a_terminal() -> None:
    path = RECEIVED / f"{CHAINS[0]}.eml"
    assert "\x1b[" not in view(path)
    assert "\x1b[" in view(path, is_terminal=True)


def test_a_reported_link_cannot_be_clicked_by_a_slip_of_the_finger() -> None:
    shown = view(FIXTURES / "eml/links/numeric-hosts.eml")
    assert "hxxp" in shown
    assert "http://" not in shown.partition("The answer")[0]
