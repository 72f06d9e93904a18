"""What hostile mail makes of the pages: nothing."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import build_policy
from review.mail_view import harmless, safe_name
from tests.review.conftest import TestDesk, desk_over
from tests.review.filled import mail, make_store, settings_for, store_mails
from tests.review.hostile import hostile_mails, payloads
from tests.review.shown import faults

LINK = re.compile(r'(?:href|data-open)="(/(?:submissions|cases|contractor)[^"#]*)"')


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestDesk]:
    """A desk whose every mail is hostile."""
    url = f"sqlite:///{tmp_path_factory.mktemp('attacked')}/desk.db"
    make_store(url)
    policy = build_policy(settings_for(url))
    store_mails(url, policy, (mail(raw, sender=f"{number}<x>@reporter.example") for number, (_, raw) in enumerate(hostile_mails())))
    desk = desk_over(url)
    yield desk
    desk.app.state.desk.engine.dispose()


def test_there_are_more_than_five_hundred_payloads() -> None:
    assert len(set(payloads())) >= 500


def _pages(desk: TestDesk) -> Iterator[tuple[str, str]]:
    """Every page that a person can come to, each once."""
    browser, seen = desk.browser("ada"), set[str]()
    waiting = [
        "/",
        "/rejected",
        "/held",
        "/accepted",
        "/cases?all=1",
        "/replay",
        "/scan",
        "/holds",
        "/retention",
        "/keys",
        "/policy",
        "/cases?assignee=%3Cscript%3E",
    ]
    while waiting:
        path = waiting.pop()
        if path in seen or "/raw" in path:
            continue
        seen.add(path)
        html = browser.client.get(path).text
        yield path, html
        more = LINK.findall(html) + re.findall(r'href="([^"]+)" rel="next"', html)
        waiting += [link for link in (one.replace("&amp;", "&") for one in more) if _is_walked(link)]


def _is_walked(link: str) -> bool:
    """All lists, which show every mail, and of the pages of single mails each fifth: all of them take minutes."""
    return not link.startswith("/submissions/") or zlib.crc32(link.encode()) % 5 == 0


def test_nothing_that_a_mail_says_acts_in_any_page(attacked: TestDesk) -> None:
    number, bad = 0, []
    for path, html in _pages(attacked):
        number += 1
        bad += [f"{path}: {fault}" for fault in faults(html)]
    assert bad == []
    assert number > 120


QUERIES = (
    "text",
    "reporter",
    "network",
    "reason",
    "event",
    "since",
    "before",
    "said",
    "lang",
    "state",
    "contractor",
    "name",
    "next",
    "verdict",
)


def test_nothing_that_a_url_says_acts(attacked: TestDesk) -> None:
    browser = attacked.browser("ada")
    for payload in payloads()[:12]:
        for path in ("/rejected", "/cases", "/contractor", "/sign-in"):
            assert list(faults(browser.client.get(path, params=dict.fromkeys(QUERIES, payload)).text)) == []


def test_nothing_acts_in_the_scan_box(attacked: TestDesk) -> None:
    browser = attacked.browser("ada")
    for _, raw in list(hostile_mails())[::60]:
        answer = browser.client.post("/scan", data={"form_token": browser.token}, files={"file": ("a.eml", raw)})
        assert answer.status_code == 200
        assert list(faults(answer.text)) == []


def test_the_pages_do_show_what_the_mails_say(attacked: TestDesk) -> None:
    html = attacked.browser("ada").get("/accepted")
    assert "&lt;" in html
    assert "canary.example" in html


def test_harmless_html_has_no_attribute_left() -> None:
    for payload in payloads():
        tags = re.findall(r"<([a-z0-9]+[^>]*)>", harmless(f"<div>{payload}<p>after"))
        assert all(tag.isalnum() for tag in tags), (payload, tags)


def test_a_link_shows_where_it_leads() -> None:
    shown = harmless('<a href="https://evil.example/?a=1&b=2">https://bank.example/</a>')
    assert shown == "<u>https://bank.example/</u><code> ⟨https://evil.example/?a=1&amp;b=2⟩ </code>"


def _names() -> list[str]:
    heads = (
        "",
        "../",
        "..\\",
        "/etc/",
        "C:\\",
        "....//",
        "~/",
        "\u202e",
        "\0",
        "\r\n",
        "CON",
        "NUL.",
        "a" * 300 + "/",
        "%2e%2e/",
        "\uff0e\uff0e\uff0f",
    )
    tails = (
        "passwd",
        "a.exe",
        "txt.exe\u202egpj",
        ".htaccess",
        "x\0.png",
        "",
        "..",
        " ",
        "a:b",
        'a"b',
        "a<b>c",
        "日本.zip",
        "é" * 200,
        "a|b",
        "-rf",
        "\u200bx",
        "a\tb",
        "con.txt",
        ".",
        "🙂",
    )
    return [head + tail for head in heads for tail in tails]


def test_there_are_three_hundred_names() -> None:
    assert len(set(_names())) == 300


def test_a_name_is_a_name_and_nothing_else() -> None:
    for name in _names():
        safe = safe_name(name)
        assert 0 < len(safe) <= 120
        assert not set(safe) & set('/\\\0\r\n\t:"<>|*?\u202e\u200b')
        assert not safe.startswith(".")


def test_no_name_reaches_the_disk(attacked: TestDesk) -> None:
    folder = Path(attacked.url.removeprefix("sqlite:///")).parent
    assert {path.name for path in folder.rglob("*")} <= {"desk.db", "desk.db-wal", "desk.db-shm"}
