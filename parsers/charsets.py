"""Bytes of a body or header as text: declared charset, its usual superset, UTF-8, then detection.

Mail says "shift_jis" and means cp932, says "iso-2022-jp" and holds ①㈱ or half-width katakana; the superset reads
both. Detection is the last resort, on a bounded sample.
"""

import codecs
from dataclasses import dataclass

from parsers.japanese import decode_euc_jp, decode_iso_2022_jp, guess_japanese

# What mailers write and Python does not know, by the name that it does know.
_ALIASES = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-euc-jp": "euc_jp",
    "iso-2022-jp-ms": "iso2022_jp",
    "cp50220": "iso2022_jp",
    "cp50221": "iso2022_jp",
    "x-gbk": "gbk",
    "gb_2312-80": "gb2312",
    "windows-949": "cp949",
    "x-windows-949": "cp949",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "koi8r": "koi8-r",
    "x-mac-roman": "mac-roman",
    "utf8mb4": "utf-8",
}
# What is really meant, by Python's name of what is declared; tried before that itself.
_SUPERSETS = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "cp950",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
}
_OWN = {"iso2022_jp": decode_iso_2022_jp, "euc_jp": decode_euc_jp}
# Python codecs that turn bytes into something other than text, or that cost more than a mail deserves.
_REFUSED = frozenset({"idna", "punycode", "undefined", "raw_unicode_escape", "unicode_escape", "mbcs", "oem"})
_NOT_ASCII_COMPATIBLE = ("utf-7", "utf-16", "utf-32", "utf_16", "utf_32", "unicode", "hz", "utf7")
_ASCII = bytes(range(0x80))
_SAMPLE_BYTES = 2_048
# How many of the characters that are not ASCII may be damaged; hardly any other text reads as UTF-8 at all.
_TOLERATED, _TOLERATED_IN_UTF_8 = 0.05, 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedText:
    """text, the codec that read it, and whether the declared charset had to be given up."""

    text: str
    charset: str
    is_guessed: bool = False


def decode_text(raw: bytes, declared: str = "") -> DecodedText:
    """Read bytes as text; every byte string gives some text. Raises: nothing.

    Order: the declared charset's usual superset, the declared charset, UTF-8, ISO-2022-JP by its escapes; then the
    declared one or UTF-8 with a little damage, Japanese by its kana, Western by its letters, detection, Latin-1.
    """
    label = declared.strip(" \t'\";").lower()
    if raw.isascii() and b"\x1b" not in raw and not label.startswith(_NOT_ASCII_COMPATIBLE):
        return DecodedText(text=raw.decode("ascii"), charset="us-ascii")
    name = _codec(_ALIASES.get(label, label))
    wanted = _SUPERSETS.get(name, name)
    for candidate in dict.fromkeys((wanted, name)):
        text = _strictly(raw, candidate)
        if text is not None:
            return DecodedText(text=text, charset=candidate)
    return _read_otherwise(raw, wanted)


def _read_otherwise(raw: bytes, wanted: str) -> DecodedText:
    """What the declared charset did not read."""
    for candidate in ("utf-8", "iso2022_jp" if b"\x1b$" in raw else ""):
        text = _strictly(raw, candidate)
        if text is not None:
            return DecodedText(text=text, charset=candidate, is_guessed=True)
    for candidate in ("" if wanted in _OWN else wanted, "utf-8"):
        text = _with_little_damage(raw, candidate)
        if text is not None:
            return DecodedText(text=text, charset=candidate, is_guessed=candidate != wanted)
    sample = raw[:_SAMPLE_BYTES]
    detected = guess_japanese(sample) or _guess_western(sample) or _codec(_detect(sample)) or "latin-1"
    text = _OWN[detected](raw) if detected in _OWN else raw.decode(detected, "replace")
    return DecodedText(text=text, charset=detected, is_guessed=True)


def _strictly(raw: bytes, name: str) -> str | None:
    if not name:
        return None
    try:
        return raw.decode(name)
    except (UnicodeError, ValueError):
        return _with_little_damage(raw, name) if name in _OWN else None


def _with_little_damage(raw: bytes, name: str) -> str | None:
    """The text where nearly all of it can be read, or None."""
    if not name:
        return None
    try:
        text = _OWN[name](raw) if name in _OWN else raw.decode(name, "replace")
    except (UnicodeError, ValueError):
        return None
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    tolerated = _TOLERATED_IN_UTF_8 if name == "utf-8" else _TOLERATED
    return text if text.count("\ufffd") <= foreign * tolerated else None


def _codec(name: str) -> str:
    """Python's name of a codec from bytes to text, or ""."""
    if not name or "\0" in name:
        return ""
    try:
        info = codecs.lookup(name)
    except (LookupError, UnicodeError, ValueError):
        return ""
    is_text = bool(getattr(info, "_is_text_encoding", True))
    return info.name if is_text and info.name.replace("-", "_") not in _REFUSED else ""


def _guess_western(sample: bytes) -> str:
    """ "cp1252" where the words that are not ASCII are so for the lesser part, as in languages of Latin script; else ""."""
    foreign = b"".join(word for word in sample.split() if not word.isascii())
    return "cp1252" if 2 * len(foreign.translate(None, _ASCII)) <= len(foreign) else ""


def _detect(sample: bytes) -> str:
    import chardet  # hardly ever needed, and slow to load

    return chardet.detect(sample).get("encoding") or ""
