"""Whose receiving side it is, and what the submission says of it."""

from dataclasses import replace
from ipaddress import ip_address

from parsers.submission import Door
from routing.receiver import ReportContext
from routing.walk import trace_provenance
from tests.routing.chains import BODY, CONTEXT, POLICY, RECEIVERS, report_of

AT = "Mon, 3 Aug 2026 01:00:00 +0000"
POSTFIX = report_of(RECEIVERS[4].chain())


def told(context: ReportContext) -> str:
    return trace_provenance(POSTFIX, POLICY, context=context).receiver_because


def test_the_newest_line_says_whose_side_it_is() -> None:
    assert told(CONTEXT) == "store.victim.example wrote the newest line that names a host (victim.example); nothing else says whose it is"


def test_the_reporters_domain_and_the_recipient_agree() -> None:
    because = told(ReportContext(door=Door.FILE, reporter_domain="victim.example"))
    assert because.endswith("it agrees with the recipient of the mail (victim.example reports), the reporter's domain")


def test_another_domain_of_the_reporter_says_nothing_and_changes_nothing() -> None:
    context = ReportContext(door=Door.FILE, reporter_domain="elsewhere.example")
    assert told(context).endswith("the reporter writes from elsewhere.example, which says nothing of it")
    assert trace_provenance(POSTFIX, POLICY, context=context).ip == trace_provenance(POSTFIX, POLICY, context=CONTEXT).ip


def test_the_submissions_own_headers_agree() -> None:
    peeled = report_of(f"Received: from x (x [10.0.0.1]) by out.victim.example (Postfix) with ESMTP id 1; {AT}\n{BODY}").hops
    assert "the submission's own headers" in told(ReportContext(door=Door.SMTP, peeled=peeled))


def test_the_connection_agrees_where_it_comes_from_the_operators_addresses() -> None:
    gmail = report_of(RECEIVERS[0].chain())
    context = ReportContext(door=Door.SMTP, peer=ip_address("2607:f8b0:4864:20::d48"))
    assert "the connection from 2607:f8b0:4864:20::d48" in trace_provenance(gmail, POLICY, context=context).receiver_because


def test_a_receiver_of_our_own_is_said_to_be_trusted() -> None:
    report = report_of(f"Received: from a (a [198.51.100.7]) by mx.example-host.jp (Postfix) with ESMTPS id 1; {AT}\n{BODY}")
    assert "receivers.trusted" in trace_provenance(report, POLICY, context=CONTEXT).receiver_because


def test_a_side_without_a_name_is_said_to_have_none() -> None:
    report = report_of(f"Received: from a (a [198.51.100.7]) by mail (Postfix) with ESMTPS id 1; {AT}\n{BODY}")
    provenance = trace_provenance(report, replace(POLICY, trusted_names=()), context=CONTEXT)
    assert (provenance.receiver, provenance.ip) == ("", ip_address("198.51.100.7"))
    assert provenance.receiver_because == "no line says whose host wrote it; trust starts at the newest one"
