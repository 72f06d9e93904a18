"""Whose mail it was, from chains as receivers write them (fixtures/eml/received) and as they go wrong."""

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.limits import Limits
from config.policy import Policy
from parsers.message import open_message
from parsers.report import FoundAs, Report, ReportedAddress, Role
from parsers.submission import Door
from routing.provenance import Grade, HopStatus, Provenance
from routing.receiver import ReportContext
from routing.walk import trace_provenance
from tests.routing.chains import BODY, CONTEXT, OURS, POLICY, RECEIVERS, STRANGER, Receiver, report_of, trace

FIXTURES = Path(__file__).parents[2] / "fixtures" / "eml" / "received"
OWN, ELSEWHERE = "203.0.113.25", "198.51.100.7"
AT = "Mon, 3 Aug 2026 01:00:00 +0000"


def fixture(name: str) -> Report:
    return open_message((FIXTURES / f"{name}.eml").read_bytes(), Limits(), found_as=FoundAs.BARE)


def trace_fixture(name: str, policy: Policy = POLICY) -> Provenance:
    return trace_provenance(fixture(name), policy, context=CONTEXT)


def statuses(provenance: Provenance) -> list[str]:
    return [one.status.value for one in provenance.hops]


@pytest.mark.parametrize(
    "name, ip, grade, receiver",
    [
        ("gmail-from-our-address", OWN, Grade.CONFIRMED, "google"),
        ("gmail-ipv6-from-our-address", "2001:db8:10::25", Grade.CONFIRMED, "google"),
        ("gmail-from-elsewhere", ELSEWHERE, Grade.CONFIRMED, "google"),
        ("gmail-behind-its-inbound-gateway", OWN, Grade.CONFIRMED, "google"),
        ("microsoft-from-our-address", OWN, Grade.CONFIRMED, "microsoft"),
        ("microsoft-forged-bottom-line-names-us", ELSEWHERE, Grade.CONFIRMED, "microsoft"),
        ("microsoft-replayed-gmail-block-names-us", ELSEWHERE, Grade.CONFIRMED, "microsoft"),
        ("yahoo-ehlo-literal-names-us", ELSEWHERE, Grade.CONFIRMED, "yahoo"),
        ("icloud-inner-line-without-an-address", OWN, Grade.CONFIRMED, "apple"),
        ("proton-saved-with-fields-regrouped", OWN, Grade.ASSERTED, "proton"),
        ("postfix-from-our-address", OWN, Grade.CONFIRMED, "victim.example"),
        ("exim-helo-literal-names-us", ELSEWHERE, Grade.ASSERTED, "victim.example"),
        ("qmail-helo-literal-names-us", ELSEWHERE, Grade.ASSERTED, "victim.example"),
        ("sendmail-reverse-name-may-be-forged", ELSEWHERE, Grade.ASSERTED, "victim.example"),
        ("ipv4-mapped-from-our-address", OWN, Grade.ASSERTED, "victim.example"),
        ("esp-lines-without-dates-below-the-border", OWN, Grade.ASSERTED, "victim.example"),
        ("exchange-on-premises-from-our-address", OWN, Grade.ASSERTED, ""),
        ("ocn-from-our-address", OWN, Grade.CONFIRMED, "ocn"),
        ("biglobe-gateway-without-an-address", OWN, Grade.ASSERTED, "biglobe"),
        ("sakura-through-its-virus-filter", OWN, Grade.ASSERTED, "sakura"),
        ("secure-mx-from-our-address", OWN, Grade.ASSERTED, "iij"),
        ("fetched-by-gmail-from-another-mailbox", OWN, Grade.ASSERTED, "victim.example"),
        ("fetchmail-from-another-mailbox", OWN, Grade.ASSERTED, "victim.example"),
        ("stamps-of-the-receiver-disagree", OWN, Grade.CONFLICT, "victim.example"),
        ("submitted-to-gmail-from-our-address", "192.0.2.41", Grade.ASSERTED, "victim.example"),
        ("border-with-two-by-clauses", None, Grade.UNREADABLE, ""),
        ("border-with-a-masked-address", None, Grade.UNREADABLE, "victim.example"),
        ("private-peer-then-a-strangers-host", None, Grade.UNREADABLE, "victim.example"),
    ],
)
def test_each_receiver_names_the_one_who_handed_over(name: str, ip: str | None, grade: Grade, receiver: str) -> None:
    provenance = trace_fixture(name)
    assert (provenance.ip, provenance.grade, provenance.receiver) == (ip_address(ip) if ip else None, grade, receiver)


