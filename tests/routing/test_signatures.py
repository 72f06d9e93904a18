"""Signed mail: made here with our own key, the key served as a fact; one byte flipped, and the proof is gone."""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import dkim
import nacl.encoding
import nacl.signing
import pytest
from dkim.canonicalization import CanonicalizationPolicy
from hypothesis import given
from hypothesis import strategies as st

from config.limits import Limits
from parsers.message import open_message
from parsers.report import FoundAs, Report
from routing.dkim_adapter import _relaxed, _simple
from routing.facts import KeyAnswer, Known
from routing.provenance import Grade, Provenance
from routing.signatures import key_names, verify_signatures
from routing.signed import SignatureResult, VerifiedSignature
from routing.walk import trace_provenance
from tests.routing.chains import CONTEXT, OURS, POLICY

SEED = nacl.signing.SigningKey(b"\x01" * 32)
PRIVATE = SEED.encode(nacl.encoding.Base64Encoder)
RECORD = b"v=DKIM1; k=ed25519; p=" + SEED.verify_key.encode(nacl.encoding.Base64Encoder)
# A throw-away RSA key: the library seals ARC sets with RSA only.
RSA_PRIVATE = b"""-----BEGIN RSA PRIVATE KEY-----
MIICXgIBAAKBgQCtGlIgXS2QwvEEBvQrptUMkiphKc7dEeB4hpLEZKsPLogkYSOq
A5kGcyCpJE2fqpNEfl4CaWXT7B5XFClF3XcDHy0H8PVrXAGzqTG81bH2ikD1cUQw
6lIselhTK7t8vbgtAWIiMZf0ifU9ILLd7zy6EOB264SVEIzQlSE2LCtVwwIDAQAB
AoGAOoKTD+1u4WeDH+FZ1wdlLAKb4IvJKGBKh3K1WTzNtSv9SI6tB2J/7vYrLADh
W/7EGHq+PAJ0MNW2y6g86yiYeR8bHmZqfeIYYhcc3Sx9Br6o8mMBavAcnD6lRQl8
Yn9dQE4CzKdJk78zbx7HobdHFtStT5PHr+54c08wttG2WYECQQDfKsQmChzBcmYa
a5YqsejxNTniLklTYNhy6IUuP1DfymABalR+4ThaDKq+1Uwuj+CSGLHld7RDoHnQ
LdED3VB5AkEAxpH22s+Fj0z3ZewZboLV5ieMdIIBRg1iIvhQXLG/YJETOc6hqrDg
JFyGtS3nj5LkdBm5u1uDE0Zd5G4x0YZhGwJBAKJnj/kS0NxicTV26ABIGno2vtn/
zzLTPpFY71q5jxRdRUKia70uD4FQyI050kfsQoRvXj7cvx2b0ioSvZHvZBkCQQCw
Re8/uy0zUv3kKr1Az0CW+dDDtIzw5PyTUp/0SY48aU0J6ha18iJn5QNoXwHLAHlx
X0zzt38aY0MCf5gWCha1AkEArF+NX55xY1upRwhLdQ6MfxEQ9HMqjK5qMHUZTda8
j2hYwNXwupvWm/jh69qXM/BeLm5GxKHZQEzgTFRU+vPPzQ==
-----END RSA PRIVATE KEY-----
"""
RSA_RECORD = (
    b"v=DKIM1; k=rsa; p="
    b"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCtGlIgXS2QwvEEBvQrptUMkiphKc7dEeB4hpLEZKsPLogkYSOqA5kGcyCpJE2fqpNEfl4C"
    b"aWXT7B5XFClF3XcDHy0H8PVrXAGzqTG81bH2ikD1cUQw6lIselhTK7t8vbgtAWIiMZf0ifU9ILLd7zy6EOB264SVEIzQlSE2LCtVwwIDAQAB"
)

AT = b"Mon, 3 Aug 2026 01:00:00 +0000"
MAIL = (
    b"From: Prize <prize@sender.example>\r\nTo: victim@victim.example\r\nSubject: Prize\r\nDate: " + AT + b"\r\n"
    b"Message-ID: <1@sender.example>\r\n\r\nHello  there \t\r\n\r\nyou have\twon.\r\n\r\n\r\n"
)  # fmt: skip
CHAIN = b"Received: from a (a [203.0.113.9]) by mail.victim.example (Postfix) with ESMTPS id 2; " + AT + b"\r\n"
RESULTS = b"Authentication-Results: mail.victim.example; arc=none smtp.remote-ip=203.0.113.9\r\n"
SEALED_RESULTS = b"ARC-Authentication-Results: i=1; mail.victim.example; arc=none smtp.remote-ip=203.0.113.9"


