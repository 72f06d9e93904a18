"""Japanese bytes as mailers really write them: more than the registered charsets hold, mapped as Windows does.

"iso-2022-jp" and "euc-jp" name JIS X 0208, but mail carries NEC row 13 (①㈱), the IBM extensions (髙﨑), half-width
katakana and JIS X 0212 under these names. Python's codecs stop at the first such character; these read on.
"""

import re

# designation = ESC "$" ["("] final / ESC "(" final; ISO/IEC 2022, RFC 1468, RFC 2237
_DESIGNATION = re.compile(rb"\x1b(\$\(?[@-Z]|\([@-Z])|[\r\n]+")
_TWO_BYTES = {
    b"$@": "jis", b"$B": "jis", b"$(B": "jis", b"$(@": "jis",
    b"$(D": "supplement", b"$A": "gb2312", b"$(A": "gb2312", b"$(C": "euc_kr", b"$(O": "euc_jis_2004", b"$(Q": "euc_jis_2004",
}  # fmt: skip
_HALF_WIDTH = b"(I"
_HALF_WIDTH_TO_TEXT = {byte: 0xFF61 + (byte & 0x7F) - 0x21 for byte in (*range(0x21, 0x60), *range(0xA1, 0xE0))}
_EUC_RUN = re.compile(rb"(?:[\xa1-\xfe]{2})+|\x8e[\xa1-\xdf]|\x8f[\xa1-\xfe]{2}|[\x00-\x7f]+|[\x80-\xa0\xff]+|[\xa1-\xfe]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_LEAST_KANA_SHARE = 0.1


def decode_iso_2022_jp(raw: bytes) -> str:
    """ISO-2022-JP with every extension seen in mail; a line end returns to ASCII (RFC 1468), damage becomes U+FFFD."""
    out: list[str] = []
    at, designated = 0, b""
    for mark in _DESIGNATION.finditer(raw):
        out.append(_designated(raw[at : mark.start()], designated))
        if mark[1] is None:
            out.append(mark[0].decode("ascii"))
        designated = mark[1] or b""
        at = mark.end()
    out.append(_designated(raw[at:], designated))
    return "".join(out)


def decode_euc_jp(raw: bytes) -> str:
    """EUC-JP with the Windows extensions (eucJP-ms); damage becomes U+FFFD."""
    return "".join(_euc_run(run[0]) for run in _EUC_RUN.finditer(raw))


def guess_japanese(raw: bytes) -> str:
    """ "cp932" or "euc_jp" where bytes without a charset read as Japanese with kana in that one, else ""."""
    shares = {name: _kana_share(raw, name) for name in ("euc_jp", "cp932")}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= _LEAST_KANA_SHARE else ""


def _designated(text: bytes, designated: bytes) -> str:
    charset = _TWO_BYTES.get(designated)
    if charset is None:
        return _single_bytes(text, is_half_width=designated == _HALF_WIDTH)
    return _two_bytes(bytes(byte | 0x80 for byte in text if byte > 0x20), charset)


def _two_bytes(euc: bytes, charset: str) -> str:
    """Characters of two bytes each with the high bit set, as EUC has them."""
    if charset == "supplement":
        return b"".join(b"\x8f" + euc[at : at + 2] for at in range(0, len(euc), 2)).decode("euc_jp", "replace")
    if charset == "jis":
        return _jis_0208(euc)
    return euc.decode(charset, "replace")


def _jis_0208(euc: bytes) -> str:
    """JIS X 0208, and where that has no such character what Windows has in its place (code page 932)."""
    try:
        return euc.decode("euc_jp")
    except UnicodeDecodeError:
        return _to_shift_jis(euc).decode("cp932", "replace")


def _to_shift_jis(euc: bytes) -> bytes:
    """Rows and cells of EUC as Shift_JIS lead and trail bytes (JIS X 0208, annex 1)."""
    out = bytearray()
    for at in range(0, len(euc) - 1, 2):
        row, cell = euc[at] - 0xA0, euc[at + 1] - 0xA0
        lead = (row + 1) // 2 + (0x80 if row <= 62 else 0xC0)
        trail = cell + (0x9E if row % 2 == 0 else 0x3F if cell <= 63 else 0x40)
        out += bytes((lead & 0xFF, trail & 0xFF))
    return bytes(out)


def _euc_run(run: bytes) -> str:
    if run[0] < 0x80:
        return run.decode("ascii")
    if run[0] == 0x8F or (run[0] == 0x8E and len(run) == 2):
        return run.decode("euc_jp", "replace")
    return _jis_0208(run) if run[0] > 0xA0 and len(run) > 1 else "\ufffd" * len(run)


def _single_bytes(text: bytes, *, is_half_width: bool) -> str:
    """ASCII; half-width katakana where they are designated, and where they stand with the high bit set."""
    if text.isascii() and not is_half_width:
        return text.decode("ascii")
    half_width = _HALF_WIDTH_TO_TEXT if is_half_width else {byte: to for byte, to in _HALF_WIDTH_TO_TEXT.items() if byte > 0x80}
    return text.decode("latin-1").translate(half_width)


def _kana_share(raw: bytes, charset: str) -> float:
    """How much of what is not ASCII is kana, as read in a charset; 0 where it cannot be read so."""
    try:
        text = raw.decode(charset)
    except UnicodeDecodeError:
        return 0.0
    return len(_KANA.findall(text)) / max(1, len(text) - sum(map(str.isascii, text)))
