"""SMTP replies as they go on the wire (RFC 5321 section 4.2): each line within 512 bytes, and nothing in it but its text."""

import re
from functools import lru_cache

LINE_BYTES = 510  # and CRLF: 4.5.3.1.5

TROUBLE = "451 4.3.0 We could not take this now; please try again later"
FULL = "452 4.3.1 We have no room for this now; please try again later"
BUSY = "451 4.3.2 Too much is waiting here already; please try again later"

# Reply-line = Reply-code [ SP / "-" textstring ] ; 4.2
_LINE = re.compile(r"[2-5][0-9]{2}(?:[ -]|$)")
_CONTROL = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]+")


@lru_cache(maxsize=64)
def wire_reply(answer: str, *, is_utf8: bool) -> bytes:
    """A reply of one or more lines, without the last CRLF.

    answer: lines divided by CRLF, each with its code.   is_utf8: the client asked for SMTPUTF8 (RFC 6531 section 3.5); else "?"
    stands for what is not ASCII.   An answer that is no reply becomes a 451.
    """
    lines = answer.split("\r\n")
    if not all(_LINE.match(line) for line in lines):
        lines = [TROUBLE]
    return b"\r\n".join(_line(line, is_utf8=is_utf8) for line in lines)


def _line(line: str, *, is_utf8: bool) -> bytes:
    encoded = _CONTROL.sub(" ", line).encode("utf-8" if is_utf8 else "ascii", "replace")
    if len(encoded) <= LINE_BYTES:
        return encoded
    return encoded[:LINE_BYTES].decode("utf-8", "ignore").encode()
