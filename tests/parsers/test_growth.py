"""Reading a hostile text takes time in proportion to its length, whatever is repeated in it."""

import time
from collections.abc import Callable

import pytest

from parsers.charsets import decode_text
from parsers.clear_signed import without_armour
from parsers.encoded_words import decode_encoded_words
from parsers.flowed import unflow
from parsers.forwarded import find_forward
from parsers.html import read_page
from parsers.links import find_addresses
from parsers.pasted import find_pasted

_SIZES = (20_000, 40_000, 80_000)
_CHEAP_S = 0.15
_LINEAR_FACTOR = 3.4

PASTED = (
    "Received: from a by b\n", "Received: (\n", "Received: a;\n\nSubject: x\n\n", "From: a\nSubject: b\n\n", "From: a\nx\nFrom: b\n", "(\n",
    "\n", "> From: a\n", ">>> ", "From: x\n y\n", "Content-Type: multipart/a; boundary=b\nReceived: from a by b\nFrom: x\n--b--\n",
)  # fmt: skip
FORWARDED = (
    "From: a\nSubject: b\n", "a: b\n", "From: ", "On 1 a wrote:\n", "1 <a@b>:\n", "----- a ----- From: ", "-----", "-----\n",
    "*From:*", "From: a\nTo: b@c,\nSubject: c\nb@c,\n", "[mailto:", "Fwd: ",
)  # fmt: skip
LINKS = (
    "http://", "http://a", ":", "://", "www.a", "[.]", "a[.]b", "a/b ", "a.com/ ", "http://a.b/)", "http://a|", "http://a','",
    "http://a&gt;", "](", "http://日本", "a.a.a.", "http://a.com/", "/", "hxxp[:]//", "{.}",
)  # fmt: skip
PAGES = (
    "<div>", "<a ", "<!--", "<", "</", '<a b="', "<a b='\"", "<a href=x>", "<p><o:p>", "<style ", "<script><", "<pre>\n ", "<pre ",
    "&#", "url(", '<meta content="url=', "<td background=", "<!--[if", "<![", "<a =", '<a href="x">y</a>\n', "<b id=1>", "=?",
    "\ue000 ", "<table><td>",
)  # fmt: skip
WORDS = ("=?utf-8?q?a?= ", "=?a?b?", "=?utf-8?b?", "=?", "=?utf-8?q?" + "a" * 900 + " ")
BYTES = ("\x1b$B", "\x1b$B!", "\x8e", "\x81", "\xa4\xa2", "+", "~{", "\xff")
ARMOUR = ("-----BEGIN PGP SIGNED MESSAGE-----\n", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: a\n", "- ", "\n\n")


def decode_as(charset: str) -> Callable[[str], object]:
    return lambda text: decode_text(text.encode("latin-1"), charset)


CASES: tuple[tuple[str, Callable[[str], object], tuple[str, ...]], ...] = (
    ("find_pasted", lambda text: find_pasted(f"Received essage-ID\n{text}"), PASTED + FORWARDED),
    ("find_forward", lambda text: find_forward(text, "Fwd: x"), PASTED + FORWARDED),
    ("find_addresses", lambda text: list(find_addresses(text)), LINKS),
    ("read_page", lambda text: read_page(text).hyperlinks_after(len(text) // 2), PAGES),
    ("unflow", lambda text: unflow(text, is_space_deleted=True), (" \n", "> \n", ">", "a \n>> b \n")),
    ("decode_encoded_words", decode_encoded_words, WORDS),
    ("without_armour", without_armour, ARMOUR),
    *(("decode_text", decode_as(charset), BYTES) for charset in ("iso-2022-jp", "euc-jp", "shift_jis", "utf-7", "hz", "")),
)


def seconds(read: Callable[[str], object], unit: str, size: int) -> float:
    text = (unit * (size // len(unit) + 1))[:size]
    begun = time.process_time()
    read(text)
    return time.process_time() - begun


@pytest.mark.parametrize("name, read, units", CASES, ids=[case[0] for case in CASES])
def test_no_repetition_takes_more_than_its_length(name: str, read: Callable[[str], object], units: tuple[str, ...]) -> None:
    for unit in units:
        small, middle, large = _SIZES
        if seconds(read, unit, large) < _CHEAP_S:
            continue
        best = {size: min(seconds(read, unit, size) for _ in range(3)) for size in _SIZES}
        grows_fast = best[large] > _LINEAR_FACTOR * best[middle] and best[middle] > _LINEAR_FACTOR * best[small]
        assert best[large] < _CHEAP_S or not grows_fast, f"{name} is slow on {unit!r}"
