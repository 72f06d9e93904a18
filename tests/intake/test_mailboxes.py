"""Mails in files, folders, mboxes and Maildirs."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mailboxes import Mail, NotAMail, is_mail, mails_in, without_from_line

ONE = b"From: a@example.com\nSubject: one\n\nfirst\n"
TWO = b"Received: from x\n by y\nSubject: two\n\n>From quoted\n"
SEPARATOR = b"From a@example.com Mon Aug  3 00:00:00 2026\n"


def names(source: Path) -> list[str]:
    return [mail.name.removeprefix(f"{source}").lstrip("/") for mail in mails_in(source)]


def test_a_file_is_one_mail_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(ONE.replace(b"\n", b"\r\n"))
    assert list(mails_in(path)) == [Mail(name=str(path), raw=ONE.replace(b"\n", b"\r\n"))]


def test_an_mbox_is_several(tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.write_bytes(SEPARATOR + ONE + b"\n" + SEPARATOR + TWO)
    assert [(mail.name, mail.raw) for mail in mails_in(path)] == [(f"{path}#1", ONE + b"\n"), (f"{path}#2", TWO)]


def test_a_maildir_gives_what_is_new_and_what_was_read(tmp_path: Path) -> None:
    for name in ("cur/2:2,S", "new/1", "tmp/unfinished", ".Junk/cur/3", ".Junk/new/4", ".Junk/tmp/5"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(ONE)
    (tmp_path / "dovecot-uidlist").write_bytes(b"V: 3\n")
    assert names(tmp_path) == [".Junk/cur/3", ".Junk/new/4", "cur/2:2,S", "new/1"]


def test_a_folder_gives_its_mails_by_name_and_passes_over_the_rest(tmp_path: Path) -> None:
    for name, content in {"b.eml": ONE, "a/c.eml": TWO, "picture.png": b"\x89PNG\r\n\x1a\n", ".hidden": ONE, "empty": b""}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert names(tmp_path) == ["a/c.eml", "b.eml"]


def test_a_folder_that_holds_itself_ends(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(ONE)
    (tmp_path / "again").symlink_to(tmp_path)
    assert names(tmp_path) == ["one.eml"]


def test_a_file_that_was_named_must_be_a_mail(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(bytes(range(256)) * 100)
    with pytest.raises(NotAMail):
        list(mails_in(tmp_path / "noise"))


@pytest.mark.parametrize(
    "raw",
    [
        ONE,
        TWO,
        b"Subject: nothing else",
        SEPARATOR + ONE,
        b">From a\nFrom: b@example.com\n",
        b"\r\n\r\nFrom: a@example.com\r\n",
        "\ufeffSubject: Größe\n".encode(),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
    ],
)
def test_what_may_be_a_mail(raw: bytes) -> None:
    assert is_mail(raw)


@pytest.mark.parametrize("raw", [b"", b"hello world\n", b"#!/bin/sh\necho: x\n", b"\0" * 600, b"PK\x03\x04abc", b'{"a": 1}', b"<html>"])
def test_what_is_none(raw: bytes) -> None:
    assert not is_mail(raw)


def test_noise_is_hardly_ever_a_mail() -> None:
    assert sum(is_mail(os.urandom(2_000)) for _ in range(500)) < 10


@given(st.binary())
def test_any_bytes_are_a_mail_or_not(raw: bytes) -> None:
    assert is_mail(raw) in (True, False)


def test_the_line_that_a_pipe_puts_above_gives_the_sender() -> None:
    assert without_from_line(SEPARATOR + ONE) == (ONE, "a@example.com")
    assert without_from_line(ONE) == (ONE, "")