def test_every_fixture_is_in_the_table_above() -> None:
    assert len(list(FIXTURES.glob("*.eml"))) == 28


def test_every_line_has_a_status_and_a_sentence() -> None:
    for path in FIXTURES.glob("*.eml"):
        report = fixture(path.stem)
        provenance = trace_provenance(report, POLICY, context=CONTEXT)
        assert [one.hop for one in provenance.hops] == list(report.hops)
        assert all(one.because for one in provenance.hops)
        assert provenance.because
        assert provenance.receiver_because


def test_the_handover_has_the_time_of_the_border_line() -> None:
    assert trace_fixture("microsoft-from-our-address").handed_over_at == datetime(2026, 8, 3, 1, 0, 2, tzinfo=UTC)


def test_the_sentence_names_host_address_and_what_agrees() -> None:
    sentence = trace_fixture("microsoft-from-our-address").because
    assert sentence == (
        "BN8NAM12FT004.mail.protection.outlook.com took it from 203.0.113.25; authentication-results, received-spf and x-sender-ip agree"
    )


def test_the_lines_below_the_border_are_claims() -> None:
    assert statuses(trace_fixture("microsoft-forged-bottom-line-names-us")) == ["own", "own", "own", "border", "claimed"]


def test_a_mail_fetched_from_a_mailbox_goes_on_at_that_mailbox() -> None:
    provenance = trace_fixture("fetched-by-gmail-from-another-mailbox")
    assert provenance.hops[0].because == "fetched from a mailbox (POP3)"
    assert statuses(provenance) == ["own", "own", "border"]


def test_a_gateway_is_looked_through_where_the_receivers_stamps_do() -> None:
    provenance = trace_fixture("gmail-behind-its-inbound-gateway")
    assert statuses(provenance) == ["own", "own", "own", "border"]
    assert "Proofpoint at 192.0.2.192 is the receiving side's gateway" in provenance.because


def test_a_gateway_that_nobody_vouches_for_is_the_one_who_handed_over() -> None:
    mail = (FIXTURES / "gmail-behind-its-inbound-gateway.eml").read_text().replace("client-ip=203.0.113.25", "client-ip=192.0.2.192")
    mail = mail.replace("designates 203.0.113.25", "designates 192.0.2.192")
    assert trace(mail).ip == ip_address("192.0.2.192")


def test_a_configured_gateway_is_passed_by_its_verified_name() -> None:
    chain = (
        f"Received: from gw.filter.example (gw.filter.example [192.0.2.50]) by mx.victim.example (Postfix) with ESMTPS id 1; {AT}\n"
        f"Received: from a (a [{OURS}]) by gw.filter.example (Postfix) with ESMTPS id 2; {AT}\n"
    )
    assert trace(chain + BODY).ip == ip_address("192.0.2.50")
    configured = replace(POLICY, gateways=("filter.example",))
    assert trace_provenance(report_of(chain + BODY), configured, context=CONTEXT).ip == ip_address(OURS)
    unverified = chain.replace("(gw.filter.example [192", "(unknown [192")
    assert trace_provenance(report_of(unverified + BODY), configured, context=CONTEXT).ip == ip_address("192.0.2.50")


def test_a_trusted_network_is_passed_by_its_address() -> None:
    chain = (
        f"Received: from gw (gw [192.0.2.50]) by mx.victim.example (Postfix) with ESMTPS id 1; {AT}\n"
        f"Received: from a (a [{OURS}]) by gw.victim.example (Postfix) with ESMTPS id 2; {AT}\n"
    )
    configured = replace(POLICY, trusted_networks=(ip_network("192.0.2.48/28"),))
    assert trace_provenance(report_of(chain + BODY), configured, context=CONTEXT).ip == ip_address(OURS)


def test_a_host_of_the_receivers_own_name_with_a_public_address_is_not_stepped_over() -> None:
    """A hosting company's customer has a reverse name under the company's domain too."""
    chain = (
        f"Received: from vps1.victim.example (vps1.victim.example [192.0.2.50]) by mx.victim.example (Postfix) with ESMTPS id 1; {AT}\n"
        f"Received: from a (a [{OURS}]) by vps1.victim.example (Postfix) with ESMTPS id 2; {AT}\n"
    )
    provenance = trace(chain + BODY)
    assert provenance.ip == ip_address("192.0.2.50")
    assert [rung.status for rung in provenance.rungs] == [HopStatus.CLAIMED]


