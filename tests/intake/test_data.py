"""The mail data: end of data, dot-stuffing, line ends, size."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.data import Data, DataDecoder, read_data
from intake.spool import Spool

# Everything that some server or other takes for CRLF.CRLF (SMTP smuggling).
NOT_THE_END = {
    "lf-dot-lf": b"\n.\n",
    "lf-dot-crlf": b"\n.\r\n",
    "crlf-dot-lf": b"\r\n.\n",
    "cr-dot-cr": b"\r.\r",
    "cr-dot-crlf": b"\r.\r\n",
    "crlf-dot-cr": b"\r\n.\r",
    "lf-dot-cr": b"\n.\r",
    "cr-dot-lf": b"\r.\n",
    "crlf-nul-dot-crlf": b"\r\n\0.\r\n",
    "crlf-dot-nul-crlf": b"\r\n.\0\r\n",
    "crlf-dot-blank-crlf": b"\r\n. \r\n",
    "crlf-dot-cr-crlf": b"\r\n.\r\r\n",
    "crcrlf-dot-crlf-without-lf": b"\r\r.\r\n",
}


def decoded(wire: bytes, size: int = 1 << 20) -> tuple[bytes, DataDecoder]:
    """What is decoded from the wire, fed in pieces of a size."""
    decoder = DataDecoder()
    out = b""
    for at in range(0, len(wire), size):
        out += decoder.feed(wire[at : at + size])
        if decoder.is_complete:
            decoder.rest += wire[at + size :]
            break
    return out, decoder


def stuffed(mail: bytes) -> bytes:
    """A mail of whole lines as a client sends it (RFC 5321 section 4.5.2)."""
    lines = mail.split(b"\r\n")[:-1]
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines) + b".\r\n"


@pytest.mark.parametrize("size", [1, 2, 3, 1 << 20])
@pytest.mark.parametrize("variant", NOT_THE_END.values(), ids=NOT_THE_END)
def test_nothing_but_crlf_dot_crlf_ends_the_data(variant: bytes, size: int) -> None:
    smuggled = b"MAIL FROM:<forged@example.com>\r\nDATA\r\n"
    out, decoder = decoded(b"first" + variant + smuggled + b".\r\nQUIT\r\n", size)
    assert decoder.rest == b"QUIT\r\n"
    assert smuggled in out


@pytest.mark.parametrize("size", [1, 3, 1 << 20])
@pytest.mark.parametrize(
    "wire, mail",
    [
        (b".\r\n", b""),
        (b"\r\n.\r\n", b"\r\n"),
        (b"a\r\n.\r\n", b"a\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),
        (b"..a\r\n...b\r\n.\r\n", b".a\r\n..b\r\n"),
        (b".a\r\n.\r\n", b"a\r\n"),
        (b"a\r\n.\n\r\n.\r\n", b"a\r\n.\n\r\n"),
        (b"a\r\n.\r.\r\n.\r\n", b"a\r\n.\r.\r\n"),
    ],
)
def test_the_dot_that_was_put_before_a_line_is_taken_away_and_no_other(wire: bytes, mail: bytes, size: int) -> None:
    out, decoder = decoded(wire, size)
    assert (out, decoder.is_complete) == (mail, True)


@given(st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\r", b"").replace(b"\n", b""))), st.integers(1, 70))
def test_every_mail_of_whole_lines_comes_back_as_it_was(lines: list[bytes], size: int) -> None:
    mail = b"".join(line + b"\r\n" for line in lines)
    out, decoder = decoded(stuffed(mail) + b"NOOP\r\n", size)
    assert (out, decoder.rest, decoder.has_bare) == (mail, b"NOOP\r\n", False)


@given(st.lists(st.sampled_from([b"\r", b"\n", b".", b"a", b"\r\n", b"\r\n.", b"\0"])).map(b"".join), st.integers(1, 9))
def test_pieces_make_no_difference(wire: bytes, size: int) -> None:
    whole, all_at_once = decoded(wire)
    pieces, piecewise = decoded(wire, size)
    if all_at_once.is_complete:
        assert (pieces, piecewise.rest, piecewise.has_bare) == (whole, all_at_once.rest, all_at_once.has_bare)
    assert piecewise.is_complete == all_at_once.is_complete


@pytest.mark.parametrize("bare", [b"a\rb\r\n", b"a\nb\r\n", b"\n", b"\r\r\n", b"a\r\n\n\r\n"])
def test_a_cr_or_lf_by_itself_is_noticed(bare: bytes) -> None:
    assert decoded(bare + b"\r\n.\r\n")[1].has_bare


def test_ordinary_lines_have_none() -> None:
    assert not decoded(b"a\r\n\r\n\r\nb\r\n.\r\n", 1)[1].has_bare


async def _read(wire: bytes, at_most: int, folder: Path) -> tuple[Data, bytes]:
    reader = asyncio.StreamReader()
    reader.feed_data(wire)
    reader.feed_eof()
    spool = Spool(folder)
    data = await read_data(reader, spool, at_most=at_most)
    raw = spool.read()
    spool.drop()
    return data, raw


@pytest.mark.parametrize("excess, is_too_large", [(-1, False), (0, False), (1, True)])
def test_the_size_that_counts_is_without_stuffing(tmp_path: Path, excess: int, is_too_large: bool) -> None:
    mail = b".\r\n" * 100
    data, raw = asyncio.run(_read(stuffed(mail) + b"QUIT\r\n", len(mail) - excess, tmp_path))
    assert (data.is_too_large, data.is_cut, data.rest) == (is_too_large, False, b"QUIT\r\n")
    assert raw == (b"" if is_too_large else mail)


def test_a_client_that_goes_on_and_on_is_cut_off(tmp_path: Path) -> None:
    data, raw = asyncio.run(_read(b"a" * 2_001, 1_000, tmp_path))
    assert (data.is_cut, raw) == (True, b"")


def test_a_client_that_leaves_within_its_mail_is_an_end_of_file(tmp_path: Path) -> None:
    with pytest.raises(EOFError):
        asyncio.run(_read(b"half a mail\r\n.", 1_000, tmp_path))


def test_a_large_mail_waits_in_a_file_without_a_name(tmp_path: Path) -> None:
    mail = b"x" * 3_000_000 + b"\r\n"
    _, raw = asyncio.run(_read(mail + b".\r\n", 4_000_000, tmp_path))
    assert raw == mail
    assert not list(tmp_path.iterdir())


def test_a_disk_that_takes_nothing_is_told_and_the_client_heard_out(tmp_path: Path) -> None:
    data, raw = asyncio.run(_read(b"x" * 3_000_000 + b"\r\n.\r\nQUIT\r\n", 4_000_000, tmp_path / "no-such-folder"))
    assert isinstance(data.failure, OSError)
    assert (data.rest, raw) == (b"QUIT\r\n", b"")
