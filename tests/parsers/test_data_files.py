"""Logs and tables that are sent along as files."""

import gzip
import io
import zipfile
from base64 import encodebytes

import pytest

from config.limits import Limits
from parsers.bodies import texts_of
from parsers.data_files import data_texts
from parsers.mime import parse_mime
from parsers.unpacking import Unpacking

TABLE = b'"timestamp","ip"\n"2026-08-03 10:00:00","203.0.113.9"\n'


def mail(content_type: str, name: str, content: bytes) -> bytes:
    return (
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nsee below\n--b\nContent-Type: '
        + f'{content_type}; name="{name}"\nContent-Disposition: attachment; filename="{name}"\n'.encode()
        + b"Content-Transfer-Encoding: base64\n\n"
        + encodebytes(content)
        + b"--b--\n"
    )


def read(raw: bytes, limits: Limits | None = None) -> tuple[str, ...]:
    limits = limits or Limits()
    root = parse_mime(raw, limits)
    return data_texts(root, texts_of(root, limits), limits, Unpacking(limits))


def zipped(name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, TABLE)
    return packed.getvalue()


@pytest.mark.parametrize(
    "content_type, name, content",
    [
        ("text/csv", "report.csv", TABLE),
        ("application/octet-stream", "auth.log", TABLE),
        ("application/json", "event", TABLE),
        ("application/zip", "report.zip", zipped("report.csv")),
        ("application/gzip", "report.csv.gz", gzip.compress(TABLE)),
    ],
)
def test_a_table_is_read_however_it_is_sent(content_type: str, name: str, content: bytes) -> None:
    assert read(mail(content_type, name, content)) == (TABLE.decode(),)


@pytest.mark.parametrize(
    "content_type, name, content",
    [
        ("image/png", "x.csv", TABLE),
        ("application/pdf", "x.pdf", TABLE),
        ("application/zip", "report.zip", zipped("report.exe")),
        ("application/zip", "report.zip", b"PK\x03\x04damaged"),
        ("application/gzip", "report.csv.gz", b"\x1f\x8bdamaged"),
    ],
)
def test_other_files_stay_closed(content_type: str, name: str, content: bytes) -> None:
    assert read(mail(content_type, name, content)) == ()


def test_together_they_are_at_most_as_long_as_a_text_may_be() -> None:
    raw = mail("text/csv", "report.csv", b"x" * 100)
    assert [len(read(raw, Limits(text_chars=limit))[0]) for limit in (99, 100, 101)] == [99, 100, 100]
