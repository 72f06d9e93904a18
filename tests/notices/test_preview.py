"""A letter that is looked at beforehand is the letter that leaves."""

import subprocess
import sys
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest

from config.events import Event, Family, rule_of
from notices.preview import previews
from notices.stationery import open_stationery
from notices.template import FIELDS
from storage.notices import AUTOMATIC, NoticeKind
from tests.notices.desks import NOON, POLICY, SETTINGS, desk
from tests.notices.smarthost_server import smarthost_server
from tests.notices.test_correspondent import read, report

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("event", Event)
def test_each_letter_of_each_event_can_be_looked_at(event: Event, language: str) -> None:
    found = {one.kind: one for one in previews(event, language, open_stationery(SETTINGS, POLICY, NOON), POLICY, NOON)}
    expected = set(FIELDS) - ({NoticeKind.REPORT_BACK} if rule_of(event).family is Family.REPORT_ONLY else set())
    assert found.keys() == expected
    for kind, one in found.items():
        assert "$" not in one.text
        assert one.text.strip()
        assert message_from_bytes(one.raw)["Auto-Submitted"] == ("auto-replied" if kind in AUTOMATIC else "auto-generated")


def site(tmp_path: Path) -> Path:
    """A folder with words of the site's own for refusals of spam."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "refusal.spam.en.txt").write_text("Subject: Not ours [$reference]\n\nSorry: $reason\n\n$network\n")
    return tmp_path / "templates"


def test_what_leaves_is_what_was_looked_at(url: str, tmp_path: Path) -> None:
    """The same words, the same fields, the site's template; only what the report brings differs."""
    settings = replace(SETTINGS, templates=str(site(tmp_path)))
    with smarthost_server() as smarthost, desk(url, smarthost, settings=settings) as here:
        reference = here.take(report()).reference
        here.work()
    sent = smarthost.taken[0].raw
    shown = next(one for one in previews(Event.SPAM, "en", open_stationery(settings, POLICY, NOON), POLICY, NOON) if one.kind == "refusal")
    assert shown.template.endswith("templates/refusal.spam.en.txt")
    assert message_from_bytes(sent).keys() == message_from_bytes(shown.raw).keys()
    assert message_from_bytes(sent)["Subject"] == f"Not ours [{reference}]"
    assert shown.text.startswith(read(smarthost.taken[0]).get_content().strip())  # the preview also names a network


CONFIG = """\
[policy]
desk_addresses = ["abuse@example-host.jp"]
[notices]
templates = "{templates}"
[storage]
url = "{url}"
"""


def preview(config: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "intake.cli", "notices", "preview", *arguments, "--config", str(config)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_command_shows_the_sites_own_words_and_which_file_they_stand_in(url: str, tmp_path: Path) -> None:
    (tmp_path / "abusedesk.toml").write_text(CONFIG.format(templates=site(tmp_path), url=url))
    done = preview(tmp_path / "abusedesk.toml", "spam")
    assert done.returncode == 0, done.stderr
    assert "---- refusal: " + str(tmp_path / "templates" / "refusal.spam.en.txt") in done.stdout
    assert "Subject: Not ours [R-0000-0000-0000]\n" in done.stdout
    assert "Sorry: We cannot accept" in done.stdout
    assert "受付番号" in preview(tmp_path / "abusedesk.toml", "spam", "--lang", "ja").stdout


def test_a_template_that_cannot_be_used_is_told_with_its_name(url: str, tmp_path: Path) -> None:
    folder = site(tmp_path)
    (folder / "refusal.en.txt").write_text("no subject\n")
    (tmp_path / "abusedesk.toml").write_text(CONFIG.format(templates=folder, url=url))
    done = preview(tmp_path / "abusedesk.toml", "spam")
    assert (done.returncode, done.stdout) == (78, "")
    assert "refusal.en.txt" in done.stderr


@pytest.mark.parametrize("arguments, code", [(("nothing",), 64), (("spam", "--lang", "fr"), 64)])
def test_what_there_is_no_letter_of_is_a_wrong_command(tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    assert preview(tmp_path / "abusedesk.toml", *arguments).returncode == code
