"""Taking turns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.waiting import Waiting


def taken(waiting: Waiting[str]) -> list[str]:
    return [waiting.pop() for _ in range(len(waiting))]


def test_a_flood_from_one_network_delays_others_by_one_mail() -> None:
    waiting: Waiting[str] = Waiting()
    for number in range(100):
        waiting.put(f"flood {number}", origin="192.0.2.1", sender=f"{number}@flood.example")
    waiting.put("other", origin="198.51.100.1", sender="a@example.com")
    assert taken(waiting).index("other") == 1


def test_a_flood_by_one_sender_behind_a_relay_delays_others_by_one_mail() -> None:
    waiting: Waiting[str] = Waiting()
    for number in range(100):
        waiting.put(f"flood {number}", origin="192.0.2.1", sender="flood@example.com")
    waiting.put("other", origin="192.0.2.1", sender="a@example.com")
    assert taken(waiting).index("other") == 1


def test_the_mails_of_a_sender_keep_their_order() -> None:
    waiting: Waiting[str] = Waiting()
    for number in range(5):
        waiting.put(str(number), origin="", sender="a@example.com")
    assert taken(waiting) == ["0", "1", "2", "3", "4"]


def test_a_mail_that_was_interrupted_goes_first() -> None:
    waiting: Waiting[str] = Waiting()
    waiting.put("ordinary", origin="", sender="")
    waiting.put_first("interrupted")
    assert taken(waiting) == ["interrupted", "ordinary"]


def test_nothing_waits_in_an_empty_queue() -> None:
    with pytest.raises(IndexError):
        Waiting[str]().pop()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"))))
def test_everything_that_is_put_is_taken_once(places: list[tuple[str, str]]) -> None:
    waiting: Waiting[str] = Waiting()
    for number, (origin, sender) in enumerate(places):
        waiting.put(str(number), origin=origin, sender=sender)
    assert sorted(taken(waiting)) == sorted(str(number) for number in range(len(places)))
    assert len(waiting) == 0