def signed(mail: bytes = MAIL, *, domain: bytes = b"sender.example", include: list[bytes] | None = None, **options: Any) -> bytes:
    signer = dkim.DKIM(mail, signature_algorithm=b"ed25519-sha256")
    signer.should_not_sign = set()
    field: bytes = signer.sign(b"s1", domain, PRIVATE, include_headers=include or [b"from", b"subject"], **options)
    return field + mail


def sealed(mail: bytes, domain: bytes = b"victim.example") -> bytes:
    fields: list[bytes] = dkim.arc_sign(
        RESULTS + mail, b"s2", domain, RSA_PRIVATE, b"mail.victim.example", include_headers=[b"from", b"subject", b"to"]
    )
    return b"".join(fields) + mail


def report_of(mail: bytes) -> Report:
    return open_message(mail, Limits(), found_as=FoundAs.BARE)


def keys(report: Report, **records: bytes) -> Mapping[str, KeyAnswer]:
    known = {"s1": RECORD, "s2": RSA_RECORD} | records
    return {name: KeyAnswer(known=Known.FOUND, record=known[name[:2]]) for name in key_names(report, Limits())}


def verify(mail: bytes, **records: bytes) -> tuple[VerifiedSignature, ...]:
    report = report_of(mail)
    return verify_signatures(report, keys(report, **records), Limits())


def trace_signed(mail: bytes) -> Provenance:
    report = report_of(mail)
    context = replace(CONTEXT, signatures=verify_signatures(report, keys(report), Limits()))
    return trace_provenance(report, POLICY, context=context)


def test_a_signed_mail_is_verified() -> None:
    (one,) = verify(signed())
    assert (one.kind, one.domain, one.selector, one.result) == ("dkim", "sender.example", "s1", SignatureResult.PASS)


@pytest.mark.parametrize(
    "canonicalize", [(b"relaxed", b"relaxed"), (b"relaxed", b"simple"), (b"simple", b"simple"), (b"simple", b"relaxed")]
)
def test_line_ends_that_were_changed_on_the_way_do_not_break_it(canonicalize: tuple[bytes, bytes]) -> None:
    mail = signed(canonicalize=canonicalize)
    assert verify(mail)[0].result is SignatureResult.PASS
    assert verify(mail.replace(b"\r\n", b"\n"))[0].result is SignatureResult.PASS


def test_a_flipped_byte_in_a_signed_field_breaks_it() -> None:
    (one,) = verify(signed().replace(b"Subject: Prize", b"Subject: Prizf"))
    assert (one.result, one.because) == (SignatureResult.FAIL, "the signature of sender.example does not fit the header")


def test_a_flipped_byte_in_the_body_is_told_apart_and_no_reproach() -> None:
    (one,) = verify(signed().replace(b"Hello", b"Hallo"))
    assert one.result is SignatureResult.BODY_CHANGED


def test_a_field_that_was_not_signed_may_change() -> None:
    assert verify(signed().replace(b"To: victim@", b"To: others@"))[0].result is SignatureResult.PASS


def test_a_second_from_breaks_it() -> None:
    mail = signed()
    at = mail.index(b"From: Prize")
    assert verify(mail[:at] + b"From: us@example-host.jp\r\n" + mail[at:])[0].result is SignatureResult.FAIL


def test_a_signature_that_leaves_the_end_of_the_body_open_counts_for_nothing() -> None:
    (one,) = verify(signed(length=True))
    assert (one.result, one.because) == (SignatureResult.UNKNOWN, "it leaves the end of the body open (l=), so it counts for nothing")


@pytest.mark.parametrize(
    "record, result",
    [
        (b"v=DKIM1; k=ed25519; p=", SignatureResult.UNKNOWN),
        (b"v=DKIM1; k=ed25519; p=not base64!", SignatureResult.FAIL),
        (b"", SignatureResult.FAIL),
        (b"\xff\x00", SignatureResult.FAIL),
        (RECORD + b"; n=" + b"x" * 1_100, SignatureResult.UNKNOWN),
    ],
)
def test_a_key_that_cannot_be_used_proves_nothing(record: bytes, result: SignatureResult) -> None:
    assert verify(signed(), s1=record)[0].result is result


