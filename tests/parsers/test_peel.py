import pytest

from config.limits import Limits
from parsers.fields import parse_header_block
from parsers.peel import Peel, PeelKind, organisation_of, peel
from parsers.received import parse_received_chain

OUTER = "Received: from out.victim.example (out.victim.example [192.0.2.1]) by mx.example-host.jp; Mon, 3 Aug 2026 09:30:00 +0900\n"
OWN = "Received: from smtp.sender.example (smtp.sender.example [198.51.100.1]) by mx.victim.example; Mon, 3 Aug 2026 08:00:00 +0900\n"
HEAD = "From: a@mailer.example\nTo: someone@victim.example\nMessage-ID: <1@mailer.example>\n\n"


def peeled(header: str) -> Peel | None:
    limits = Limits()
    block = parse_header_block(header.encode(), limits)
    return peel(block, parse_received_chain(block, limits))


@pytest.mark.parametrize(
    "marks, kind",
    [
        ("Resent-From: b@victim.example\nResent-To: abuse@example-host.jp\n", PeelKind.RESENT),
        ("Resent-From: b@victim.example\nX-Note: between\nResent-To: abuse@example-host.jp\n", PeelKind.RESENT),
        ("X-Forwarded-To: abuse@example-host.jp\nX-Forwarded-For: b@victim.example\n", PeelKind.FORWARDED),
        ("X-Sieve: filter\nX-Sieve-Redirected-From: b@victim.example\n", PeelKind.FORWARDED),
        ("Precedence: list\nList-Id: <staff.victim.example>\nList-Post: <mailto:staff@victim.example>\n", PeelKind.LIST),
    ],
)
def test_the_mail_begins_below_the_redirectors_fields(marks: str, kind: PeelKind) -> None:
    found = peeled(OUTER + marks + OWN + HEAD)
    assert found is not None
    assert (found.kind, found.cut) == (kind, len(OUTER + marks))


def test_a_delivered_to_between_received_lines_begins_the_mail() -> None:
    found = peeled("Delivered-To: abuse@example-host.jp\n" + OUTER + "Delivered-To: b@victim.example\n" + OWN + HEAD)
    assert found is not None
    assert (found.kind, found.passed_to) == (PeelKind.FORWARDED, ("b@victim.example",))


def test_a_delivered_to_above_all_is_only_our_own_delivery() -> None:
    assert peeled("Delivered-To: abuse@example-host.jp\n" + OUTER + HEAD) is None


@pytest.mark.parametrize("sender", ["<SRS0=ab=cd=mailer.example=a@victim.example>", "<b+caf_=abuse=example-host.jp@victim.example>"])
def test_a_rewritten_sender_names_the_forwarder(sender: str) -> None:
    found = peeled(f"Return-Path: {sender}\n" + OUTER + OWN + HEAD)
    assert found is not None
    assert found.cut == len(f"Return-Path: {sender}\n" + OUTER)


def test_list_fields_at_the_bottom_let_the_lists_host_tell() -> None:
    found = peeled(OUTER + OWN + "List-Post: <mailto:staff@victim.example>\n" + HEAD)
    assert found is not None
    assert (found.kind, found.cut) == (PeelKind.LIST, len(OUTER))


def test_resent_fields_of_a_list_are_the_lists() -> None:
    found = peeled(OUTER + "Resent-From: staff@victim.example\nList-Post: <mailto:staff@victim.example>\n" + OWN + HEAD)
    assert found is not None
    assert found.kind is PeelKind.LIST


def test_a_resent_block_below_the_chain_leaves_the_older_hops_to_the_mail() -> None:
    found = peeled(OUTER + OWN + "Resent-From: b@victim.example\nResent-Date: Mon, 03 Aug 2026 00:29:00 +0000\n" + HEAD)
    assert found is not None
    assert found.cut == len(OUTER)


def test_an_ordinary_mail_was_passed_on_by_nobody() -> None:
    assert peeled(OUTER + OWN + HEAD) is None


@pytest.mark.parametrize(
    "host, organisation",
    [
        ("mx1.victim.example", "victim.example"),
        ("a.b.company.co.jp", "company.co.jp"),
        ("MX.Victim.Example.", "victim.example"),
        ("localhost", "localhost"),
    ],
)
def test_an_organisation_is_the_end_of_a_name(host: str, organisation: str) -> None:
    assert organisation_of(host) == organisation
