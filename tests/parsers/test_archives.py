import gzip
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.limits import Limits
from parsers.archives import gzip_members, zip_members
from parsers.defects import DefectKind
from parsers.unpacking import Unpacking


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    raw = BytesIO()
    with zipfile.ZipFile(raw, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return raw.getvalue()


def details(unpacking: Unpacking) -> list[tuple[DefectKind, str]]:
    return [(defect.kind, defect.detail) for defect in unpacking.defects]


def test_only_what_may_be_a_mail_is_opened() -> None:
    raw = zipped(("a/mail.eml", b"1"), ("photo.jpg", b"2"), ("tool.exe", b"3"), ("mail", b"4"), ("x/", b""))
    assert [member.name for member in zip_members(raw, Unpacking(Limits()), "2")] == ["mail.eml", "mail"]


@pytest.mark.parametrize("members, is_over", [(99, False), (100, False), (101, True)])
def test_the_number_of_members_is_bounded(members: int, is_over: bool) -> None:
    unpacking = Unpacking(Limits(unpacked_members=100))
    raw = zipped(*((f"{number}.eml", b"x") for number in range(members)))
    assert len(list(zip_members(raw, unpacking, "2"))) == min(members, 100)
    assert (details(unpacking) == [(DefectKind.OVER_LIMIT, "unpacked_members")]) is is_over


@pytest.mark.parametrize("size, is_over", [(999, False), (1_000, False), (1_001, True)])
@pytest.mark.parametrize("kind", ["zip", "gzip"])
def test_the_unpacked_size_is_bounded(size: int, is_over: bool, kind: str) -> None:
    unpacking = Unpacking(Limits(unpacked_bytes=1_000))
    content = bytes(index % 251 for index in range(size))
    if kind == "zip":
        found = list(zip_members(zipped(("a.eml", content)), unpacking, "2"))
    else:
        found = list(gzip_members(gzip.compress(content), unpacking, "2", "a.eml.gz"))
    assert [member.raw for member in found] == ([] if is_over else [content])
    assert (details(unpacking) == [(DefectKind.OVER_LIMIT, "unpacked_bytes")]) is is_over


def test_the_size_is_that_of_all_members_together() -> None:
    unpacking = Unpacking(Limits(unpacked_bytes=1_000))
    raw = zipped(("a.eml", b"x" * 600), ("b.eml", b"y" * 600))
    assert [member.name for member in zip_members(raw, unpacking, "2")] == ["a.eml"]


def test_a_large_member_that_swells_beyond_the_ratio_is_refused() -> None:
    unpacking = Unpacking(Limits())
    assert list(zip_members(zipped(("a.txt", b"0" * 3_000_000)), unpacking, "2")) == []
    assert details(unpacking) == [(DefectKind.OVER_LIMIT, "unpacked_bytes")]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_with_dictionaries_of_any_size_stay_closed(method: int) -> None:
    unpacking = Unpacking(Limits())
    assert list(zip_members(zipped(("a.eml", b"mail"), method=method), unpacking, "2")) == []
    assert [kind for kind, _ in details(unpacking)] == [DefectKind.BAD_ARCHIVE]


def test_names_are_for_reading_only() -> None:
    raw = zipped(("../../etc/pass!wd.eml", b"1"), ("a\x1b[31m.eml", b"2"))
    assert [member.name for member in zip_members(raw, Unpacking(Limits()), "2")] == ["passwd.eml", "a[31m.eml"]


@pytest.mark.parametrize("raw", [b"PK\x03\x04", b"PK\x03\x04" + b"\0" * 100, zipped(("a.eml", b"x" * 100))[:-30]])
def test_a_damaged_zip_is_flagged(raw: bytes) -> None:
    unpacking = Unpacking(Limits())
    assert list(zip_members(raw, unpacking, "2")) == []
    assert [kind for kind, _ in details(unpacking)] == [DefectKind.BAD_ARCHIVE]


RAW = zipped(("a.eml", b"From: a\n" * 50), ("b.txt", b"Subject: b\n" * 50))


@given(st.lists(st.tuples(st.integers(0, len(RAW) - 1), st.integers(0, 255)), max_size=20))
def test_a_damaged_zip_never_raises(changes: list[tuple[int, int]]) -> None:
    raw = bytearray(RAW)
    for at, byte in changes:
        raw[at] = byte
    list(zip_members(bytes(raw), Unpacking(Limits()), "2"))


def test_a_name_that_begins_with_nul_is_none_and_never_raises() -> None:
    raw = zipped(("x.eml", b"From: a\n"), ("a.eml", b"From: a\n")).replace(b"x.eml", b"\0.eml")
    assert "a.eml" in [member.name for member in zip_members(raw, Unpacking(Limits()), "2")]


@given(st.binary(max_size=200))
def test_any_bytes_behind_the_gzip_magic_never_raise(rest: bytes) -> None:
    list(gzip_members(b"\x1f\x8b" + rest, Unpacking(Limits()), "2", "a.gz"))
