"""What fields state about the peer, before anybody believes them."""

# ruff: noqa: E501   header fields stand on one line each

from ipaddress import ip_address

import authres
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.limits import Limits
from parsers.fields import parse_header_block
from routing.statements import Kind, Statement, read_statements


def read(*fields: str) -> tuple[Statement, ...]:
    return read_statements(parse_header_block(("\n".join(fields) + "\n\n").encode("utf-8", "surrogateescape"), Limits()), Limits())


@pytest.mark.parametrize(
    "field, authority, ip",
    [
        ("Authentication-Results: spf=pass (sender IP is 198.51.100.7) smtp.mailfrom=a.example; dkim=none", "outlook.com", "198.51.100.7"),
        ("Authentication-Results: mx.google.com; spf=pass (google.com: domain of a@b.example designates 198.51.100.7 as permitted sender)", "mx.google.com", "198.51.100.7"),
        ("Authentication-Results: mx.google.com; spf=fail (google.com: domain of a@b.example does not designate 198.51.100.7 as permitted sender)", "mx.google.com", "198.51.100.7"),
        ("Authentication-Results: mx.google.com; spf=neutral (google.com: 198.51.100.7 is neither permitted nor denied by best guess record for domain of a@b.example)", "mx.google.com", "198.51.100.7"),
        ("Authentication-Results: mailin001.protonmail.ch; arc=none smtp.remote-ip=198.51.100.7", "mailin001.protonmail.ch", "198.51.100.7"),
        ("Authentication-Results: lists.a.example; spf=pass smtp.mailfrom=b.example (client-ip=198.51.100.7; helo=x; receiver=<UNKNOWN>)", "lists.a.example", "198.51.100.7"),
        ('Authentication-Results: mx.a.example 1; iprev=pass policy.iprev="2001:db8::7"', "mx.a.example", "2001:db8::7"),
        ("Received-SPF: pass (google.com: domain of a@b.example designates 198.51.100.7 as permitted sender) client-ip=198.51.100.7;", "google.com", "198.51.100.7"),
        ("Received-SPF: SoftFail (protection.outlook.com: domain of transitioning b.example discourages use of 198.51.100.7 as permitted sender)", "protection.outlook.com", "198.51.100.7"),
        ("Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=198.51.100.7; helo=x; envelope-from=a@b.example; receiver=<UNKNOWN>", "", "198.51.100.7"),
        ("Received-SPF: pass (b.example) client-ip=::ffff:198.51.100.7; receiver=mx.a.example", "mx.a.example", "198.51.100.7"),
        ("ARC-Authentication-Results: i=1; mx.microsoft.com 1; spf=pass (sender ip is 198.51.100.7) smtp.mailfrom=b.example", "mx.microsoft.com", "198.51.100.7"),
        ("X-Sender-IP: 198.51.100.7", "outlook.com", "198.51.100.7"),
    ],
)  # fmt: skip
def test_every_known_form_names_author_and_address(field: str, authority: str, ip: str) -> None:
    (statement,) = read(field)
    assert (statement.authority, statement.ip) == (authority, ip_address(ip))


@pytest.mark.parametrize(
    "field",
    [
        "Received-SPF: None (protection.outlook.com: b.example does not designate permitted sender hosts)",
        "Received-SPF: Pass (protection.outlook.com: x) receiver=protection.outlook.com; client-ip=masked@x.100.7; helo=s",
        "Received-SPF: pass (x) client-ip=198.51.100.7; helo=y; client-ip=203.0.113.9",
        "Received-SPF: pass (x) client-ip=198.51.100.7.example.net",
        "Authentication-Results: mx.a.example; spf=pass smtp.mailfrom=b.example",
        "X-Sender-IP: none of your business",
    ],
)
def test_no_address_or_two_are_none(field: str) -> None:
    (statement,) = read(field)
    assert statement.ip is None


