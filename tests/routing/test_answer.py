"""What the reporter is told."""

from dataclasses import replace
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.events import Event, Item
from config.policy import Policy
from parsers.report import FoundAs, Link, MessageHead, Report, ReportedAddress, Role
from routing.answer import Answer, answer_for, letter_for
from routing.decision import Decision, JudgedAddress, JudgedLink, ReportDecision
from routing.facts import Facts, Known, NetworkAnswer
from routing.provenance import Grade, Provenance
from routing.verdict import VERDICT_OF, Reason, Verdict

REFERENCE = "R-ABCD-EFGH-JKMN"
POLICY = Policy(contact="abuse@example-host.jp", help_url="https://www.example-host.jp/abuse")
MAIL = Report(found_as=FoundAs.ATTACHED, message=MessageHead(), has_full_headers=True)
FOREIGN = Provenance(ip=ip_address("198.51.100.7"), grade=Grade.CONFIRMED)


def decision(reason: Reason, event: Event = Event.SPAM, **more: object) -> Decision:
    plain = ReportDecision(report=MAIL, provenance=FOREIGN, event=event, event_because="", reason=reason)
    one = replace(plain, **more)  # type: ignore[arg-type]
    return Decision(reports=(one,), leading=one)


def link(*, is_own: bool | None, host: str = "www.shop.example") -> JudgedLink:
    return JudgedLink(link=Link(url=f"https://{host}/", host=host, origin="text"), is_own=is_own)


def answered(one: Decision, facts: Facts | None = None) -> Answer:
    return answer_for(one, facts or Facts(), POLICY, "en")


def wire(one: Decision, facts: Facts | None = None) -> str:
    return answered(one, facts).smtp(REFERENCE)


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("event", list(Event))
def test_every_answer_is_a_reply_of_rfc_5321(reason: Reason, event: Event) -> None:
    one = decision(reason, event, missing=tuple(Item), links=(link(is_own=True), link(is_own=False, host="x." * 100 + "example")))
    lines = wire(one).split("\r\n")
    code = "550" if VERDICT_OF[reason] is Verdict.REJECTED else "250"
    assert all(line[:4] == f"{code}-" for line in lines[:-1])
    assert lines[-1].startswith(f"{code} ")
    assert all(len(line.encode("ascii")) <= 510 and line.isprintable() for line in lines)
    assert len({line[4:9] for line in lines}) == 1


@pytest.mark.parametrize("reason", list(Reason))
def test_every_answer_says_why_and_under_which_reference(reason: Reason) -> None:
    first = wire(decision(reason)).split("\r\n")[0]
    word = "received" if VERDICT_OF[reason] is Verdict.HELD else reason.value
    assert f"[{word}]" in first
    assert REFERENCE in first
    assert "{" not in wire(decision(reason, missing=(Item.URLS,)))


@pytest.mark.parametrize(
    "reason, code, enhanced, exit_code",
    [
        (Reason.SENDER_IN_NETWORK, 250, "2.0.0", 0),
        (Reason.CLAIMED_ONLY, 250, "2.0.0", 0),
        (Reason.OUT_OF_NETWORK, 550, "5.7.1", 77),
        (Reason.UNTRUSTED_TRACE, 550, "5.7.1", 77),
        (Reason.NO_HEADERS, 550, "5.6.0", 77),
        (Reason.MISSING_INFORMATION, 550, "5.6.0", 77),
    ],
)
def test_codes_are_those_of_the_contract(reason: Reason, code: int, enhanced: str, exit_code: int) -> None:
    answer = answered(decision(reason))
    assert (answer.code, answer.enhanced, answer.exit) == (code, enhanced, exit_code)


def test_an_accepted_report_is_recorded() -> None:
    assert wire(decision(Reason.SENDER_IN_NETWORK)) == f"250 2.0.0 [sender-in-network] recorded as {REFERENCE}"


