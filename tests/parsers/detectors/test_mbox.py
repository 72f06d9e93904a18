from parsers.report import FoundAs
from parsers.submission import Door
from tests.parsers.fixture_mail import hits, message_ids, raw_of, reading, reading_of


def test_an_attached_mbox_gives_a_report_for_each_mail() -> None:
    read = reading_of("containers/mbox-attached.eml")
    assert [report.path for report in read.reports] == ["2!1", "2!2"]
    assert message_ids(read) == ["<spam-46@mailer.example>", "<spam-47@mailer.example>"]


def test_an_mbox_handed_in_gives_a_report_for_each_mail_and_nothing_else_is_looked_for() -> None:
    read = reading_of("containers/two-mails.mbox")
    assert {report.found_as for report in read.reports} == {FoundAs.MBOX}
    assert message_ids(read) == ["<spam-48@mailer.example>", "<spam-49@mailer.example>"]
    assert hits(read) == ["mbox"]
    assert read.peeled == ()


def test_a_separator_above_one_mail_makes_no_mbox() -> None:
    assert [report.found_as for report in reading_of("malformed/separator-first.eml").reports] == [FoundAs.BARE]


def test_a_mail_over_smtp_is_no_mbox_whatever_its_body_says() -> None:
    read = reading(raw_of("containers/two-mails.mbox"), door=Door.SMTP)
    assert FoundAs.MBOX not in {report.found_as for report in read.reports}
