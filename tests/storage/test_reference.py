"""References can be read out, written down and found again."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from routing.verdict import Verdict
from storage.reference import digest_prefix, find_reference, letters_of, reference_of

DIGEST = hashlib.sha256(b"a mail").hexdigest()


def test_a_reference_is_a_letter_and_twelve_letters_in_groups_of_four() -> None:
    assert letters_of("0" * 64) == "0000-0000-0000"
    assert letters_of("f" * 64) == "ZZZZ-ZZZZ-ZZZZ"
    assert letters_of("08421084210842f" + "0" * 49) == "1111-1111-111F"


def test_the_letter_is_the_verdicts() -> None:
    assert reference_of(DIGEST, Verdict.ACCEPTED)[:2] == "C-"
    assert reference_of(DIGEST, Verdict.REJECTED)[:2] == "R-"
    assert reference_of(DIGEST, Verdict.HELD)[:2] == "S-"
    assert reference_of(DIGEST, None)[:2] == "S-"


def test_further_cases_of_a_submission_have_references_of_their_own() -> None:
    assert len({letters_of(DIGEST, position) for position in range(100)}) == 100


@given(st.binary(min_size=32, max_size=32))
def test_the_letters_give_the_beginning_of_the_digest_back(digest: bytes) -> None:
    assert digest_prefix(letters_of(digest.hex())) == digest.hex()[:15]


@given(st.binary(min_size=32, max_size=32), st.sampled_from([str.lower, str.upper]), st.booleans())
def test_a_copied_reference_is_found(digest: bytes, case: object, has_hyphens: bool) -> None:
    reference = reference_of(digest.hex(), Verdict.REJECTED)
    copied = reference if has_hyphens else reference.replace("-", "")
    copied = copied.lower() if case is str.lower else copied
    assert find_reference(f"Re: [{copied}] my report") == ("R", letters_of(digest.hex()))


def test_misread_letters_are_put_right() -> None:
    assert find_reference("R-OIL0-0000-0000") == ("R", "0110-0000-0000")


def test_what_is_no_reference_is_none() -> None:
    assert find_reference("R-0000-0000-000") is None
    assert find_reference("X-0000-0000-0000") is None
    assert find_reference("R-UUUU-0000-0000") is None
    assert find_reference("") is None
