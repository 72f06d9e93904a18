"""One Received field is one hop, and nothing that a client said about itself becomes its address."""

import json
import time
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.limits import Limits
from parsers.fields import parse_header_block
from parsers.received import HopDefect, ReceivedHop, parse_received, parse_received_chain

LINES = json.loads((Path(__file__).parents[2] / "fixtures" / "received.json").read_text())
DATE = "; Mon, 03 Aug 2026 00:59:50 +0000"
PEER = "198.51.100.88"
CLAIMED = "203.0.113.88"

# What a client could put into its HELO name, in the hope that the server writes it down as it is.
FRAGMENTS = [
    f"[{CLAIMED}]", f"({CLAIMED})", f"(x [{CLAIMED}])", f"x@[{CLAIMED}]", CLAIMED, f"[IPv6:::ffff:{CLAIMED}]",
    "from", "by", "with", "via", "id", "for", "uid 5", "stdin", "<a@b>", "helo", "HELO", "EHLO", "helo=", "ident=", "mailfrom:",
    "(", ")", "[", "]", '"', "<", ">", "\\", ";", ",", "=", ":", "a", "mx.example", "()", "(a)", "using TLS", "\0", "\t",
]  # fmt: skip
# Where the servers of the catalogue put it.
SERVERS = [
    f"from {{}} (real.example [{PEER}]) by mx.example.net (Postfix) with SMTP id 1{DATE}",
    f"from {{}} (unknown [{PEER}]) (using TLSv1.3 with cipher X (256/256 bits)) by mx.example.net (Postfix) with SMTP id 1{DATE} (UTC)",
    f"from {{}} ({PEER}) by ex.example.net (192.0.2.1) with Microsoft SMTP Server (version=TLS1_2) id 15.20.1.1{DATE}",
    f"from {{}} ([{PEER}]) by mx.example.net with ESMTP id 1{DATE}",
    f"from real.example ([{PEER}] helo={{}}) by mx.example.net with esmtp (Exim 4.96) id 1{DATE}",
    f"from [{PEER}] (port=25 helo={{}}) by mx.example.net with esmtp (Exim 4.96) id 1{DATE}",
    f"from [{PEER}] (helo={{}}) by mx.example.net with esmtp (Exim 4.96) id 1{DATE}",
    f"from unknown (HELO {{}}) ({PEER}) by mx.example.net with SMTP{DATE}",
    f"from {PEER} (EHLO {{}}) by mx.example.net with SMTP{DATE}",
    f"from {PEER} (EHLO {{}}) ({PEER}) by mx.example.net with SMTP{DATE}",
    f"from mail.example ({PEER}, HELO {{}}) by mx.example.net via smap (V1.3) id 1{DATE}",
    f"from [{PEER}] (account alice HELO {{}}) by mx.example.net (CommuniGate Pro SMTP 5.4.6) with ESMTP id 1{DATE}",
]


def read(value: str) -> ReceivedHop:
    return parse_received(value, position=0, field_index=0)


def as_written(hop: ReceivedHop) -> dict[str, Any]:
    """What was found, in the words of the fixture; what was not found is left out."""
    found = {
        "from_name": hop.from_name,
        "from_helo": hop.from_helo,
        "from_rdns": hop.from_rdns,
        "from_ip": str(hop.from_ip) if hop.from_ip else None,
        "by": hop.by,
        "with": hop.with_,
        "tls": hop.tls,
        "id": hop.id,
        "for": hop.for_,
        "via": hop.via,
        "date": hop.date.isoformat() if hop.date else None,
        "defects": [defect.value for defect in hop.defects],
    }
    return {name: value for name, value in found.items() if value}


@pytest.mark.parametrize("line", LINES, ids=[line["shows"] for line in LINES])
def test_a_line_of_the_catalogue_is_read_clause_by_clause(line: dict[str, Any]) -> None:
    assert as_written(read(line["line"])) == line["expected"]


def test_the_catalogue_has_no_line_twice() -> None:
    assert len({line["line"] for line in LINES}) == len({line["shows"] for line in LINES}) == len(LINES)


@pytest.mark.parametrize("server", SERVERS)
def test_an_ordinary_helo_name_leaves_the_peer_readable_in_every_format(server: str) -> None:
    hop = read(server.format("client.example"))
    assert (hop.from_ip, hop.from_helo, hop.is_readable) == (ip_address(PEER), "client.example", True)