def test_a_host_that_hands_to_itself_is_passed() -> None:
    chain = (
        f"Received: from mx.victim.example (mx.victim.example [192.0.2.50]) by mx.victim.example (Postfix) with ESMTP id 1; {AT}\n"
        f"Received: from a (a [{OURS}]) by mx.victim.example (Postfix) with ESMTPS id 2; {AT}\n"
    )
    assert trace(chain + BODY).ip == ip_address(OURS)


def test_a_break_behind_a_private_peer_is_closed_only_by_a_stamp_above_it() -> None:
    """Behind a port forwarding, every sender has a private address, and what he wrote begins right under that line."""
    stamp = "Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=203.0.113.9; receiver=mx.victim.example\n"
    inside = f"Received: from a1 ([10.81.8.148]) by mx.victim.example with ESMTP id 1; {AT}\n"
    other = f"Received: from a (a [{OURS}]) by mx.filter.example (Postfix) with ESMTPS id 2; {AT}\n"
    assert trace(inside + other + BODY).ip is None
    assert trace(inside + stamp + other + BODY).ip is None
    assert trace(stamp + inside + other + BODY).grade is Grade.CONFIRMED


def test_a_helo_word_behind_a_port_forwarding_leads_to_no_host_of_another_party() -> None:
    """There the sender chooses both what he calls himself and who wrote the next line."""
    inside = f"Received: from mx.filter.example ({{}} [{{}}]) by mx.victim.example (Postfix) with ESMTP id 1; {AT}\n"
    other = f"Received: from a (a [{OURS}]) by mx.filter.example (Postfix) with ESMTPS id 2; {AT}\n"
    assert trace(inside.format("gateway", "172.17.0.1") + other + BODY).ip is None
    assert trace(inside.format("unknown", "192.168.1.254") + other + BODY).ip is None
    assert trace(inside.format("mx.filter.example", "10.0.0.1") + other + BODY).ip == ip_address(OURS)
    assert trace(inside.format("unknown", "10.0.0.2") + other + BODY).ip == ip_address(OURS)


@pytest.mark.parametrize("helo, by", [("gw", "gw.victim.example"), ("gw.corp.local", "gw.victim.example"), ("gw.corp.local", "gw")])
def test_a_name_used_inside_only_is_that_of_the_host_with_its_first_label(helo: str, by: str) -> None:
    inside = f"Received: from {helo} (10.0.0.2) by ex.corp.local (10.0.0.6) with Microsoft SMTP Server id 15.1.2507.39; {AT}\n"
    border = f"Received: from a (a [{OURS}]) by {by} (Postfix) with ESMTPS id 2; {AT}\n"
    assert trace(inside + border + BODY).ip == ip_address(OURS)
    assert trace(inside + border.replace(f"by {by}", "by mx.filter.example") + BODY).ip is None


def test_a_filter_that_writes_its_own_address_behind_by_is_passed() -> None:
    inside = f"Received: from mx.victim.example ([127.0.0.1]) by [127.0.0.1] (amavis, port 10024) with ESMTP id 1; {AT}\n"
    border = f"Received: from a (a [{OURS}]) by mx.victim.example (Postfix) with ESMTPS id 2; {AT}\n"
    assert trace(inside + border + BODY).ip == ip_address(OURS)


def test_a_reverse_name_that_the_server_did_not_look_up_again_makes_no_host_its_own() -> None:
    chain = (
        f"Received: from mx.victim.example (mx.victim.example [{STRANGER}]) by mx.victim.example (Haraka/3.0.2) with ESMTP id 1; {AT}\n"
        f"Received: from a (a [{OURS}]) by mx.victim.example (Haraka/3.0.2) with ESMTP id 2; {AT}\n"
    )
    assert trace(chain + BODY).ip == ip_address(STRANGER)


def test_exchange_servers_of_two_builds_are_not_taken_for_one_party() -> None:
    chain = next(one for one in RECEIVERS if one.name == "exchange-with-a-name-for-outside").chain()
    assert trace(chain).ip == ip_address(STRANGER)
    assert trace(chain.replace("15.2.1544.4 via Mailbox", "15.1.2507.9 via Mailbox")).ip is None


