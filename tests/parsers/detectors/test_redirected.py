import pytest

from parsers.report import FoundAs
from parsers.submission import Door
from tests.parsers.fixture_mail import accused, chains, hits, message_ids, raw_of, reading, reading_of


@pytest.mark.parametrize(
    "name, number, peeled",
    [
        ("resent-by-a-client", 110, 1),
        ("resent-block-below-the-chain", 112, 1),
        ("forwarded-by-a-mailbox-rule", 113, 1),
        ("forwarded-by-dot-forward", 114, 2),
        ("list-of-strangers", 116, 1),
        ("handed-in-as-a-file", 119, 1),
    ],
)
def test_a_redirected_mail_has_its_own_chain_and_the_redirectors_hops_are_peeled(name: str, number: int, peeled: int) -> None:
    read = reading_of(f"redirected/{name}.eml")
    (report,) = read.reports
    assert report.found_as is FoundAs.REDIRECTED
    assert message_ids(read) == [f"<spam-{number}@mailer.example>"]
    assert chains(read) == [["10.1.2.3", f"203.0.113.{number}"]]
    assert len(read.peeled) == peeled
    assert all(str(hop.from_ip).startswith("192.0.2.") or hop.from_ip is None for hop in read.peeled)


def test_a_rewritten_sender_names_the_forwarder_whose_hops_are_peeled() -> None:
    read = reading_of("redirected/forwarded-with-a-rewritten-sender.eml")
    assert chains(read) == [["203.0.113.115"]]
    assert [str(hop.from_ip) for hop in read.peeled] == ["192.0.2.115", "10.1.2.3"]


def test_the_trap_received_lines_of_the_redirection_alone_leave_the_mail_header_less() -> None:
    read = reading_of("redirected/resent-without-a-trace.eml")
    (report,) = read.reports
    assert report.found_as is FoundAs.REDIRECTED
    assert not report.has_full_headers
    assert report.hops == ()
    assert len(read.peeled) == 1


@pytest.mark.parametrize(
    "name, found_as", [("own-group-passes-on-a-report", FoundAs.ATTACHED), ("another-desk-resends-a-report", FoundAs.OWN_WORDS)]
)
def test_a_report_that_was_passed_on_is_not_taken_for_spam(name: str, found_as: FoundAs) -> None:
    read = reading_of(f"redirected/{name}.eml")
    assert [report.found_as for report in read.reports] == [found_as]
    assert "redirected" not in hits(read)
    assert not any(address.startswith("192.0.2.") for address in accused(read)), "the reporter is never accused"


def test_spam_sent_to_the_desk_itself_is_not_redirected() -> None:
    assert "redirected" not in hits(reading_of("redirected/plain-spam-to-the-desk.eml"))


def test_at_the_file_door_a_redirection_to_somebody_else_is_part_of_the_mails_story() -> None:
    raw = raw_of("redirected/handed-in-as-a-file.eml").replace(b"Resent-To: abuse@example-host.jp", b"Resent-To: friend@reporter.example")
    (report,) = reading(raw, door=Door.FILE).reports
    assert report.found_as is FoundAs.BARE
    assert len(report.hops) == 3


def test_a_report_inside_a_redirected_mail_is_what_was_passed_on() -> None:
    raw = raw_of("attached/by-outlook.eml").replace(b"To: abuse@example-host.jp", b"To: someone@victim.example")
    resent = b"Resent-From: someone@victim.example\nResent-To: abuse@example-host.jp\n" + raw
    assert reading(resent, door=Door.SMTP).reports[0].found_as is FoundAs.ATTACHED