@pytest.mark.parametrize("server", SERVERS)
@given(fragments=st.lists(st.sampled_from(FRAGMENTS), max_size=8), glue=st.sampled_from(["", " "]))
def test_no_helo_name_becomes_the_address_of_its_hop(server: str, fragments: list[str], glue: str) -> None:
    hop = read(server.format(glue.join(fragments)))
    assert hop.from_ip in (None, ip_address(PEER))


@given(st.text())
@example("from \u0130 ([192.0.2.1]) by b")
@example("from [")
@example("from")
@example("\0 from \0 (\0) by")
def test_any_text_is_a_hop_and_the_same_one_twice(text: str) -> None:
    hop = read(text)
    assert hop == read(text)
    assert hop.raw == text
    assert hop.date is None or hop.date.tzinfo is not None
    assert hop.is_readable or (hop.from_ip is None and hop.from_rdns is None)


@given(st.lists(st.sampled_from([*FRAGMENTS, PEER, "with (", "Mon, 03 Aug 2026 00:59:50 +0000"]), max_size=40))
def test_any_mixture_of_clauses_and_groups_is_a_hop(fragments: list[str]) -> None:
    hop = read(" ".join(fragments))
    assert hop == read(" ".join(fragments))
    assert hop.is_readable or hop.from_ip is None


@pytest.mark.parametrize("start", ["", "from ", "from a (", "from a ([192.0.2.1]) by b with c id d; "])
@pytest.mark.parametrize(
    "unit",
    ["(", "(\\", "\\(", '"', '"\\', "[", "<", "<a>", ";", "from ", "by ", "from a ", "by b from <a> ", "id ", "helo ", "(helo=", "(x) ",
     "[192.0.2.1] ", "([192.0.2.1]) ", "(192.0.2.1) ", "1:", "1.", "= ", "@", "é", "((x) ", "Mon, 1 ", "TLSv1 ", " ", "a"],
)  # fmt: skip
def test_the_work_grows_with_the_length(start: str, unit: str) -> None:
    def cost(length: int) -> float:
        value = (start + unit * length)[:length]
        begun = time.process_time()
        parse_received(value, position=0, field_index=0, analysed=length)
        return max(time.process_time() - begun, 0.010)

    short, middle, long = (min(cost(length) for _ in range(3)) for length in (5_000, 10_000, 20_000))
    assert middle <= 4 * short
    assert long <= 4 * middle


@pytest.mark.parametrize("beyond, is_cut", [(-1, False), (0, False), (1, True)])
def test_a_field_is_read_up_to_the_limit(beyond: int, is_cut: bool) -> None:
    line = f"from mail.example ([{PEER}]) by mx.example.net"
    padded = f"{line} with SMTP id "
    padded += "x" * (Limits().analysed_field_bytes - len(padded) + beyond)
    hop = read(padded)
    assert (HopDefect.TOO_LONG in hop.defects) is is_cut
    assert hop.from_ip == ip_address(PEER)


def test_a_field_that_is_cut_before_by_names_no_peer() -> None:
    padding = "x" * Limits().analysed_field_bytes
    hop = read(f"from a (x [{CLAIMED}]) {padding} (real.example [{PEER}]) by mx.example.net{DATE}")
    assert hop.from_ip is None
    assert hop.from_rdns is None
    assert HopDefect.TOO_LONG in hop.defects
    assert not hop.is_readable


def test_a_helo_name_does_not_choose_the_protocol() -> None:
    hop = read(f"from a with LMTP id 7 (real.example [{PEER}]) by mx.example.net with SMTP id 1{DATE}")
    assert (hop.with_, hop.id, hop.from_ip) == ("SMTP", "1", ip_address(PEER))
    assert read("from a with LMTP by mx.example.net").with_ == "LMTP"


def test_a_chain_is_newest_first_and_keeps_its_places_in_the_header() -> None:
    header = b"Received: by top.example\r\nSubject: x\r\nRECEIVED: from a\r\n ([192.0.2.1])\r\n\tby bottom.example\r\n\r\n"
    newest, oldest = parse_received_chain(parse_header_block(header, Limits()), Limits())
    assert (newest.by, newest.position, newest.field_index) == ("top.example", 0, 0)
    assert (oldest.by, oldest.position, oldest.field_index) == ("bottom.example", 1, 2)
    assert oldest.from_ip == ip_address("192.0.2.1")


@pytest.mark.parametrize("beyond, hops", [(-1, 4), (0, 5), (1, 5)])
def test_a_chain_is_read_up_to_the_limit(beyond: int, hops: int) -> None:
    limits = Limits(received_fields=5)
    header = b"Received: by mx.example.net\r\n" * (5 + beyond)
    assert len(parse_received_chain(parse_header_block(header, limits), limits)) == hops