def test_out_of_network_names_the_address_and_whom_to_turn_to() -> None:
    network = NetworkAnswer(
        known=Known.FOUND, network="198.51.100.0/24", organisation="Elsewhere ⚡ Ltd", abuse_address="abuse@elsewhere.example"
    )
    said = wire(decision(Reason.OUT_OF_NETWORK), Facts(networks={"198.51.100.7": network}))
    assert "550-5.7.1 [out-of-network] 198.51.100.7 is not under our management" in said
    assert "198.51.100.7 belongs to Elsewhere ? Ltd (198.51.100.0/24); please report to abuse@elsewhere.example" in said


def test_out_of_network_names_only_the_address_where_nothing_more_is_known() -> None:
    said = wire(decision(Reason.OUT_OF_NETWORK), Facts(networks={"198.51.100.7": NetworkAnswer(known=Known.UNKNOWN)}))
    assert "belongs to" not in said


def test_out_of_network_names_accused_addresses_else_hosts() -> None:
    victim = JudgedAddress(reported=ReportedAddress(ip=ip_address("192.0.2.1"), role=Role.TARGET, origin="label"), is_own=False)
    accused = JudgedAddress(reported=ReportedAddress(ip=ip_address("198.51.100.8"), role=Role.SOURCE, origin="label"), is_own=False)
    assert "198.51.100.8 is not" in wire(decision(Reason.OUT_OF_NETWORK, provenance=Provenance(), addresses=(victim, accused)))
    assert "www.shop.example is not" in wire(decision(Reason.OUT_OF_NETWORK, provenance=Provenance(), links=(link(is_own=False),)))


def test_no_headers_says_how_to_forward_with_headers_and_where_it_is_explained() -> None:
    said = wire(decision(Reason.NO_HEADERS))
    assert "as an attachment" in said
    assert "https://www.example-host.jp/abuse" in said
    assert "phishing or malware site" not in said


def test_no_headers_says_that_a_page_of_ours_can_be_reported_as_such() -> None:
    assert "phishing or malware site" in wire(decision(Reason.NO_HEADERS, links=(link(is_own=True),)))


def test_missing_information_names_each_item_and_the_list_to_fill_in() -> None:
    said = wire(decision(Reason.MISSING_INFORMATION, Event.COPYRIGHT, missing=(Item.PROOF_OF_RIGHTS, Item.CLAIMANT)))
    assert "a report of copyright also needs: proof-of-rights, claimant" in said
    assert "\r\n550-5.6.0 Proof of rights: (" in said
    assert "\r\n550-5.6.0 Claimant: (" in said
    assert f"{REFERENCE} kept in the subject" in said


def test_spam_accepted_for_its_link_says_that_delivery_is_not_ours() -> None:
    assert "cannot stop the delivery" in wire(decision(Reason.LINK_IN_NETWORK))
    assert "delivery" not in wire(decision(Reason.LINK_IN_NETWORK, Event.PHISHING_SITE))


@pytest.mark.parametrize("reason", [reason for reason in Reason if VERDICT_OF[reason] is Verdict.HELD])
def test_what_is_held_is_only_received(reason: Reason) -> None:
    assert wire(decision(reason)).startswith("250 2.0.0 [received] ")


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("reason", list(Reason))
def test_a_letter_says_the_same_for_a_person(reason: Reason, language: str) -> None:
    letter = letter_for(decision(reason, missing=(Item.URLS,)), language, REFERENCE)
    assert REFERENCE in letter
    assert "{" not in letter
    assert ("です" in letter or "ます" in letter or "ません" in letter) is (language == "ja")


def test_a_letter_about_missing_information_has_the_list_to_fill_in() -> None:
    letter = letter_for(decision(Reason.MISSING_INFORMATION, Event.COPYRIGHT, missing=(Item.CLAIMANT,)), "ja", REFERENCE)
    assert "申立人: （" in letter or "申立人: (" in letter


@given(st.text(max_size=700), st.lists(st.text(max_size=700), max_size=5))
def test_whatever_stands_in_a_line_the_reply_is_ascii_and_short(first: str, rest: list[str]) -> None:
    reply = Answer(code=550, enhanced="5.7.1", exit=77, lines=(first, *rest)).smtp("R-\r\nX")
    lines = reply.split("\r\n")
    assert len(lines) == 1 + len(rest)
    assert all(len(line.encode("ascii")) <= 510 for line in lines)