@pytest.mark.parametrize("size, result", [(1_023, SignatureResult.PASS), (1_024, SignatureResult.PASS), (1_025, SignatureResult.UNKNOWN)])
def test_a_key_record_has_a_largest_size(size: int, result: SignatureResult) -> None:
    record = RECORD + b"; n="
    assert verify(signed(), s1=record + b"x" * (size - len(record)))[0].result is result


def test_a_key_that_was_not_to_be_had_is_unknown_and_never_a_failure() -> None:
    report = report_of(signed())
    (one,) = verify_signatures(report, {}, Limits())
    assert (one.result, one.because) == (SignatureResult.UNKNOWN, "no key was to be had at s1._domainkey.sender.example.")


def test_keys_are_asked_for_by_absolute_name_each_once() -> None:
    assert key_names(report_of(signed(signed())), Limits()) == ("s1._domainkey.sender.example.",)
    assert key_names(report_of(MAIL), Limits()) == ()


@pytest.mark.parametrize("count, looked_at", [(4, 4), (5, 5), (6, 5)])
def test_no_more_signatures_are_looked_at_than_the_limit(count: int, looked_at: int) -> None:
    mail = MAIL
    for number in range(count):
        mail = signed(mail, domain=b"d%d.sender.example" % number)
    assert len(key_names(report_of(mail), Limits())) == looked_at
    assert len(verify(mail)) == looked_at


@pytest.mark.parametrize("run, looked_at", [(999, 1), (1_000, 1), (1_001, 0)])
def test_a_signature_field_full_of_blanks_is_not_looked_at(run: int, looked_at: int) -> None:
    assert len(verify(signed().replace(b"; q=dns/txt", b";" + b" " * run + b"q=dns/txt"))) == looked_at


@pytest.mark.parametrize(
    "old, new",
    [
        (b"d=sender.example", b"d=sender example"),
        (b"d=sender.example", b"d=" + b"a." * 130 + b"example"),
        (b"d=sender.example", b"d=" + b"a" * 64 + b".example"),
        (b"s=s1", b"s=../s1"),
        (b"s=s1", b"s="),
        (b"a=ed25519-sha256", b"a=rot13"),
        (b"bh=", b"xx="),
        (b"h=from : subject", b"h=subject"),
        (b"h=from : subject", b"h=from" + b":x" * 201),
        (b"v=1;", b"v=1; v=1;"),
        (b"v=1;", b"v=1; t=" + b"9" * 5_000 + b"; x=" + b"9" * 2_000 + b";"),
    ],
)
def test_an_odd_signature_is_a_value_and_asks_no_odd_question(old: bytes, new: bytes) -> None:
    mail = signed().replace(old, new, 1)
    report = report_of(mail)
    assert all(name == "s1._domainkey.sender.example." for name in key_names(report, Limits()))
    assert all(one.result in (SignatureResult.UNKNOWN, SignatureResult.FAIL) for one in verify(mail))


def test_a_signature_that_has_run_out_is_judged_by_what_it_was() -> None:
    """The library refuses it for its x=, which says nothing on whether the mail was signed."""
    mail = signed().replace(b"v=1; a=", b"v=1; x=1000000000; a=", 1)
    assert verify(mail)[0].result is SignatureResult.FAIL  # the tag was put in after signing
    assert verify(signed())[0].result is SignatureResult.PASS


def test_a_sealed_mail_is_verified_seal_and_message() -> None:
    (one,) = verify(sealed(CHAIN + MAIL))
    assert (one.kind, one.domain, one.instance, one.result) == ("arc", "victim.example", 1, SignatureResult.PASS)


def test_a_flipped_byte_in_sealed_results_breaks_the_seal() -> None:
    mail = sealed(CHAIN + MAIL)
    assert verify(mail.replace(b"remote-ip=203.0.113.9", b"remote-ip=203.0.113.8"))[0].result is SignatureResult.FAIL


def test_an_incomplete_or_doubled_set_is_no_set() -> None:
    mail = sealed(CHAIN + MAIL)
    results = mail[mail.index(b"ARC-Authentication-Results") : mail.index(b"Received")]
    assert verify(mail.replace(results, b"")) == ()
    assert verify(results + mail) == ()


