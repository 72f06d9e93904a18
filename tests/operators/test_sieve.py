"""The recipe for Sieve, run by Dovecot's own sieve-test."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.notices.test_correspondent import report

RECIPE = Path(__file__).parents[2] / "docs" / "operators" / "sieve" / "abuse.sieve"
CONFIG = """\
mail_uid = 65534
mail_gid = 65534
first_valid_uid = 1
first_valid_gid = 1
mail_home = {folder}
mail_location = maildir:{folder}/mail
log_path = /dev/stderr
ssl = no
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    if shutil.which("sieve-test") is None or os.geteuid() != 0:
        complaint = "sieve-test is not installed, or this is not root: apt-get install -y dovecot-sieve"
        pytest.fail(complaint) if os.environ.get("CI") == "true" else pytest.skip(complaint)
    path = Path(tempfile.mkdtemp(prefix="abusedesk-sieve-"))
    path.chmod(0o777)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def actions(folder: Path, recipient: str) -> str:
    """What the script does with a report to that address."""
    (folder / "dovecot.conf").write_text(CONFIG.format(folder=folder))
    (folder / "abuse.sieve").write_text(RECIPE.read_text("utf-8"))
    (folder / "report.eml").write_bytes(report())
    done = subprocess.run(
        ["sieve-test", "-c", "dovecot.conf", "-r", recipient, "-a", recipient, "-f", "you@reporter.example", "abuse.sieve", "report.eml"],
        cwd=folder, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("recipient", ["abuse@example-host.jp", "abuse+spam@example-host.jp", "abuse+phishing@example-host.jp"])
def test_a_report_is_redirected_and_a_copy_stays(folder: Path, recipient: str) -> None:
    said = actions(folder, recipient)
    assert "redirect message to: <abuse@desk.example-host.jp>" in said
    assert "store message in folder: INBOX" in said


def test_other_mail_only_stays(folder: Path) -> None:
    said = actions(folder, "info@example-host.jp")
    assert "redirect" not in said
    assert "store message in folder: INBOX" in said
