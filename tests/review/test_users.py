"""The command that lets people in."""

import io
from pathlib import Path

import pytest

from intake.cli import main
from storage.engine import open_engine, reading
from storage.staff import check_password


@pytest.fixture
def config(tmp_path: Path) -> str:
    """A configuration on a store that is not there yet."""
    path = tmp_path / "abusedesk.toml"
    path.write_text(f'[storage]\nurl = "sqlite:///{tmp_path}/desk.db"\n')
    return str(path)


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: str, typed: str = "") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return main(["users", *arguments])


def test_somebody_is_added_listed_and_disabled(
    config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "add", "ada", "--role", "admin", "--config", config, typed="correct horse battery\n") == 0
    engine = open_engine(f"sqlite:///{tmp_path}/desk.db")
    with reading(engine) as connection:
        assert check_password(connection, "ada", "correct horse battery") is not None
    assert _run(monkeypatch, "disable", "ada", "--config", config) == 0
    with reading(engine) as connection:
        assert check_password(connection, "ada", "correct horse battery") is None
    engine.dispose()
    capsys.readouterr()
    assert _run(monkeypatch, "list", "--config", config) == 0
    told = capsys.readouterr().out
    assert "ada" in told
    assert "disabled" in told


def test_a_short_password_is_refused_without_a_traceback(
    config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "add", "ada", "--config", config, typed="short\n") != 0
    assert "at least 10 characters" in capsys.readouterr().err
