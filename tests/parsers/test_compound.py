import struct
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.limits import Limits
from parsers.compound import CompoundFile, DamagedFile
from parsers.defects import DefectKind
from parsers.outlook import mail_of_item
from parsers.unpacking import Unpacking
from tests.parsers.fixture_mail import raw_of

ITEM = raw_of("containers/handed-in.msg")


def test_streams_and_folders_are_read_by_name_in_any_case() -> None:
    root = CompoundFile(ITEM).root
    assert root.has("__PROPERTIES_version1.0")
    assert (root.stream("__substg1.0_0037001F") or b"").decode("utf-16-le") == "Special offer 34"
    assert root.stream("__substg1.0_FFFF001F") is None
    assert root.size("__substg1.0_FFFF001F") == 0


@pytest.mark.parametrize("raw", [b"", ITEM[:511], b"\0" * 512, ITEM[:28] + b"xx" + ITEM[30:], ITEM[:30] + b"\x20\0" + ITEM[32:]])
def test_what_is_no_compound_file_says_so(raw: bytes) -> None:
    with pytest.raises(DamagedFile):
        CompoundFile(raw)


def test_a_chain_that_runs_in_a_circle_ends() -> None:
    fat_sector = struct.unpack_from("<I", ITEM, 76)[0]
    at = (fat_sector + 1) * 512
    circle = ITEM[:at] + struct.pack("<128I", *range(1, 128), 0) + ITEM[at + 512 :]
    unpacking = Unpacking(Limits())
    mail_of_item(circle, unpacking, "1")


def test_a_difat_that_runs_in_a_circle_ends() -> None:
    circle = ITEM[:68] + struct.pack("<II", 0, 0xFFFFFFFF) + ITEM[76:]
    mail_of_item(circle, Unpacking(Limits()), "1")


def test_another_kind_of_ole_file_is_no_item_and_no_damage() -> None:
    other = ITEM.replace("__properties_version1.0".encode("utf-16-le"), "WordDocumentStreamX1234".encode("utf-16-le"))
    unpacking = Unpacking(Limits())
    assert mail_of_item(other, unpacking, "1") is None
    assert unpacking.defects == []


def test_a_damaged_item_is_flagged() -> None:
    unpacking = Unpacking(Limits())
    assert mail_of_item(ITEM[:600], unpacking, "2") is None
    assert [(defect.kind, defect.where) for defect in unpacking.defects] == [(DefectKind.BAD_ARCHIVE, "2")]


def test_streams_beyond_the_budget_are_not_read() -> None:
    unpacking = Unpacking(Limits(unpacked_bytes=100))
    mail_of_item(ITEM, unpacking, "2")
    assert [(defect.kind, defect.detail) for defect in unpacking.defects] == [(DefectKind.OVER_LIMIT, "unpacked_bytes")]


@given(st.lists(st.tuples(st.integers(0, len(ITEM) - 1), st.integers(0, 255)), max_size=40))
def test_a_damaged_item_never_raises(changes: list[tuple[int, int]]) -> None:
    raw = bytearray(ITEM)
    for at, byte in changes:
        raw[at] = byte
    mail_of_item(bytes(raw), Unpacking(Limits()), "1")


def test_the_item_becomes_a_mail_with_the_transport_header_and_its_own_parts() -> None:
    mail = mail_of_item(ITEM, Unpacking(Limits()), "1")
    assert mail is not None
    head, _, body = mail.partition(b"\r\n\r\n")
    assert head.count(b"\r\nContent-Type:") == 1
    assert head.count(b"\r\nReceived:") == 2
    assert b64decode(body.split(b"base64\r\n\r\n")[1].split(b"--")[0]).startswith(b"Dear customer")
