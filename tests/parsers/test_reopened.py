"""A pasted mail is put together again so that its chain, text and links come out as they were."""

import pytest

from config.limits import Limits
from parsers.bodies import texts_of
from parsers.mime import parse_mime
from parsers.pasted import find_pasted
from parsers.reopened import reopen, span_of
from parsers.report import Report
from tests.parsers.fixture_mail import raw_of

HEADER = """Received: from out.a.example (out.a.example [203.0.113.9]) by mx.b.example with ESMTPS id 1; Mon, 3 Aug 2026 10:00:05 +0900
From: A <a@a.example>
Subject: offer
Message-ID: <1@a.example>
"""


def reopened(text: str) -> Report:
    (body,) = texts_of(parse_mime(f"Content-Type: text/plain; charset=utf-8\n\n{text}".encode(), Limits()), Limits())
    return reopen(find_pasted(body.text)[0], body, Limits())


@pytest.mark.parametrize(
    "fields, text",
    [
        ("Content-Type: text/plain; charset=iso-2022-jp\nContent-Transfer-Encoding: 7bit\n", "更新 http://a.example/"),
        ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n", "更新 http://a.example/"),
        ("Content-Type: multipart/alternative; boundary=b\n", "更新 http://a.example/"),
        ("", "更新 http://a.example/"),
    ],
)
def test_text_that_the_client_had_decoded_is_not_decoded_again(fields: str, text: str) -> None:
    report = reopened(f"{HEADER}{fields}\n{text}\n")
    assert report.text == text
    assert [link.url for link in report.links] == ["http://a.example/"]


@pytest.mark.parametrize(
    "fields, source, text",
    [
        (
            "Content-Transfer-Encoding: base64\nContent-Type: text/plain; charset=utf-8\n",
            "5pu05pawIGh0dHA6Ly9hLmV4YW1wbGUv\n",
            "更新 http://a.example/",
        ),
        (
            "Content-Transfer-Encoding: quoted-printable\nContent-Type: text/plain\n",
            "go http://a.example/?b=3D1\n",
            "go http://a.example/?b=1\n",
        ),
        ("Content-Type: text/html; charset=utf-8\n", "<p>更新 <a href='http://a.example/'>x</a></p>\n", "更新 x"),
        ("Content-Type: multipart/mixed; boundary=b\n", "--b\n\nhttp://a.example/\n--b--\n", "http://a.example/"),
    ],
)
def test_a_body_pasted_in_source_form_is_decoded(fields: str, source: str, text: str) -> None:
    report = reopened(f"{HEADER}{fields}\n{source}")
    assert report.text.strip() == text.strip()
    assert len(report.links) == 1


def test_the_chain_is_the_pasted_one_and_the_words_are_the_reporters() -> None:
    report = reopened(f"Please stop this.\n\n{HEADER}\nbuy\n")
    assert [str(hop.from_ip) for hop in report.hops] == ["203.0.113.9"]
    assert report.has_full_headers
    assert (report.words, report.text) == ("Please stop this.", "buy")
    assert report.source.endswith(b"\r\n\r\nbuy")


def test_the_span_is_the_pasted_mail_in_the_bytes_of_its_part() -> None:
    root = parse_mime(raw_of("pasted/quoted.eml"), Limits())
    (body,) = texts_of(root, Limits())
    span = span_of(find_pasted(body.text)[0], body, root.content)
    assert span is not None
    start, end = span
    assert root.content[start:].startswith(b"> Return-Path:")
    assert root.content[:end].endswith(b"claim?id=7\n")


def test_a_text_whose_lines_are_not_those_of_its_part_has_no_span() -> None:
    root = parse_mime(raw_of("pasted/html-breaks.eml"), Limits())
    (body,) = texts_of(root, Limits())
    assert span_of(find_pasted(body.text)[0], body, root.content) is None
