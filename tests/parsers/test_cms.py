"""Tests of parsers/cms.py."""

from hypothesis import example, given
from hypothesis import strategies as st

from parsers.cms import signed_content

CONTENT = b"Content-Type: text/plain\r\n\r\nhello\r\n"
DATA = bytes.fromhex("06092a864886f70d010701")
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
SHA_256 = bytes.fromhex("300b0609608648016503040201")


def element(tag: int, content: bytes, *, is_indefinite: bool = False) -> bytes:
    """One BER element (X.690 section 8.1)."""
    if is_indefinite:
        return bytes([tag, 0x80]) + content + b"\0\0"
    size = len(content).to_bytes(3)
    return bytes([tag, 0x83]) + size + content if len(content) > 0x7F else bytes([tag, len(content)]) + content


def signed(octets: bytes, *, is_indefinite: bool = False, kind: bytes = SIGNED_DATA) -> bytes:
    """A ContentInfo around an octet string, without certificates and signers."""
    around = element(0xA0, octets, is_indefinite=is_indefinite)
    inner = element(0x30, DATA + around, is_indefinite=is_indefinite)
    fields = element(0x02, b"\1") + element(0x31, SHA_256) + inner + element(0x31, b"")
    data = element(0x30, fields, is_indefinite=is_indefinite)
    return element(0x30, kind + element(0xA0, data, is_indefinite=is_indefinite), is_indefinite=is_indefinite)


def test_what_was_signed_is_found() -> None:
    assert signed_content(signed(element(0x04, CONTENT))) == CONTENT


def test_a_long_content_is_found_whole() -> None:
    assert signed_content(signed(element(0x04, CONTENT * 1_000))) == CONTENT * 1_000


def test_a_content_in_pieces_is_joined() -> None:
    pieces = element(0x04, CONTENT[:10]) + element(0x04, CONTENT[10:])
    assert signed_content(signed(element(0x24, pieces))) == CONTENT
    assert signed_content(signed(element(0x24, pieces, is_indefinite=True), is_indefinite=True)) == CONTENT


def test_what_is_encrypted_stays_closed() -> None:
    enveloped = bytes.fromhex("06092a864886f70d010703")
    assert signed_content(signed(element(0x04, CONTENT), kind=enveloped)) == b""


def test_a_signature_alone_has_no_content() -> None:
    assert signed_content(signed(b"")) == b""


@given(st.binary(max_size=60), st.integers(min_value=0, max_value=90))
@example(b"", 30)
def test_any_bytes_are_read(damage: bytes, at: int) -> None:
    whole = signed(element(0x24, element(0x04, CONTENT)))
    damaged = whole[:at] + damage + whole[at + len(damage) :]
    assert len(signed_content(damaged)) <= len(damaged)
    assert signed_content(damage) == b"" or SIGNED_DATA in damage
