"""Bytes of a body or header as text: declared charset, its usual superset, UTF-8, then detection.

Mail says "shift_jis" and means cp932, says "iso-2022-jp" and holds JIS X 0212 or half-width katakana; the superset
reads both. Detection (chardet) is the last resort, on a bounded sample.
"""

import codecs
from dataclasses import dataclass

import chardet

_SUPERSETS = {
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "euc-jp": "euc_jis_2004",
    "x-euc-jp": "euc_jis_2004",
    "iso-2022-jp": "iso2022_jp_ext",
    "csiso2022jp": "iso2022_jp_ext",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "cp950",
    "big5-hkscs": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "unicode-1-1-utf-7": "utf-7",
}
# Python codecs that turn bytes into something other than text, or that cost more than a mail deserves.
_REFUSED = frozenset({"idna", "punycode", "undefined", "raw_unicode_escape", "unicode_escape", "mbcs", "oem"})
_SAMPLE_BYTES = 8_192


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedText:
    """text, the codec that read it, and whether the declared charset had to be given up."""

    text: str
    charset: str
    is_guessed: bool = False


def decode_text(raw: bytes, declared: str = "") -> DecodedText:
    """Read bytes as text; every byte string gives some text. Raises: nothing.

    Order: the declared charset's usual superset, the declared charset, UTF-8, ISO-2022-JP by its escapes,
    detection, Latin-1.
    """
    if raw.isascii() and b"\x1b" not in raw and not declared.lower().startswith(("utf-7", "utf-16", "utf-32", "hz")):
        return DecodedText(text=raw.decode("ascii"), charset="us-ascii")
    wanted = declared.strip().strip("\"'").lower()
    for name in (_SUPERSETS.get(wanted, ""), wanted):
        text = _try(raw, name)
        if text is not None:
            return DecodedText(text=text, charset=name)
    for name in ("utf-8", "iso2022_jp_ext" if b"\x1b$" in raw else "", _detect(raw)):
        text = _try(raw, name)
        if text is not None:
            return DecodedText(text=text, charset=name, is_guessed=True)
    lenient = _codec(_SUPERSETS.get(wanted, wanted)) or "latin-1"
    return DecodedText(text=raw.decode(lenient, "replace"), charset=lenient, is_guessed=True)


def _try(raw: bytes, name: str) -> str | None:
    codec = _codec(name)
    if codec is None:
        return None
    try:
        return raw.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _codec(name: str) -> str | None:
    """The name of a codec from bytes to text, or None."""
    if not name or "\0" in name:
        return None
    try:
        info = codecs.lookup(name)
    except (LookupError, UnicodeError, ValueError):
        return None
    is_text = bool(getattr(info, "_is_text_encoding", True))
    return info.name if is_text and info.name.replace("-", "_") not in _REFUSED else None


def _detect(raw: bytes) -> str:
    found = chardet.detect(raw[:_SAMPLE_BYTES])
    return found.get("encoding") or ""
