"""The raw mail comes back byte for byte, or not at all."""

import hashlib

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, update

from config.errors import StorageError
from storage.engine import reading, writing
from storage.evidence import MAX_RAW_BYTES, EvidenceDamaged, EvidenceElsewhere, compress, open_evidence, read_evidence
from storage.record import record
from storage.tables import EVIDENCE
from tests.storage.entries import entry, raw_mail


def opened(frame: bytes, raw: bytes) -> bytes:
    return open_evidence(frame, sha256=hashlib.sha256(raw).hexdigest(), raw_bytes=len(raw))


@given(st.binary())
def test_any_bytes_come_back(raw: bytes) -> None:
    assert opened(compress(raw), raw) == raw


@given(st.binary(min_size=1), st.data())
def test_a_flipped_bit_is_noticed(raw: bytes, data: st.DataObject) -> None:
    frame = bytearray(compress(raw))
    at = data.draw(st.integers(0, len(frame) - 1))
    frame[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        assert opened(bytes(frame), raw) == raw  # a bit that the format does not use
    except EvidenceDamaged:
        pass


def test_a_bomb_is_not_unpacked_beyond_what_was_recorded() -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(300_000_000))
    with pytest.raises(EvidenceDamaged):
        open_evidence(bomb, sha256="0" * 64, raw_bytes=1_000)
    with pytest.raises(EvidenceDamaged, match="beyond anything"):
        open_evidence(bomb, sha256="0" * 64, raw_bytes=MAX_RAW_BYTES + 1)


def test_what_is_no_frame_is_damaged() -> None:
    with pytest.raises(EvidenceDamaged):
        opened(b"not a frame", b"a mail")
    with pytest.raises(EvidenceDamaged):
        opened(compress(b"a mail")[:-3], b"a mail")


def test_stored_mail_is_read_byte_for_byte(engine: Engine, url: str) -> None:
    record(url, entry(1))
    with reading(engine) as connection:
        assert read_evidence(connection, 1) == raw_mail(1)


def test_a_changed_row_is_not_served(engine: Engine, url: str) -> None:
    record(url, entry(1))
    with writing(engine) as connection:
        connection.execute(update(EVIDENCE).values(frame=compress(raw_mail(1).replace(b"look", b"lock"))))
    with reading(engine) as connection, pytest.raises(EvidenceDamaged):
        read_evidence(connection, 1)


def test_mail_that_was_deleted_says_so(engine: Engine, url: str) -> None:
    record(url, entry(1))
    with writing(engine) as connection:
        connection.execute(update(EVIDENCE).values(frame=None))
    with reading(engine) as connection:
        with pytest.raises(EvidenceElsewhere, match="has been deleted"):
            read_evidence(connection, 1)
        with pytest.raises(StorageError, match="no evidence"):
            read_evidence(connection, 2)
