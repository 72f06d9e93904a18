"""References that people read out: a letter and twelve letters of a digest, as in R-8Z3K-0QWD-7M1X.

The letters are Douglas Crockford's base 32 (no I, L, O, U), so that a reference survives a telephone and a hand-written note.
"""

import hashlib
import re
from collections.abc import Iterator
from itertools import islice

from routing.verdict import Verdict

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_COUNT = 12  # sixty bits
_MISREAD = str.maketrans("ILO", "110")

CASE = "C"
PLACEHOLDER = "{reference_____}"  # as long as a reference, so that a line that was cut to its limit keeps to it
_LETTER_OF: dict[Verdict | None, str] = {Verdict.ACCEPTED: CASE, Verdict.REJECTED: "R", Verdict.HELD: "S", None: "S"}

# A letter and three groups of four, hyphens optional, as people copy it.
_WRITTEN = re.compile(r"\b([CRS])-?([0-9A-Z]{4})-?([0-9A-Z]{4})-?([0-9A-Z]{4})\b", re.IGNORECASE)


def letters_of(digest: str, position: int = 0) -> str:
    """The twelve letters of a digest (hex, at least 15 digits) in groups of four.

    position: 0 for the submission itself and for the case it opened; the number of the report for each further case.
    """
    if position:
        digest = hashlib.sha256(f"{digest}/{position}".encode()).hexdigest()
    number = int(digest[:15], 16)
    letters = "".join(_LETTERS[number >> shift & 31] for shift in range(5 * (_COUNT - 1), -1, -5))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def reference_of(digest: str, verdict: Verdict | None) -> str:
    """A submission's reference: R- when rejected, S- when held or not yet decided (None), C- of the case it opens when accepted."""
    return f"{_LETTER_OF[verdict]}-{letters_of(digest)}"


def digest_prefix(letters: str) -> str:
    """The first fifteen hex digits of the digest that the letters were made from (position 0)."""
    number = 0
    for letter in letters.replace("-", ""):
        number = number << 5 | _LETTERS.index(letter)
    return f"{number:015x}"


def case_reference(letters: str) -> str:
    """The reference of a case, from its letters."""
    return f"{CASE}-{letters}"


def find_reference(text: str) -> tuple[str, str] | None:
    """The first reference in a text as its letter and its twelve letters, or None; lower case and misread I, L and O are put right."""
    found = _WRITTEN.search(text)
    if found is None:
        return None
    groups = (group.upper().translate(_MISREAD) for group in found.groups()[1:])
    letters = "-".join(groups)
    return None if "U" in letters else (found[1].upper(), letters)


def find_references(text: str, at_most: int = 10) -> Iterator[str]:
    """The references of refusals in a text, as they are told."""
    for found in islice(_WRITTEN.finditer(text), at_most):
        one = find_reference(found[0])
        if one is not None and one[0] == "R":
            yield "-".join(one)
