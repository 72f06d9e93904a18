"""Near-identical reports share keys: a fingerprint of what is reported, by which a store can group a campaign.

One-permutation MinHash (Li, Owen, Zhang 2012) with the empty bins filled by rotation (Shrivastava, Li 2014): each shingle
is hashed once. Shingles are two words, or three characters where the text is written without blanks. What a campaign
varies (links, mail addresses, numbers) is not part of it: only words of letters alone are.
"""

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

from parsers.report import Report

_READ_CHARS = 2_000
_SHINGLES = 128
_SAMPLE_CHARS = 300  # of a text, to see whether its words stand apart
_LEAST_SHINGLES = 6
_BINS, _ROWS = 48, 3  # 16 bands of three: two texts with two thirds of their shingles in common share a key 99 times in 100
_EMPTY = -1
_SKETCH = struct.Struct(f"!{_BINS}H")
_ODD = 40_503  # spreads the distance of a filled bin over the sixteen bits

_LETTERS = re.compile(r"[^\W\d_\x00-\x7f]+")  # no ASCII: links and numbers are what varies
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """minima: one number for each bin.   keys: one for each band; near-identical reports share at least one."""

    minima: tuple[int, ...]
    keys: tuple[str, ...]


def fingerprint(report: Report) -> Fingerprint | None:
    """The fingerprint of what is reported, or None when there is too little text to tell campaigns by."""
    subject = report.message.subject if report.message else ""
    return fingerprint_of_text(f"{subject}\n{report.text or report.words}")


def fingerprint_of_text(text: str) -> Fingerprint | None:
    """The same of a text."""
    shingles = _shingles(text[:_READ_CHARS].lower())
    if len(shingles) < _LEAST_SHINGLES:
        return None
    minima = _filled(_minima(shingles))
    keys = tuple(f"{number:02d}-{_key(minima[start : start + _ROWS]):08x}" for number, start in enumerate(range(0, _BINS, _ROWS)))
    return Fingerprint(minima=minima, keys=keys)


def resemblance(one: Fingerprint, other: Fingerprint) -> float:
    """The estimated share of shingles that two texts have in common, 0 to 1."""
    return sum(left == right for left, right in zip(one.minima, other.minima, strict=True)) / _BINS


def sketch_of(found: Fingerprint) -> bytes:
    """The minima in sixteen bits each, as a store keeps them."""
    return _SKETCH.pack(*((minimum ^ (minimum >> 32) * _ODD) & 0xFFFF for minimum in found.minima))


def likeness(one: bytes, other: bytes) -> float:
    """The resemblance of two texts by their sketches, 0 to 1."""
    pairs = zip(_SKETCH.unpack(one), _SKETCH.unpack(other), strict=True)
    return sum(1 for left, right in pairs if left == right) / _BINS


def _shingles(text: str) -> list[str]:
    sample = text[:_SAMPLE_CHARS]
    if not sample.isascii() and len(_UNSPACED.findall(sample)) > len(sample) // 5:
        letters = "".join(_LETTERS.findall(text[: 3 * _SHINGLES]))[: _SHINGLES + 2]
        return [letters[start : start + 3] for start in range(len(letters) - 2)]
    words = [word for word in text.split() if word.isalpha()][: _SHINGLES + 1]
    return list(map(" ".join, pairwise(words)))


def _minima(shingles: Sequence[str]) -> list[int]:
    """The least hash of each bin, _EMPTY for a bin without any."""
    minima = [_EMPTY] * _BINS
    for shingle in shingles:
        value, place = divmod(crc32(shingle.encode("utf-8", "surrogatepass")), _BINS)
        if value < minima[place] or minima[place] == _EMPTY:
            minima[place] = value
    return minima


def _filled(minima: Sequence[int]) -> tuple[int, ...]:
    """An empty bin takes the next full one's value, and how far away that was."""
    filled: list[int] = list(minima)
    for place in range(_BINS):
        distance = 0
        while minima[(place + distance) % _BINS] == _EMPTY:
            distance += 1
        filled[place] = minima[(place + distance) % _BINS] + distance * 0x1_0000_0000
    return tuple(filled)


def _key(row: Sequence[int]) -> int:
    return crc32(b",".join(b"%d" % number for number in row))
