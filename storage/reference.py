"""References that people quote: a verdict's letter and twelve letters of the submission's digest."""

from routing.verdict import Verdict

# Crockford's base 32: no I, L, O or U, so that it can be read out and typed.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PREFIX = {Verdict.ACCEPTED: "C", Verdict.REJECTED: "R", Verdict.HELD: "S"}


def body_of(digest: str) -> str:
    """The first 60 bits of a hex digest as twelve letters in groups of four: "4F7K-9QXA-2M3T"."""
    number = int(digest[:15], 16)
    letters = "".join(_LETTERS[number >> shift & 31] for shift in range(55, -1, -5))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def reference_of(digest: str, verdict: Verdict | None) -> str:
    """The reference with its verdict's letter; S while there is no verdict yet."""
    return f"{_PREFIX[verdict] if verdict else 'S'}-{body_of(digest)}"