@pytest.mark.parametrize(
    "sender",
    [
        '"x designates 203.0.113.9 as permitted sender "@b.example',
        '"client-ip=203.0.113.9"@b.example',
        '"x smtp.remote-ip=203.0.113.9 \\" y"@b.example',
    ],
)
def test_a_quoted_sender_address_states_nothing(sender: str) -> None:
    (statement,) = read(
        f"Authentication-Results: mx.google.com; spf=fail (google.com: domain of {sender} does not designate "
        f"198.51.100.7 as permitted sender) smtp.mailfrom={sender}"
    )
    assert statement.ip == ip_address("198.51.100.7")


def test_an_unquoted_sender_address_can_only_make_the_field_say_nothing() -> None:
    (statement,) = read("Received-SPF: pass (x: domain of a) client-ip=203.0.113.9; (@b.example) client-ip=198.51.100.7;")
    assert statement.ip is None


def test_the_sender_domain_counts_where_spf_passed_and_it_is_not_quoted() -> None:
    passed, failed, quoted = read(
        "Authentication-Results: mx.a.example; spf=pass smtp.mailfrom=a@b.example",
        "Authentication-Results: mx.a.example; spf=fail smtp.mailfrom=a@b.example",
        'Authentication-Results: mx.a.example; spf=pass smtp.mailfrom="a@gmail.com"@b.example',
    )
    assert (passed.spf_domain, failed.spf_domain, quoted.spf_domain) == ("b.example", "", "")


def test_statements_come_topmost_first_with_their_places() -> None:
    found = read("X-Sender-IP: 198.51.100.7", "Subject: x", "Received-SPF: pass (x: y) client-ip=198.51.100.7")
    assert [(one.kind, one.field_index) for one in found] == [(Kind.SENDER_IP, 0), (Kind.RECEIVED_SPF, 2)]


@pytest.mark.parametrize(
    "value",
    [
        "mx.a.example; spf=pass smtp.mailfrom=b.example",
        "mx.a.example; none",
        "mx.a.example; dkim=pass header.d=b.example; spf=pass smtp.mailfrom=a@b.example; dmarc=pass header.from=b.example",
        "mx.google.com; spf=pass (google.com: domain of a@b.example designates 198.51.100.7 as permitted sender) smtp.mailfrom=a@b.example",
        "mx.a.example 1; spf=softfail smtp.mailfrom=b.example; arc=pass (i=1)",
    ],
)
def test_authres_reads_the_same_author_where_it_can_read_the_field(value: str) -> None:
    theirs = authres.AuthenticationResultsHeader.parse_value(value)
    (ours,) = read(f"Authentication-Results: {value}")
    assert ours.authority == theirs.authserv_id
    passed = [one for one in theirs.results if one.method == "spf" and one.result == "pass"]
    assert ours.spf_domain == (passed[0].smtp_mailfrom.rpartition("@")[2] if passed else "")


def test_authres_refuses_the_form_that_exchange_online_writes() -> None:
    """Why the reader is our own."""
    with pytest.raises(authres.SyntaxError):
        authres.AuthenticationResultsHeader.parse_value("spf=pass (sender IP is 198.51.100.7) smtp.mailfrom=b.example; dkim=none")


@pytest.mark.parametrize("limit", [8_192])
@pytest.mark.parametrize("extra, is_read", [(-1, True), (0, True), (1, False)])
def test_what_stands_beyond_the_limit_is_not_read(limit: int, extra: int, *, is_read: bool) -> None:
    tail = "client-ip=198.51.100.7"
    padding = limit + extra - len("pass (x: y) ") - len(tail) - 1
    (statement,) = read(f"Received-SPF: pass (x: y) {'p' * padding} {tail}")
    assert (statement.ip == ip_address("198.51.100.7")) is is_read


@given(st.text(alphabet=st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=300))
def test_any_text_is_read_without_raising(text: str) -> None:
    for name in Kind:
        read(f"{name}: {text}")
