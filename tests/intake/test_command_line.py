"""What may be written on the command line, and where."""

from pathlib import Path

import pytest

from intake.cli import main


@pytest.mark.parametrize("command", [["rejected", "list"], ["held", "list"], ["cases", "list"], ["users", "list"]])
def test_the_configuration_may_be_named_before_the_action_too(command: list[str], tmp_path: Path) -> None:
    config = tmp_path / "abusedesk.toml"
    config.write_text(f'[storage]\nurl = "sqlite:///{tmp_path}/desk.db"\n')
    assert main(["db", "--config", str(config), "upgrade"]) == 0
    assert main([command[0], "--config", str(config), *command[1:]]) == 0
    assert main([*command, "--config", str(config)]) == 0
    assert main([command[0], "--config", str(tmp_path / "nowhere.toml"), *command[1:]]) == 78


def test_an_action_says_in_its_own_help_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["rejected", "reopen"], ["cases", "advance"], ["holds", "set"], ["keys", "add"]):
        with pytest.raises(SystemExit):
            main([command[0], "--help"])
        about = next(line.split(None, 1)[1] for line in capsys.readouterr().out.splitlines() if line.strip().startswith(command[1] + " "))
        with pytest.raises(SystemExit):
            main([*command, "--help"])
        assert about[1:12] in capsys.readouterr().out
