"""`abusedesk archive`: what it says, moves and leaves."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake.cli import main
from tests.intake.test_submit import OWN


@pytest.fixture
def archiving(config: Path, tmp_path: Path) -> Path:
    """A store with an old mail and a young one, and a folder for an archive."""
    config.write_text(config.read_text().replace("[storage]", f'[storage]\narchive_url = "{(tmp_path / "old").as_uri()}"'))
    for number in (1, 2):
        (tmp_path / "mail.eml").write_bytes(OWN % (number, number))
        assert main(["submit", "--config", str(config), str(tmp_path / "mail.eml")]) == 0
    with sqlite3.connect(config.with_name("abusedesk.db")) as connection:
        long_ago = datetime.now(UTC) - timedelta(days=91)
        connection.execute("update submission set arrived_at = ? where id = 1", (f"{long_ago:%Y-%m-%d %H:%M:%S.%f}",))
    return config


def archived(config: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, object]:
    capsys.readouterr()
    assert main(["archive", "--json", "--config", str(config), *options]) == 0
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    return told


def test_old_mail_is_moved_once_and_shown_as_before(archiving: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    config = ["--config", str(archiving)]
    main(["archive", *config, "--dry-run"])
    assert capsysbinary.readouterr().out.splitlines()[-1].startswith(b"1 mails from before")
    assert not (tmp_path / "old").exists()
    for count in (1, 0):
        assert main(["archive", *config, "--json"]) == 0
        assert json.loads(capsysbinary.readouterr().out)["mails"] == count
    assert len(list((tmp_path / "old").rglob("*.zst"))) == 1
    assert main(["verify", *config]) == 0


def test_what_was_erased_after_a_run_was_killed_is_deleted_from_the_archive(
    archiving: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archived(archiving, capsys)
    with sqlite3.connect(archiving.with_name("abusedesk.db")) as connection:
        connection.execute("update evidence set location = '' where submission_id = 1")  # erased; where it lay was not noted yet
    assert archived(archiving, capsys, "--dry-run")["discarded"] == 0
    assert main(["archive", "--config", str(archiving)]) == 0
    assert "1 left there by a run that was killed" in capsys.readouterr().out
    assert list((tmp_path / "old").rglob("*.zst")) == []


def test_nothing_is_moved_where_no_archive_is_named(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["archive", "--config", str(config)]) == 78
    assert "storage.archive_url" in capsys.readouterr().err


def test_an_archive_that_takes_nothing_is_75_and_nothing_is_moved(
    archiving: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "old").write_text("no folder")
    assert main(["archive", "--config", str(archiving)]) == 75
    (tmp_path / "old").unlink()
    assert archived(archiving, capsys)["mails"] == 1