@pytest.mark.parametrize("instance", [b"0", b"51", b"99", b"9" * 5_000, b"x", b""])
def test_an_odd_instance_is_no_set(instance: bytes) -> None:
    assert verify(sealed(CHAIN + MAIL).replace(b"i=1", b"i=" + instance)) == ()


def test_the_receivers_seal_confirms_what_it_saw() -> None:
    plain = trace_provenance(report_of(CHAIN + MAIL), POLICY, context=CONTEXT)
    assert (plain.ip, plain.grade) == (ip_address(OURS), Grade.ASSERTED)
    provenance = trace_signed(sealed(CHAIN + MAIL))
    assert (provenance.ip, provenance.grade) == (ip_address(OURS), Grade.CONFIRMED)
    (seal,) = [one for one in provenance.evidence if one.kind == "arc-seal"]
    assert seal.because == "the signature of victim.example, which received the mail, verifies over it"


def test_one_byte_flipped_and_the_grade_drops() -> None:
    """The results stand where a sender could have put them: without the seal they support nothing."""
    below = CHAIN + b"X-Break: 1\r\n" + sealed(MAIL)
    assert trace_signed(below).grade is Grade.CONFIRMED
    flipped = trace_signed(below.replace(b"Subject: Prize", b"Subject: Prizf"))
    assert (flipped.ip, flipped.grade) == (ip_address(OURS), Grade.ASSERTED)
    (seal,) = [one for one in flipped.evidence if one.kind == "arc-seal"]
    assert (seal.is_believed, seal.because) == (False, "the signature of victim.example does not fit the header")


def test_a_body_that_changed_since_drops_the_proof_and_nothing_else() -> None:
    provenance = trace_signed(CHAIN + b"X-Break: 1\r\n" + sealed(MAIL).replace(b"Hello", b"Hallo"))
    assert (provenance.ip, provenance.grade) == (ip_address(OURS), Grade.ASSERTED)


def test_the_seal_of_a_stranger_confirms_nothing() -> None:
    chain = CHAIN.replace(b"203.0.113.9", b"198.51.100.7")
    provenance = trace_signed(chain + b"X-Break: 1\r\n" + sealed(MAIL, domain=b"sender.example"))
    assert (provenance.ip, provenance.grade) == (ip_address("198.51.100.7"), Grade.ASSERTED)
    assert not any(one.is_believed for one in provenance.evidence)


def test_a_signature_of_the_receiver_over_the_chain_confirms_it() -> None:
    covering = signed(CHAIN + MAIL, domain=b"victim.example", include=[b"from", b"received"])
    assert verify(covering)[0].covers_received
    assert trace_signed(covering).grade is Grade.CONFIRMED
    assert trace_signed(signed(CHAIN + MAIL, domain=b"victim.example")).grade is Grade.ASSERTED


def test_a_senders_signature_proves_the_sender_and_not_the_handover() -> None:
    provenance = trace_signed(signed(CHAIN + MAIL, include=[b"from", b"received"]))
    assert provenance.grade is Grade.ASSERTED
    (one,) = [one for one in provenance.evidence if one.kind == "dkim-signature"]
    assert (one.is_believed, one.ip) == (False, None)


PIECES = st.sampled_from([b"a", b" ", b"\t", b"\r\n", b"\n", b"  \r\n", b"b c"])
BODIES = st.lists(PIECES, max_size=30).map(lambda pieces: b"".join([*pieces, b"\r\n"]))  # SMTP ends every line


@given(BODIES)
def test_bodies_are_canonicalised_as_the_library_does_it(body: bytes) -> None:
    crlf = body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    for ours, name in ((_relaxed, b"relaxed"), (_simple, b"simple")):
        theirs = CanonicalizationPolicy.from_c_value(b"relaxed/" + name).canonicalize_body(crlf)
        assert ours(body) == theirs


@given(st.binary(max_size=200))
def test_any_bytes_in_a_signature_field_are_read_without_raising(noise: bytes) -> None:
    for name in (b"DKIM-Signature", b"ARC-Seal"):
        field = name + b": " + noise.replace(b"\r", b"").replace(b"\n", b"") + b"\r\n"
        for mail in (field + MAIL, field + sealed(MAIL)):
            report = report_of(mail)
            verify_signatures(report, dict.fromkeys(key_names(report, Limits()), KeyAnswer(known=Known.FOUND, record=RECORD)), Limits())
