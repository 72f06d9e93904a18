"""mail-parser's second opinion is heard, compared and never trusted with hostile input."""

import logging
from ipaddress import ip_address

import mailparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.limits import Limits
from parsers.defects import Defect, DefectKind
from parsers.fields import parse_header_block
from parsers.mailparser_adapter import HopOpinion, compare, second_opinion
from parsers.received import ReceivedHop, parse_received_chain

DATE = "; Mon, 03 Aug 2026 00:59:50 +0000"
NEWEST = f"from mail.elsewhere.example (mail.elsewhere.example [198.51.100.7]) by MX.example.net (Postfix) with ESMTPS id 1{DATE}"
OLDEST = f"from desk.example ([IPv6:2001:db8:7::25]) by mail.elsewhere.example with ESMTPSA id 2{DATE}"


def header_of(*values: str) -> bytes:
    return "".join(f"Received: {value}\r\n" for value in values).encode() + b"Subject: hello\r\n\r\nbody"


def hops_of(header: bytes) -> tuple[ReceivedHop, ...]:
    return parse_received_chain(parse_header_block(header, Limits()), Limits())


def differences(*values: str) -> list[str]:
    header = header_of(*values)
    return [defect.detail for defect in compare(hops_of(header), second_opinion(header, Limits()))]


def test_opinions_are_newest_first_and_agree_on_an_ordinary_chain() -> None:
    header = header_of(NEWEST, OLDEST)
    newest, oldest = second_opinion(header, Limits())
    assert newest == HopOpinion(position=0, by="MX.example.net", ip=ip_address("198.51.100.7"))
    assert oldest == HopOpinion(position=1, by="mail.elsewhere.example", ip=ip_address("2001:db8:7::25"))
    assert compare(hops_of(header), (newest, oldest)) == ()


def test_a_mail_without_received_fields_has_no_opinions() -> None:
    assert second_opinion(b"Subject: x\r\n\r\n", Limits()) == ()
    assert compare((), ()) == ()


def test_a_difference_in_count_server_and_address_is_a_defect_each() -> None:
    hops = hops_of(header_of(NEWEST, OLDEST))
    found = compare(hops, (HopOpinion(position=0, by="other.example", ip=ip_address("198.51.100.8")),))
    assert {(defect.kind, defect.where) for defect in found} == {(DefectKind.SECOND_OPINION, "Received")}
    assert [defect.detail for defect in found] == [
        "2 hops, mail-parser 1",
        "hop 0: by MX.example.net, mail-parser other.example",
        "hop 0: address 198.51.100.7, mail-parser 198.51.100.8 (it takes the last of several)",
    ]


@pytest.mark.parametrize(
    "line, difference",
    [
        (
            f"from [198.51.100.7] by mx.example.net id 1{DATE}",
            "address 198.51.100.7, mail-parser None (it takes no address from the first word)",
        ),
        (
            f"from 198.51.100.7 (EHLO [203.0.113.8]) by mx.example.net with SMTP{DATE}",
            "address 198.51.100.7, mail-parser 203.0.113.8 (it takes the HELO argument)",
        ),
        (
            f"from a ([198.51.100.7] 7.100.51.198.example.org) by mx.example.net with SMTP{DATE}",
            "address 198.51.100.7, mail-parser 7.100.51.198 (it takes the last of several)",
        ),
        (
            f"from a (x [203.0.113.8]) by z (y [198.51.100.7]) by mx.example.net with SMTP{DATE}",
            "address None, mail-parser 203.0.113.8 (we refuse an ambiguous line)",
        ),
        (f"from a (2001:db8:1:hidden@example.org::10) by mx.example.net with SMTP{DATE}", "address None, mail-parser ::10"),
    ],
)
def test_a_known_habit_is_shown_and_named(line: str, difference: str) -> None:
    assert f"hop 0: {difference}" in differences(line)


def test_what_mail_parser_cannot_read_is_no_difference() -> None:
    header = header_of(f"from a ( ([198.51.100.7]) by mx.example.net{DATE}", OLDEST)
    first, second = second_opinion(header, Limits())
    assert first.note == "mail-parser could not read it"
    assert second.note == ""
    assert differences(f"from a ( ([198.51.100.7]) by mx.example.net{DATE}", OLDEST) == []


@pytest.mark.parametrize("beyond, unshown", [(-1, 0), (0, 0), (1, 1)])
def test_hops_are_shown_up_to_the_limit(beyond: int, unshown: int) -> None:
    limits = Limits()
    opinions = second_opinion(header_of(*[OLDEST] * (limits.walked_hops + beyond)), limits)
    assert len(opinions) == limits.walked_hops + beyond
    assert sum(bool(opinion.note) for opinion in opinions) == unshown


@pytest.mark.parametrize("angles, is_shown", [(39, True), (40, True), (41, False)])
def test_a_field_with_many_angle_brackets_is_kept_from_it(angles: int, is_shown: bool) -> None:
    (opinion,) = second_opinion(header_of("by mx.example.net " + "<a> " * angles), Limits())
    assert (opinion.note == "") is is_shown


@pytest.mark.parametrize(
    "line",
    [
        'from a envelope-from "' + "<" * 80_000 + '"',
        "from a by b (" + "envelope-from <a " * 20_000 + ")",
        "from a (" + "[192.0.2.1] " * 20_000 + ") by b",
    ],
)
def test_the_inputs_that_hang_mail_parser_reach_it_short_and_without_angle_brackets(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    shown: list[bytes] = []

    def parse_from_bytes(message: bytes) -> mailparser.MailParser:
        shown.append(message)
        return parse(message)

    parse = mailparser.parse_from_bytes
    monkeypatch.setattr(mailparser, "parse_from_bytes", parse_from_bytes)
    opinions = second_opinion(header_of(*[line] * 100), Limits())
    (message,) = shown
    assert len(opinions) <= Limits().received_fields
    assert len(message) <= Limits().header_block_bytes
    assert all(
        len(field) <= Limits().analysed_field_bytes + len(b"Received: ") and field.count(b"<") <= 40 for field in message.split(b"\r\n")
    )


@pytest.mark.parametrize("failure", [AttributeError("x"), ValueError("x"), RecursionError("x")])
def test_whatever_it_raises_becomes_a_note_on_every_hop(monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    def parse_from_bytes(message: bytes) -> None:
        raise failure

    monkeypatch.setattr(mailparser, "parse_from_bytes", parse_from_bytes)
    header = header_of(NEWEST, OLDEST)
    opinions = second_opinion(header, Limits())
    assert [opinion.note for opinion in opinions] == [f"mail-parser raised {type(failure).__name__}"] * 2
    assert compare(hops_of(header), opinions) == ()


def test_it_sees_neither_other_fields_nor_the_body() -> None:
    hostile = (
        b"Content-Type: multipart/mixed; boundary=a\r\nheaders: x\r\n"
        + header_of(NEWEST)
        + b"--a\r\nContent-Type: multipart/mixed; boundary=a\r\n"
    )
    (opinion,) = second_opinion(hostile, Limits())
    assert opinion.note == ""


def test_it_says_nothing_in_our_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        second_opinion(header_of(NEWEST, "\x00\x1b[2J"), Limits())
    assert caplog.records == []


@settings(max_examples=50)
@given(st.binary(max_size=2_000).map(lambda raw: b"Received: from " + raw))
def test_any_bytes_give_an_opinion_or_a_note(header: bytes) -> None:
    opinions = second_opinion(header, Limits())
    assert [opinion.position for opinion in opinions] == list(range(len(opinions)))
    assert all(isinstance(defect, Defect) for defect in compare(hops_of(header), opinions))
