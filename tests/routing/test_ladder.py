"""Below the border: what a provider attests, what it merely passes on, and what nobody vouches for."""

from ipaddress import ip_address

import pytest

from routing.provenance import HopStatus, Provenance
from tests.routing.chains import BODY, OURS, RECEIVERS, trace

AT = "Mon, 3 Aug 2026 01:00:00 +0000"
MICROSOFT, POSTFIX = RECEIVERS[1], RECEIVERS[4]
FROM_GMAIL = (
    f"Received: from mail-lf1-f41.google.com (mail-lf1-f41.google.com [192.0.2.41]) by mx.victim.example (Postfix) with ESMTPS id 2; {AT}\n"
)
INSIDE_GMAIL = f"Received: by mail-lf1-f41.google.com with SMTP id 2adb3069b0e04; {AT}\n"
LOGIN = f"Received: from [192.168.1.6] (h.example-host.jp. [{OURS}]) by smtp.gmail.com with ESMTPSA id 3; {AT}\n"
RELAYED = f"Received: from relay (relay. [{OURS}]) by mx.google.com with ESMTPS id 4; {AT}\n"
TENANT = f"X-MS-Exchange-CrossTenant-OriginalAttributedTenantConnectingIp: TenantId=1;Ip=[{OURS}];Helo=[vm]\n"


def rungs(provenance: Provenance) -> list[tuple[str, str]]:
    return [(str(rung.ip), rung.status.value) for rung in provenance.rungs]


def test_a_submission_under_a_login_is_attested() -> None:
    provenance = trace(FROM_GMAIL + INSIDE_GMAIL + LOGIN + BODY)
    assert [one.status for one in provenance.hops] == [HopStatus.BORDER, HopStatus.ATTESTED, HopStatus.ATTESTED]
    assert rungs(provenance) == [(OURS, "attested")]
    assert provenance.rungs[0].provider == "Gmail and Google Workspace"
    assert provenance.rungs[0].because.startswith(f"Gmail and Google Workspace took it from {OURS} under a login; mail-lf1-f41.google.com")


def test_what_a_provider_passed_on_without_a_login_is_named_but_not_attested() -> None:
    provenance = trace(FROM_GMAIL + INSIDE_GMAIL + RELAYED + BODY)
    assert rungs(provenance) == [(OURS, "claimed")]
    assert "passed it on without a login" in provenance.rungs[0].because
    assert provenance.hops[-1].status is HopStatus.ATTESTED


def test_what_came_with_the_submission_is_the_users_own() -> None:
    forged = f"Received: from x ([203.0.113.77]) by smtp.gmail.com with ESMTPSA id 9; {AT}\n"
    assert ("203.0.113.77", "attested") not in rungs(trace(FROM_GMAIL + INSIDE_GMAIL + LOGIN + forged + BODY))
    by_program = f"Received: from 1234 named unknown by gmailapi.google.com with HTTPREST; {AT}\n"
    assert ("203.0.113.77", "attested") not in rungs(trace(FROM_GMAIL + by_program + forged + BODY))


@pytest.mark.parametrize(
    "peer",
    [
        "mail-lf1-f41.google.com (unknown [192.0.2.41])",
        "mail-lf1-f41.google.com (mail-lf1-f41.google.com [192.0.2.41] (may be forged))",
        "mail-lf1-f41.google.com (host.elsewhere.example [192.0.2.41])",
    ],
)
def test_a_provider_is_not_recognised_by_what_the_peer_calls_itself(peer: str) -> None:
    border = f"Received: from {peer} by mx.victim.example (Postfix) with ESMTPS id 2; {AT}\n"
    assert "attested" not in [status for _, status in rungs(trace(border + INSIDE_GMAIL + LOGIN + BODY))]


def test_gmails_own_reverse_names_prove_nothing() -> None:
    border = f"Received: from mail-lf1-f41.google.com (mail-lf1-f41.google.com. [192.0.2.41]) by mx.google.com with ESMTPS id 2; {AT}\n"
    assert rungs(trace(border + INSIDE_GMAIL + LOGIN + BODY)) == [(OURS, "claimed")]


def test_a_provider_is_recognised_by_spf_of_its_own_domain_and_its_host_name_together() -> None:
    sonic = "sonic301-1.consmr.mail.ne1.yahoo.com"
    submission = f"Received: from h (h [{OURS}]) by smtp.mail.yahoo.com with ESMTPSA id 1; {AT}\n"
    mail = MICROSOFT.chain(ip="198.51.100.7", helo=sonic, rest=submission).replace(
        "smtp.mailfrom=sender.example", "smtp.mailfrom=yahoo.com"
    )
    assert (OURS, "attested") in rungs(trace(mail))
    assert (OURS, "attested") not in rungs(trace(mail.replace(sonic, "mail.sender.example")))
    assert (OURS, "attested") not in rungs(trace(mail.replace("smtp.mailfrom=yahoo.com", "smtp.mailfrom=sender.example")))


def test_the_host_that_fed_a_tenant_is_named_where_the_provider_itself_handed_over() -> None:
    outbound = "mail-bn8nam12on2001.outbound.protection.outlook.com"
    border = f"Received: from x ({outbound} [192.0.2.41]) by mx.victim.example (Postfix) with ESMTPS id 2; {AT}\n"
    (rung,) = trace(border + TENANT + BODY).rungs
    assert (str(rung.ip), rung.status, rung.provider) == (OURS, HopStatus.CLAIMED, "Microsoft 365 and Outlook.com")
    assert trace(border + TENANT + TENANT + BODY).rungs == ()
    assert trace(POSTFIX.chain(rest=TENANT)).rungs == ()


def test_providers_are_followed_one_behind_the_other() -> None:
    proofpoint = f"Received: from x (mx0a-00000001.pphosted.com [192.0.2.60]) by mx.victim.example (Postfix) with ESMTPS id 1; {AT}\n"
    from_gmail = f"Received: from g (mail-lf1-f41.google.com [192.0.2.41]) by mx0a-00000001.pphosted.com (PPS) with ESMTPS id 2; {AT}\n"
    assert (OURS, "attested") in rungs(trace(proofpoint + from_gmail + INSIDE_GMAIL + LOGIN + BODY))


def test_an_address_has_one_rung_and_the_border_has_none() -> None:
    below = f"Received: from a (a [{OURS}]) by mail.sender.example (Postfix) with ESMTP id 1; {AT}\n"
    mail = POSTFIX.chain(rest=below + f"X-Originating-IP: [{OURS}]\nX-Originating-IP: [198.51.100.7]\n")
    assert rungs(trace(mail)) == [(OURS, "claimed")]


def test_addresses_inside_networks_are_no_rungs() -> None:
    below = f"Received: from a (a [10.9.9.9]) by mail.sender.example (Postfix) with ESMTP id 1; {AT}\n"
    assert trace(POSTFIX.chain(rest=below)).rungs == ()


def test_evidence_that_was_not_believed_is_a_claim_too() -> None:
    stamp = f"Received-SPF: pass (x) client-ip={OURS}; receiver=mx.victim.example\n"
    (rung,) = trace(POSTFIX.chain(rest=stamp)).rungs
    assert (rung.ip, rung.status) == (ip_address(OURS), HopStatus.CLAIMED)
    assert rung.because == "received-spf names it, but stands below the border line, where the sender writes"
