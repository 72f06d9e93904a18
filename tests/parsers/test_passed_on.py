"""Tests of parsers/passed_on.py, on the mails in fixtures/eml/attached; what becomes of them is golden."""

import pytest

from parsers.report import FoundAs
from parsers.submission import Door
from tests.parsers.fixture_mail import chains, message_ids, raw_of, reading

INSIDE = b"Received: from pc7.reporter.example (pc7.reporter.example [192.0.2.77])"


def test_a_mail_that_a_colleague_pasted_is_what_is_reported() -> None:
    read = reading(raw_of("attached/a-colleague-pasted-it.eml"), door=Door.SMTP)
    assert message_ids(read) == ["<colleague-pasted@spammer.example>"]
    assert read.reports[0].path == "2"
    assert chains(read)[0][0] == "203.0.113.50"


def test_a_mail_that_a_colleague_forwarded_is_header_less() -> None:
    (report,) = reading(raw_of("attached/a-colleague-forwarded-it.eml"), door=Door.SMTP).reports
    assert report.found_as is FoundAs.INLINE_FORWARD
    assert not report.has_full_headers


def test_who_only_forges_a_colleagues_address_is_himself_reported() -> None:
    read = reading(raw_of("attached/a-forged-colleague.eml"), door=Door.SMTP)
    assert message_ids(read) == ["<colleague@reporter.example>"]


@pytest.mark.parametrize(
    "hop",
    [
        b"Received: from laptop (unknown [10.1.2.3])",
        b"X-MS-Exchange-CrossTenant-AuthAs: Internal\r\nReceived: from relay.provider.example (relay.provider.example [198.51.100.3])",
    ],
)
def test_a_mail_never_left_the_house_by_its_addresses_or_by_what_exchange_says(hop: bytes) -> None:
    raw = raw_of("attached/a-colleague-pasted-it.eml")
    assert INSIDE in raw
    assert message_ids(reading(raw.replace(INSIDE, hop), door=Door.SMTP)) == ["<colleague-pasted@spammer.example>"]
