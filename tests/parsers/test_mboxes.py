from parsers.mboxes import is_mbox, split_mbox

SEPARATOR = b"From a@mailer.example Mon Aug  3 08:00:00 2026\n"
MAIL = b"From: a@mailer.example\nSubject: x\n\nbody\n\n"


def test_mails_are_split_at_separators_after_a_blank_line() -> None:
    assert split_mbox((SEPARATOR + MAIL) * 3, 10) == (MAIL, MAIL, MAIL)


def test_crlf_is_as_good() -> None:
    crlf = MAIL.replace(b"\n", b"\r\n")
    assert split_mbox((SEPARATOR.replace(b"\n", b"\r\n") + crlf) * 2, 10) == (crlf, crlf)


def test_no_more_than_asked_for_are_split() -> None:
    assert len(split_mbox((SEPARATOR + MAIL) * 3, 2)) == 2


def test_a_line_that_only_begins_with_from_separates_nothing() -> None:
    mail = MAIL + b"From here on it is different, at 10:00 o'clock\n\nFrom us at 10:00\n"
    assert split_mbox(SEPARATOR + mail, 10) == (mail,)


def test_an_mbox_is_known_by_its_first_line() -> None:
    assert is_mbox(SEPARATOR + MAIL)
    assert not is_mbox(MAIL)
    assert not is_mbox(b"From here on\nSubject: x\n")
