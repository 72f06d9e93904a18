"""STARTTLS (RFC 3207)."""

import smtplib
import ssl
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.sections import Smtp
from intake.tls import tls_context
from tests.intake.running import LOOPBACK, Talk, listening

# Made for these tests and used nowhere else.
CERTIFICATE = str(Path(__file__).with_name("mx.example-host.jp.pem"))
OFFERED = Smtp(listen=LOOPBACK, tls_cert=CERTIFICATE)
REQUIRED = Smtp(listen=LOOPBACK, tls_cert=CERTIFICATE, tls_required=True)


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=CERTIFICATE)
    context.check_hostname = False
    return context


def test_a_mail_comes_in_over_tls() -> None:
    with listening(REQUIRED) as running, smtplib.SMTP(*running.address) as client:
        client.starttls(context=trusting())
        client.sendmail("reporter@example.com", ["abuse@example-host.jp"], "Subject: secret\n")
        assert not client.has_extn("starttls")
        assert not client.has_extn("auth")
        assert len(running.writer.entries) == 1


def test_tls_may_be_left_alone_where_it_is_offered() -> None:
    with listening(OFFERED) as running, Talk(running.address) as client:
        client.reply()
        assert "250-STARTTLS" in client.say(b"EHLO client.example.com")
        assert client.mail().startswith("250")


def test_no_mail_is_taken_in_the_clear_where_tls_is_required() -> None:
    with listening(REQUIRED) as running, Talk(running.address) as client:
        assert client.greet().say(b"MAIL FROM:<a@example.com>").startswith("530")


def test_commands_that_were_slipped_in_before_tls_are_forgotten() -> None:
    with listening(OFFERED) as running, Talk(running.address) as client:
        client.greet()
        client.send(b"STARTTLS\r\nMAIL FROM:<injected@example.com>\r\nRCPT TO:<abuse@example-host.jp>\r\n")
        assert client.reply().startswith("220")
        with trusting().wrap_socket(client.socket) as secure:
            secure.sendall(b"EHLO client.example.com\r\nRCPT TO:<abuse@example-host.jp>\r\n")
            received = b""
            while b"\r\n503" not in received:
                received += secure.recv(4_096)


def test_what_was_said_before_tls_is_forgotten() -> None:
    with listening(OFFERED) as running, smtplib.SMTP(*running.address) as client:
        client.ehlo()
        client.mail("before@example.com")
        client.starttls(context=trusting())
        client.ehlo()
        assert client.rcpt("abuse@example-host.jp")[0] == 503


def test_tls_is_begun_once() -> None:
    with listening(OFFERED) as running, smtplib.SMTP(*running.address) as client:
        client.starttls(context=trusting())
        client.ehlo()
        assert client.docmd("STARTTLS")[0] == 503


def test_a_handshake_that_is_none_ends_the_session() -> None:
    with listening(OFFERED) as running, Talk(running.address) as client:
        client.greet().say(b"STARTTLS")
        client.send(b"this is no handshake\r\n" * 10)
        assert not client.reply().startswith("2")


def test_a_certificate_that_is_not_there_is_a_wrong_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"smtp\.tls_cert"):
        tls_context(Smtp(tls_cert=str(tmp_path / "missing.pem")))


def test_a_certificate_that_is_none_is_a_wrong_configuration(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(ConfigError, match=r"smtp\.tls_cert"):
        tls_context(Smtp(tls_cert=str(tmp_path / "empty.pem")))


def test_tls_cannot_be_required_without_a_certificate() -> None:
    with pytest.raises(ConfigError, match=r"smtp\.tls_required"):
        tls_context(Smtp(tls_required=True))
