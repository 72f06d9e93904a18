"""Which stamps are believed: by place and by author."""

from ipaddress import ip_address

import pytest

from routing.provenance import Evidence, Grade
from tests.routing.chains import BODY, OURS, RECEIVERS, STRANGER, trace

GMAIL, MICROSOFT, PROTON = RECEIVERS[0], RECEIVERS[1], RECEIVERS[2]
AT = "Mon, 3 Aug 2026 01:00:00 +0000"
BORDER = f"Received: from a (a [{STRANGER}]) by mx.victim.example (Postfix) with ESMTPS id 2; {AT}\n"


def spf(ip: str, receiver: str = "mx.victim.example") -> str:
    return f"Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip={ip}; receiver={receiver}\n"


def results(ip: str, author: str = "mx.victim.example") -> str:
    return f"Authentication-Results: {author}; iprev=pass policy.iprev={ip}\n"


def evidence_of(mail: str, kind: str) -> list[Evidence]:
    return [one for one in trace(mail).evidence if one.kind == kind]


def test_a_stamp_above_the_border_is_believed() -> None:
    (one,) = evidence_of(spf(STRANGER) + BORDER + BODY, "received-spf")
    assert one.is_believed
    assert one.because == "stands above the border line, where only victim.example writes"


def test_a_stamp_above_without_an_author_is_believed_for_its_place() -> None:
    assert evidence_of(spf(STRANGER, "<UNKNOWN>") + BORDER + BODY, "received-spf")[0].is_believed


@pytest.mark.parametrize("author", ["victim.example", "mx2.victim.example", "mx.victim.example"])
def test_a_stamp_may_name_any_host_of_the_receiving_side(author: str) -> None:
    assert evidence_of(results(STRANGER, author) + BORDER + BODY, "authentication-results")[0].is_believed


def test_a_stamp_in_an_unqualified_name_counts_where_that_host_wrote_the_line() -> None:
    border = BORDER.replace("mx.victim.example", "mail")
    assert evidence_of(results(STRANGER, "mail") + border + BODY, "authentication-results")[0].is_believed
    assert not evidence_of(results(STRANGER, "mail") + BORDER + BODY, "authentication-results")[0].is_believed


def test_a_stamp_of_somebody_else_is_not_believed_even_above() -> None:
    (one,) = evidence_of(spf(OURS, "mx.elsewhere.example") + BORDER + BODY, "received-spf")
    assert not one.is_believed
    assert one.because == "written by mx.elsewhere.example, not by victim.example"
    assert trace(spf(OURS, "mx.elsewhere.example") + BORDER + BODY).grade is Grade.ASSERTED


def test_a_stamp_below_the_border_is_not_believed() -> None:
    below = "Received: from b (b [192.0.2.9]) by a (Postfix) with ESMTP id 1; Mon, 3 Aug 2026 00:59:00 +0000\n"
    (one,) = evidence_of(BORDER + below + results(OURS) + BODY, "authentication-results")
    assert not one.is_believed
    assert one.because == "stands below the border line, where the sender writes"


def test_directly_under_the_border_a_stamp_supports_but_never_contradicts() -> None:
    """A filter may insert its field there, and so may the sender."""
    assert trace(BORDER + results(STRANGER) + BODY).grade is Grade.CONFIRMED
    assert trace(BORDER + results(OURS) + BODY).grade is Grade.ASSERTED


def test_gmail_stamps_under_its_border_line_and_only_the_first_of_a_kind_is_its_own() -> None:
    copy = f"Received-SPF: pass (google.com: domain of x designates {OURS} as permitted sender) client-ip={OURS};\n"
    genuine, forged = evidence_of(GMAIL.chain(rest=copy), "received-spf")
    assert (genuine.is_believed, forged.is_believed) == (True, False)
    assert trace(GMAIL.chain(rest=copy)).grade is Grade.CONFIRMED


def test_gmails_first_stamp_without_an_address_does_not_make_room_for_a_copy() -> None:
    copy = f"Received-SPF: pass (google.com: domain of x designates {OURS} as permitted sender) client-ip={OURS};\n"
    mail = GMAIL.chain(rest=copy).replace(f"designates {STRANGER} as permitted sender) client-ip={STRANGER};", "temporary error)")
    assert not any(one.is_believed for one in evidence_of(mail, "received-spf"))


def test_exchange_online_never_stamps_below() -> None:
    copy = "Authentication-Results: spf=pass (sender IP is 203.0.113.9) smtp.mailfrom=x.example\n"
    assert [one.is_believed for one in evidence_of(MICROSOFT.chain(rest=copy), "authentication-results")] == [True, False]


def test_outlooks_own_note_counts_once() -> None:
    mail = MICROSOFT.chain()
    assert evidence_of(mail, "x-sender-ip")[0].is_believed
    assert [one.is_believed for one in evidence_of(MICROSOFT.chain(rest=f"X-Sender-IP: {OURS}\n"), "x-sender-ip")] == [False, False]
    assert not evidence_of(GMAIL.chain(rest=f"X-Sender-IP: {OURS}\n"), "x-sender-ip")[0].is_believed


def test_outlooks_note_outvotes_no_other_stamp() -> None:
    """A tenant's mailbox has no such note, and the sender may bring one along."""
    tenants = MICROSOFT.chain().replace(f"X-Sender-IP: {STRANGER}", f"X-Sender-IP: {OURS}")
    assert not evidence_of(tenants, "x-sender-ip")[0].is_believed
    assert trace(tenants).grade is Grade.CONFIRMED


def test_the_mark_of_where_foreign_fields_begin_belongs_under_the_border() -> None:
    (marker,) = evidence_of(MICROSOFT.chain(), "x-incomingtopheadermarker")
    assert (marker.is_believed, marker.ip) == (True, None)
    moved = MICROSOFT.chain().replace("X-IncomingTopHeaderMarker: ", "X-Other: 1\nX-IncomingTopHeaderMarker: ")
    assert not evidence_of(moved, "x-incomingtopheadermarker")[0].is_believed


def test_in_a_regrouped_export_only_the_first_of_a_kind_counts_and_only_above() -> None:
    copy = f"Authentication-Results: mailin002.protonmail.ch; arc=none smtp.remote-ip={OURS}\n"
    border = PROTON.border.format(helo="a", name="a", ip=STRANGER) + "\n"
    own = f"Authentication-Results: mailin001.protonmail.ch; arc=none smtp.remote-ip={STRANGER}\n"
    assert [one.is_believed for one in evidence_of(own + copy + border + BODY, "authentication-results")] == [True, False]
    assert trace(border + own + copy + BODY).grade is Grade.ASSERTED


def test_an_export_in_lower_case_with_all_lines_in_one_run_has_lost_its_places() -> None:
    own = f"Received: from mx.victim.example (mx.victim.example [10.0.0.1]) by store.victim.example with LMTP id 1; {AT}\n"
    plain = own + BORDER + results(STRANGER) + BODY
    header, body = plain.split("\n\n", 1)
    lowered = "\n".join(line[: line.find(":")].lower() + line[line.find(":") :] for line in header.splitlines()) + "\n\n" + body
    (one,) = evidence_of(lowered, "authentication-results")
    assert not one.is_believed
    assert one.because == "signed mx.victim.example, but the export has lost where it stood"


def test_stamps_that_disagree_make_a_conflict_with_both_addresses() -> None:
    provenance = trace(spf(OURS) + results(STRANGER) + BORDER + BODY)
    assert (provenance.grade, provenance.ip, provenance.conflicting) == (Grade.CONFLICT, ip_address(STRANGER), (ip_address(OURS),))
