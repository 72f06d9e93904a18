"""Why a server gave no answer."""

import socket
from pathlib import Path

import pytest

from intake.cli import main
from notices.no_answer import why_no_answer


@pytest.mark.parametrize(
    "error,reason",
    [
        (socket.gaierror(-2, "Name or service not known"), "its name was not found"),
        (TimeoutError(), "it did not answer in time"),
        (ConnectionRefusedError(111, "refused"), "nothing listens there"),
        (ConnectionResetError(104, "what the server sent"), "ConnectionResetError"),
    ],
)
def test_the_reason_is_told_and_nothing_that_the_server_said(error: Exception, reason: str) -> None:
    assert why_no_answer("whois.example", error) == f"whois.example: {reason}"


def test_a_person_who_asks_a_registry_that_is_down_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = f"127.0.0.1:{listening.getsockname()[1]}"
    config = tmp_path / "abusedesk.toml"
    config.write_text(
        f'[network]\nasns = [64500]\n[lookups]\nasn_server = "{server}"\n[storage]\nurl = "sqlite:///{tmp_path / "desk.db"}"\n'
    )
    assert main(["db", "upgrade", "--config", str(config)]) == 0
    main(["networks", "propose", "--config", str(config)])
    assert f"AS64500: {server}: nothing listens there" in capsys.readouterr().err