def test_a_hand_over_inside_the_system_leads_to_any_host_of_it() -> None:
    inside = f"Received: from a1 ([10.81.8.148]) by store.victim.example with LMTP id 1; {AT}\n"
    other = f"Received: from a (a [{OURS}]) by mx.filter.example (Postfix) with ESMTPS id 2; {AT}\n"
    assert trace(inside + other + BODY).ip == ip_address(OURS)


def test_a_line_without_an_address_ends_the_way_except_inside_an_operator_that_is_known() -> None:
    inside = f"Received: from mx.victim.example by store.victim.example with ESMTP id 1; {AT}\n"
    border = f"Received: from a (a [{OURS}]) by mx.victim.example (Postfix) with ESMTPS id 2; {AT}\n"
    assert trace(inside + border + BODY).grade is Grade.UNREADABLE
    assert trace_fixture("icloud-inner-line-without-an-address").grade is Grade.CONFIRMED
    unstamped = (FIXTURES / "icloud-inner-line-without-an-address.eml").read_text().replace("203.0.113.25 as", "masked as")
    assert trace(unstamped.replace("client-ip=203.0.113.25", "client-ip=masked")).ip is None


def test_an_unreadable_border_is_filled_in_by_two_stamps_that_agree() -> None:
    stamps = (
        "Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=203.0.113.9; receiver=mx.victim.example\n"
        "Authentication-Results: mx.victim.example; iprev=pass policy.iprev=203.0.113.9\n"
    )
    border = f"Received: from x (x [masked]) by mx.victim.example (Postfix) with ESMTP id 1; {AT}\n"
    provenance = trace(stamps + border + BODY)
    assert (provenance.ip, provenance.grade) == (ip_address(OURS), Grade.ASSERTED)
    assert trace(stamps.splitlines()[0] + "\n" + border + BODY).grade is Grade.UNREADABLE


def test_an_address_that_cannot_be_anybodys_hands_over_nothing() -> None:
    provenance = trace(f"Received: from x (x [0.0.0.7]) by mx.victim.example (Postfix) with ESMTP id 1; {AT}\n{BODY}")
    assert (provenance.ip, provenance.grade) == (None, Grade.UNREADABLE)
    assert provenance.because.startswith("0.0.0.7 cannot be anybody's address on the internet")


def test_a_chain_of_own_lines_alone_names_nobody() -> None:
    provenance = trace(f"Received: from x (x [10.0.0.7]) by mx.victim.example (Postfix) with ESMTP id 1; {AT}\n{BODY}")
    assert (provenance.ip, provenance.grade) == (None, Grade.NONE)


def test_a_mail_that_a_host_sent_to_itself_began_there() -> None:
    line = f"Received: from mx.victim.example (mx.victim.example [{OURS}]) by mx.victim.example (Postfix) with ESMTP id 1; {AT}\n"
    provenance = trace(line + BODY)
    assert (provenance.ip, provenance.grade) == (ip_address(OURS), Grade.ASSERTED)
    assert provenance.hops[0].because.endswith("a host of its own, and there is no line before that: it began there")


def test_yahoos_proxy_may_stand_before_the_address_and_nobody_else() -> None:
    line = "Received: from {} (EHLO mail.sender.example) ({}) by mta1.mail.bf2.yahoo.com with SMTPS; " + AT + "\n"
    assert trace(line.format("127.0.0.1", OURS) + BODY).ip == ip_address(OURS)
    assert trace(line.format(STRANGER, OURS) + BODY).ip is None


def test_without_a_chain_there_is_only_the_reports_word() -> None:
    assert trace(BODY).grade is Grade.NONE
    claim = ReportedAddress(ip=ip_address(OURS), role=Role.SOURCE, origin="arf:source-ip")
    provenance = trace_provenance(replace(report_of(BODY), addresses=(claim,)), POLICY, context=CONTEXT)
    assert (provenance.ip, provenance.grade, [rung.ip for rung in provenance.rungs]) == (None, Grade.CLAIMED, [ip_address(OURS)])


@pytest.mark.parametrize("extra, grade", [(-1, Grade.ASSERTED), (0, Grade.UNREADABLE), (1, Grade.UNREADABLE)])
def test_no_more_lines_are_walked_than_the_limit(extra: int, grade: Grade) -> None:
    own = f"Received: from x (x [10.0.0.7]) by mx.victim.example (Postfix) with ESMTP id 1; {AT}\n"
    border = f"Received: from a (a [{OURS}]) by mx.victim.example (Postfix) with ESMTPS id 2; {AT}\n"
    assert trace(own * (Limits().walked_hops + extra) + border + BODY).grade is grade


