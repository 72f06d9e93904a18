"""The drawing says what the table says."""

from typing import Any

from review.hop_picture import SHOWN, hop_picture


def _hop(**changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "position": 0, "header_index": 0, "from_name": None, "from_helo": "a.sender.example", "from_rdns": None, "from_ip": "198.51.100.7",
        "by": "mx.example-host.jp", "with": "ESMTP", "tls": None, "date": "2026-08-03T00:59:50+00:00", "status": "border",
        "because": "it is", "marks": [],
    }  # fmt: skip
    return plain | changes


def _report(*hops: dict[str, Any], ip: str | None = "198.51.100.7") -> dict[str, Any]:
    return {"hops": list(hops), "source": {"ip": ip, "receiver": "example-host.jp"}}


def test_a_mail_without_hops_has_no_drawing() -> None:
    assert hop_picture(_report()) is None


def test_the_accused_is_ringed_once_and_stands_right_of_the_trust_bar() -> None:
    claimed = _hop(status="claimed", from_ip="203.0.113.9", by="a.sender.example", header_index=1)
    picture = hop_picture(_report(_hop(), claimed))
    assert picture is not None
    ringed = [node for node in picture.nodes if node.is_accused]
    assert [node.title for node in ringed] == ["198.51.100.7"]
    assert picture.bar_x is not None
    assert picture.nodes[0].x < picture.bar_x < ringed[0].x
    assert picture.nodes[-1].role == "receiver"


def test_where_nothing_is_beyond_the_border_there_is_no_bar() -> None:
    picture = hop_picture(_report(_hop()))
    assert picture is not None
    assert picture.bar_x is None


def test_lines_that_do_not_meet_and_clocks_that_go_back_are_marked() -> None:
    later = _hop(status="claimed", by="elsewhere.example", date="2026-08-03T02:00:00+00:00", header_index=1)
    picture = hop_picture(_report(_hop(), later))
    assert picture is not None
    assert (picture.edges[0].is_broken, picture.edges[0].is_backwards, picture.edges[0].delay) == (True, True, "−1 h")


def test_a_long_chain_is_cut_and_says_so() -> None:
    picture = hop_picture(_report(*(_hop(header_index=number) for number in range(60))))
    assert picture is not None
    assert picture.hidden == 60 - SHOWN
