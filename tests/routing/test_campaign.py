"""Near-identical reports share a key, others do not."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.report import FoundAs, MessageHead, Report
from routing.campaign import Fingerprint, fingerprint, fingerprint_of_text, resemblance

LETTERS = "abcdefghijklmnopqrstuvwxyz"
KANA = "".join(map(chr, range(0x3042, 0x3093))) + "日本語文字列内容通知確認手続口座番号配送荷物再度至急必要"


def vocabulary(dice: Random, letters: str, size: int) -> list[str]:
    return ["".join(dice.choice(letters) for _ in range(dice.randint(2, 8))) for _ in range(size)]


def variant(dice: Random, words: list[str], all_words: list[str], separator: str) -> str:
    """The same mail with another greeting, another link and one word in twenty changed."""
    changed = [word if dice.random() > 0.05 else dice.choice(all_words) for word in words]
    return f"{dice.choice(all_words)}{separator}{separator.join(changed)} https://x{dice.randint(1, 9999)}.example/{dice.randint(1, 9999)}"


def printed(text: str) -> Fingerprint:
    found = fingerprint_of_text(text)
    assert found is not None
    return found


@pytest.mark.parametrize("letters, separator", [(LETTERS, " "), (KANA, "")], ids=["words", "japanese"])
def test_variants_of_one_mail_share_a_key_and_different_mails_do_not(letters: str, separator: str) -> None:
    dice = Random(7)
    words = vocabulary(dice, letters, 2_000)
    campaigns = [[dice.choice(words) for _ in range(150)] for _ in range(20)]
    prints = [[printed(variant(dice, campaign, words, separator)) for _ in range(5)] for campaign in campaigns]
    together = [bool({*one.keys} & {*other.keys}) for group in prints for one in group for other in group]
    apart = [
        bool({*one.keys} & {*other.keys}) for group in prints for one in group for rest in prints if rest is not group for other in rest
    ]
    assert sum(together) / len(together) > 0.98
    assert sum(apart) / len(apart) < 0.002


def test_what_a_campaign_varies_is_no_part_of_its_print() -> None:
    mail = "Dear customer your parcel could not be delivered please confirm your address at {} before it is sent back to us"
    one, other = (printed(mail.format(link)) for link in ("https://a.example/1", "https://b.example/22222"))
    assert one == other
    assert resemblance(one, other) == 1.0


def test_a_second_campaign_stays_apart_from_many_of_the_first() -> None:
    dice = Random(9)
    words = vocabulary(dice, LETTERS, 2_000)
    first, second = ([dice.choice(words) for _ in range(120)] for _ in range(2))
    keys = {key for _ in range(500) for key in printed(variant(dice, first, words, " ")).keys}
    strays = sum(bool(keys & {*printed(variant(dice, second, words, " ")).keys}) for _ in range(50))
    assert strays == 0


def test_a_report_is_known_by_the_mail_that_it_shows() -> None:
    text = "one two three four five six seven eight nine ten eleven twelve"
    mail = Report(found_as=FoundAs.ATTACHED, message=MessageHead(subject="offer"), text=text, words="I got this, please act")
    assert fingerprint(mail) == fingerprint_of_text(f"offer\n{text}")


@pytest.mark.parametrize("text", ["", "too short to tell", "https://a.example/ 12345", "１２３"])
def test_too_little_text_has_no_print(text: str) -> None:
    assert fingerprint_of_text(text) is None


def test_the_print_of_a_text_is_the_same_on_every_machine() -> None:
    keys = printed("the quick brown fox jumps over the lazy dog and runs away").keys
    assert keys[0] == "00-f9632080"


@given(st.text(max_size=500))
def test_any_text_has_a_print_or_none(text: str) -> None:
    found = fingerprint_of_text(text)
    assert found is None or (len(found.keys) == 16 and resemblance(found, found) == 1.0)
