"""LMTP on a unix socket (RFC 2033)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.errors import StorageBusy
from config.sections import Smtp
from intake.sockets import bind_unix
from tests.intake.running import LOOPBACK, REPORT, Running, Talk, listening


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "lmtp.sock")


@pytest.fixture
def running(path: str) -> Iterator[Running]:
    with listening(Smtp(listen=LOOPBACK, lmtp_socket=path)) as running:
        yield running


def test_each_recipient_gets_an_answer(running: Running, path: str) -> None:
    with Talk(path) as client:
        client.greet(b"LHLO").begin(recipients=3)
        client.send(REPORT + b".\r\n")
        assert [client.reply()[:3] for _ in range(3)] == ["250"] * 3
        assert client.say(b"NOOP").startswith("250")
    assert len(running.writer.entries) == 1
    assert running.decider.taken[0].envelope.peer is None


def test_each_recipient_hears_of_our_failure(running: Running, path: str) -> None:
    running.writer.failure = StorageBusy("locked")
    with Talk(path) as client:
        client.greet(b"LHLO").begin(recipients=2)
        client.send(REPORT + b".\r\n")
        assert [client.reply()[:9] for _ in range(2)] == ["451 4.3.0"] * 2


@pytest.mark.parametrize("word", [b"HELO", b"EHLO"])
def test_the_words_of_smtp_are_none_of_lmtp(running: Running, path: str, word: bytes) -> None:
    with Talk(path) as client:
        client.reply()
        assert client.say(word + b" client.example.com").startswith("500")


def test_the_socket_that_a_killed_service_left_is_taken_over(path: str) -> None:
    bind_unix(path).close()
    with listening(Smtp(listen=LOOPBACK, lmtp_socket=path)), Talk(path) as client:
        assert client.reply().startswith("220")


def test_the_socket_is_not_for_everybody(running: Running, path: str) -> None:
    assert Path(path).stat().st_mode & 0o777 == 0o660
