"""The mails of an mbox file (RFC 4155 and the older forms)."""

import re
from collections.abc import Iterator
from itertools import islice
from mmap import mmap

# "From " sender " " timestamp ; RFC 4155 appendix A. Only at the start of a line; a header field follows.
_SEPARATOR = re.compile(rb"From [^\r\n]{1,200}\d\d:\d\d[^\r\n]{0,80}\r?\n(?=>?[!-9;-~]{1,76}[ \t]{0,4}:|>From )")


def is_mbox(raw: bytes) -> bool:
    """Whether bytes begin as an mbox does."""
    return raw.startswith(b"From ") and _SEPARATOR.match(raw) is not None


def split_mbox(raw: bytes, at_most: int) -> tuple[bytes, ...]:
    """The mails of an mbox in order, without their separator lines; the first at_most of them."""
    return tuple(islice(mails_of(raw), at_most))


def mails_of(raw: bytes | mmap) -> Iterator[bytes]:
    """The mails of an mbox in order, without their separator lines; one at a time, so that a mapped file may be large.

    A separator stands at the start or after a blank line. Quoted ">From " lines inside a mail stay as they are.
    """
    start, at = -1, 0
    while at >= 0:
        separator = _SEPARATOR.match(raw, at)
        if separator is not None and _is_after_blank_line(raw, at):
            if start >= 0:
                yield raw[start:at]
            start = separator.end()
        found = raw.find(b"\nFrom ", at)
        at = found + 1 if found >= 0 else -1
    if start >= 0:
        yield raw[start:]


def _is_after_blank_line(raw: bytes | mmap, at: int) -> bool:
    return at == 0 or raw[at - 2 : at] == b"\n\n" or raw[at - 4 : at] in (b"\r\n\r\n", b"\n\r\n")
