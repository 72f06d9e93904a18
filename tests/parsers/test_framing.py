import pytest

from parsers.defects import DefectKind
from parsers.framing import find_header, frame, looks_like_mail

MAIL = b"Received: from a by b; Mon, 3 Aug 2026 08:00:00 +0900\nFrom: a@mailer.example\nSubject: offer\n\nBuy.\n"


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"\xef\xbb\xbf",
        b"\n\r\n\n",
        b"From a@mailer.example Mon Aug  3 08:00:00 2026\n",
        b">From a@mailer.example Mon Aug  3 08:00:00 2026\n",
        b'"From a@mailer.example Mon Aug  3 08:00:00 2026"\n',
        b"\xef\xbb\xbf\nFrom a Mon Aug  3 08:00:00 2026\n\n",
    ],
)
def test_what_stands_before_the_first_field_is_undone(before: bytes) -> None:
    assert frame(before + MAIL).raw == MAIL


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_with_its_byte_order_mark_is_read(codec: str) -> None:
    marks = {"utf-16": b"", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    assert frame(marks[codec] + MAIL.decode().encode(codec)).raw == MAIL


def test_utf_16_of_windows_is_read_without_a_byte_order_mark() -> None:
    assert frame(MAIL.decode().encode("utf-16-le")).raw == MAIL


def test_of_an_emlx_the_mail_is_left() -> None:
    properties = b'<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"></plist>\n'
    assert frame(b"%d        \n%s%s" % (len(MAIL), MAIL, properties)).raw == MAIL
    assert frame(b"%d\n%s" % (len(MAIL), MAIL)).raw == MAIL


def test_a_number_above_a_mail_that_is_not_its_size_cuts_nothing() -> None:
    assert frame(b"12\n" + MAIL).raw == MAIL


def test_lines_that_end_in_cr_alone_are_read() -> None:
    assert frame(MAIL.replace(b"\n", b"\r")).raw == MAIL


def test_text_before_the_header_is_stepped_over_and_flagged() -> None:
    framed = frame(b"Exported by a program.\nPlease keep.\n" + MAIL)
    assert framed.raw == MAIL
    assert [defect.kind for defect in framed.defects] == [DefectKind.TEXT_BEFORE_HEADER]


def test_text_before_a_header_that_is_too_far_down_is_left() -> None:
    stray = b"line\n" * 201
    assert frame(stray + MAIL).raw == stray + MAIL
    assert frame(stray[5:] + MAIL).raw == MAIL


@pytest.mark.parametrize("magic", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x78\x9f\x3e\x22", b"PK\x03\x04", b"\x1f\x8b"])
def test_bytes_of_a_container_stay_as_they_are(magic: bytes) -> None:
    raw = magic + b"\r\rFrom: a\r\r"
    assert frame(raw).raw == raw


@pytest.mark.parametrize(
    "content, is_mail",
    [
        (MAIL, True),
        (b"\n" + MAIL, True),
        (b"X-Mailer: x\nSubject: a\nFrom: b\n\n", True),
        (b"Subject: only one\n\ntext", False),
        (b"Dear all,\nFrom: us\nSubject: to you\n", False),
        (b"name: value\nother: thing\n", False),
        (b"%PDF-1.7\n", False),
        (b"\x89PNG\r\n\x1a\n", False),
        (b"", False),
    ],
)
def test_a_mail_is_known_by_its_first_lines(content: bytes, is_mail: bool) -> None:
    assert looks_like_mail(content) is is_mail


def test_a_header_in_a_text_is_found_at_the_start_of_a_line() -> None:
    text = b"could not be delivered:\n\n--- copy ---\n\n" + MAIL
    assert find_header(text) == text.index(b"Received:")
    assert find_header(b"nothing here\n") is None
