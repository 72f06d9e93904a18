import pytest

from config.limits import Limits
from parsers.reading import parse_submission
from parsers.submission import Door, Envelope, Submission
from tests.parsers.fixture_mail import ARRIVED_AT, DESK, reading, reading_of


def letter(words: str, *, subject: str = "spam", head: str = "") -> bytes:
    own = f"From: Reporter <a@reporter.example>\nTo: abuse@example-host.jp\nSubject: {subject}\n"
    return f"{head}{own}Content-Type: text/plain; charset=utf-8\n\n{words}".encode()


@pytest.mark.parametrize(
    "words, subject, language",
    [
        ("Please stop this.", "spam", "en"),
        ("迷惑メールが届きました。", "spam", "ja"),
        ("", "迷惑メールの報告", "ja"),
        ("", "Fwd: spam", "en"),
        ("请停止发送垃圾邮件。", "垃圾邮件", "en"),
        ("迷惑メールです。\n> Dear customer, claim your prize today and every day\n> Yours, the Prize Department", "Fwd: offer", "ja"),
        ("IP: 203.0.113.7\nDate: 2026-08-03 08:00\nよろしくお願いします。", "attack", "ja"),
        ("The mail said 「当選」 and more that I cannot read, please look at it.", "spam", "en"),
        ("スパム", "spam", "ja"),
    ],
)
def test_the_answer_is_in_the_language_of_the_reporters_words(words: str, subject: str, language: str) -> None:
    assert reading(letter(words, subject=subject), door=Door.SMTP).language == language


def test_a_japanese_report_of_an_english_mail_is_answered_in_japanese_and_the_other_way_round() -> None:
    assert reading_of("containers/winmail-with-an-item.eml").language == "ja"
    assert reading_of("attached/by-outlook.eml").language == "en"


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-generated\n",
        "Auto-Submitted: auto-replied (vacation)\n",
        "Precedence: bulk\n",
        "Precedence: list\n",
        "List-Id: <members.lists.reporter.example>\n",
        "Return-Path: <>\n",
        "X-Autoreply: yes\n",
    ],
)
def test_a_machine_or_a_list_is_never_answered_by_mail(head: str) -> None:
    assert reading(letter("x", head=head), door=Door.SMTP).is_automatic


@pytest.mark.parametrize("head", ["", "Auto-Submitted: no\n", "Return-Path: <a@reporter.example>\n", "Precedence: first-class\n"])
def test_a_person_is_answered(head: str) -> None:
    assert not reading(letter("x", head=head), door=Door.SMTP).is_automatic


def test_the_null_sender_of_the_envelope_is_never_answered() -> None:
    envelopes = (Envelope(rcpt_to=DESK), Envelope(mail_from="a@reporter.example", rcpt_to=DESK))
    answers = [
        parse_submission(Submission(raw=letter("x"), door=Door.SMTP, arrived_at=ARRIVED_AT, envelope=envelope), Limits()).is_automatic
        for envelope in envelopes
    ]
    assert answers == [True, False]


def test_the_desks_own_group_does_not_make_a_person_a_machine() -> None:
    assert not reading_of("redirected/own-group-passes-on-a-report.eml").is_automatic
    assert reading_of("redirected/list-of-strangers.eml").is_automatic