@pytest.mark.parametrize("receiver", RECEIVERS, ids=lambda one: str(one.name))
def test_line_ends_do_not_matter(receiver: Receiver) -> None:
    mail = receiver.chain(ip=OURS)
    assert trace(mail.replace("\n", "\r\n")).evidence == trace(mail).evidence


def test_a_claim_that_agrees_supports_only_from_another_hand() -> None:
    report = report_of(RECEIVERS[5].chain(ip=STRANGER))
    claim = ReportedAddress(ip=ip_address(STRANGER), role=Role.SOURCE, origin="arf:source-ip")
    reported = replace(report, addresses=(claim,))
    assert trace_provenance(reported, POLICY, context=CONTEXT).grade is Grade.ASSERTED
    peeled = report_of(f"Received: from x (x [10.0.0.1]) by mail.victim.example (Postfix) with ESMTP id 1; {AT}\n{BODY}").hops
    feedback_loop = ReportContext(door=Door.SMTP, reporter_domain="victim.example", peeled=peeled)
    provenance = trace_provenance(reported, POLICY, context=feedback_loop)
    assert provenance.grade is Grade.CONFIRMED
    assert provenance.evidence[-1].because == "the receiving side's own systems report the same address"
    in_words = replace(report, addresses=(replace(claim, origin="own-words"),))
    assert trace_provenance(in_words, POLICY, context=feedback_loop).grade is Grade.ASSERTED


def test_a_claim_that_contradicts_the_chain_is_shown_beside_it() -> None:
    report = report_of(RECEIVERS[4].chain(ip=STRANGER))
    claim = ReportedAddress(ip=ip_address(OURS), role=Role.SOURCE, origin="arf:source-ip")
    provenance = trace_provenance(replace(report, addresses=(claim,)), POLICY, context=CONTEXT)
    assert (provenance.ip, provenance.conflicting) == (ip_address(STRANGER), (ip_address(OURS),))
    assert provenance.grade is Grade.CONFIRMED
    assert not provenance.evidence[-1].is_believed


def test_one_claim_that_agrees_answers_for_the_others() -> None:
    report = report_of(RECEIVERS[4].chain(ip=STRANGER))
    claims = tuple(ReportedAddress(ip=ip_address(ip), role=Role.SOURCE, origin="label") for ip in (OURS, STRANGER))
    assert trace_provenance(replace(report, addresses=claims), POLICY, context=CONTEXT).conflicting == ()


def test_a_target_and_the_mails_own_header_are_no_claims_of_the_report() -> None:
    report = report_of(RECEIVERS[4].chain(ip=STRANGER))
    named = (
        ReportedAddress(ip=ip_address(OURS), role=Role.TARGET, origin="label"),
        ReportedAddress(ip=ip_address(OURS), role=Role.SOURCE, origin="x-originating-ip"),
    )
    assert trace_provenance(replace(report, addresses=named), POLICY, context=CONTEXT).conflicting == ()


LINES = st.lists(
    st.sampled_from([line for receiver in RECEIVERS for line in receiver.chain(ip=OURS).partition("From: ")[0].splitlines()]), max_size=12
)


@given(LINES)
def test_lines_in_any_order_give_a_provenance(lines: list[str]) -> None:
    report = report_of("".join(line + "\n" for line in lines) + BODY)
    provenance = trace_provenance(report, POLICY, context=CONTEXT)
    assert len(provenance.hops) == len(report.hops)
    assert (provenance.ip is not None) == (provenance.grade in (Grade.CONFIRMED, Grade.ASSERTED, Grade.CONFLICT))


@given(LINES)
def test_nothing_below_the_border_changes_who_handed_over(lines: list[str]) -> None:
    """Whatever the sender writes on top of his mail, the address at the border stays the one that it is."""
    for receiver in (RECEIVERS[0], RECEIVERS[1], RECEIVERS[4]):
        provenance = trace(receiver.chain(rest="".join(line + "\n" for line in lines)))
        assert provenance.ip == ip_address(STRANGER)
        assert provenance.grade is Grade.CONFIRMED
