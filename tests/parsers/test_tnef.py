import struct

from hypothesis import given
from hypothesis import strategies as st

from config.limits import Limits
from parsers.defects import DefectKind
from parsers.mime import parse_mime
from parsers.tnef import mails_of_tnef
from parsers.unpacking import Unpacking
from tests.parsers.fixture_mail import raw_of

WINMAIL = list(parse_mime(raw_of("containers/winmail-with-an-item.eml"), Limits()).leaves())[1].content


def test_an_attached_item_becomes_a_mail() -> None:
    (member,) = mails_of_tnef(WINMAIL, Unpacking(Limits()), "2")
    assert member.name == "offer.eml" or member.name == "offer"
    assert b"Message-ID: <spam-37@mailer.example>" in member.raw


def test_a_file_that_is_cut_short_is_read_as_far_as_it_goes_and_flagged() -> None:
    unpacking = Unpacking(Limits())
    list(mails_of_tnef(WINMAIL[:-40], unpacking, "2"))
    assert [(defect.kind, defect.detail) for defect in unpacking.defects] == [(DefectKind.BAD_ARCHIVE, "tnef: cut short")]


def test_counts_are_believed_only_as_far_as_the_bytes_go() -> None:
    properties = struct.pack("<I", 0xFFFFFFFF) + struct.pack("<HHI", 0x101F, 0x37, 0xFFFFFFFF)
    raw = b"\x78\x9f\x3e\x22\0\0" + struct.pack("<BHHI", 1, 0x9003, 6, len(properties)) + properties + b"\0\0"
    assert list(mails_of_tnef(raw, Unpacking(Limits()), "2")) == []


@given(st.lists(st.tuples(st.integers(6, len(WINMAIL) - 1), st.integers(0, 255)), max_size=40))
def test_a_damaged_file_never_raises(changes: list[tuple[int, int]]) -> None:
    raw = bytearray(WINMAIL)
    for at, byte in changes:
        raw[at] = byte
    list(mails_of_tnef(bytes(raw), Unpacking(Limits()), "2"))


@given(st.binary(max_size=300))
def test_any_bytes_behind_the_signature_never_raise(rest: bytes) -> None:
    list(mails_of_tnef(b"\x78\x9f\x3e\x22" + rest, Unpacking(Limits()), "2"))
