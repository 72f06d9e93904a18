"""Encoded words in header fields (RFC 2047), read once, linearly, within a cap.

The standard library's decoder is quadratic in places that an attacker reaches; this one makes a single pass.
"""

import binascii
import re

from parsers.charsets import decode_text

# encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?=" ; RFC 2047 section 2, RFC 2231 section 5
_ENCODED_WORD = re.compile(r"=\?([!->@-~]{1,64})\?([bBqQ])\?([^?\r\n]{0,8192})\?=")
_MAX_WORDS = 500
_CONTROLS = dict.fromkeys((*range(0x20), 0x7F, *range(0x80, 0xA0), 0x2028, 0x2029), " ")


def decode_encoded_words(value: str) -> str:
    """Replace each encoded word by its text; blanks between two adjacent ones vanish (RFC 2047 section 6.2).

    Adjacent words of one charset are joined as bytes first, since mailers split inside a character.
    Beyond 500 words the rest stays as it is. Control characters become blanks, so that no value can carry a line end.
    """
    if "=?" not in value:
        return value.translate(_CONTROLS)
    out: list[str] = []
    pending, pending_charset, at = bytearray(), "", 0

    def flush() -> None:
        if pending:
            out.append(decode_text(bytes(pending), pending_charset).text)
            pending.clear()

    for count, word in enumerate(_ENCODED_WORD.finditer(value)):
        if count >= _MAX_WORDS:
            break
        between = value[at : word.start()]
        charset = word[1].split("*", 1)[0].lower()
        if between.strip() or charset != pending_charset or not pending:
            flush()
            if between.strip() or not out:
                out.append(between)
            pending_charset = charset
        pending += _word_bytes(word[2], word[3])
        at = word.end()
    flush()
    out.append(value[at:])
    return "".join(out).translate(_CONTROLS)


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    try:
        return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))
    except binascii.Error:
        return raw
