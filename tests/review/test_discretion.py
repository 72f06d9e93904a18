"""Whoever may not see reporters finds their address on no page, in no file and in no answer of the API."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.sections import DeskRole
from config.settings import build_policy
from intake.cli import main
from parsers.submission import Submission
from review.discretion import HIDDEN, discreet
from review.people import Need
from review.routes import ROUTES
from storage.staff import Role
from tests.review.conftest import TestDesk, desk_over, first_reference
from tests.review.filled import PEOPLE, mail, make_store, settings_for, store_mails

TOKEN = "zq7.heron"
ADDRESS = f"{TOKEN}@reporter.example"
REPORT = f"""\
From: A Reader <{ADDRESS}>
Reply-To: {ADDRESS.upper()}
To: abuse@example-host.jp
Subject: Fwd: for {ADDRESS}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_m"

--=_m
Content-Type: text/plain

This came to {ADDRESS} (or zq7.heron at reporter.example, {TOKEN} (at) reporter.example). It is spam.
--=_m
Content-Type: message/rfc822

Return-Path: <bounce-{TOKEN}=reporter.example@bulk.example>
Delivered-To: {ADDRESS}
Received: from mail.bulk.example (mail.bulk.example [PEER]) by mx.example-host.jp with ESMTPS id Q3
 for <{ADDRESS}>; Mon, 3 Aug 2026 01:00:02 +0000
From: "Parcel" <parcel@bulk.example>
To: {ADDRESS}
Subject: {TOKEN}, your parcel NUMBER
Message-ID: <NUMBER.{TOKEN}@bulk.example>
Content-Type: text/html; charset=utf-8

<p>Dear {TOKEN}<b>@</b>reporter.example, dear zq7.he<i>ron</i>@reporter.example: your parcel NUMBER waits for you.
<a href="https://HOST/x?u={TOKEN}%40reporter.example">https://HOST/{TOKEN}</a></p>
--=_m--
"""


def _mail(number: int, peer: str) -> Submission:
    host = "www.shop.example" if peer.startswith("203") else "www.bulk.example"
    text = REPORT.replace("PEER", peer).replace("NUMBER", str(number)).replace("HOST", host)
    return mail(text.replace("\n", "\r\n").encode(), sender=f"mailer+{TOKEN}@bounces.example")


def _restricted(url: str, roles: tuple[DeskRole, ...]) -> TestDesk:
    desk = desk_over(url)
    shared = desk.app.state.desk
    object.__setattr__(shared, "settings", replace(shared.settings, review=replace(shared.settings.review, reporter_hidden_from=roles)))
    return desk


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store with reports of one reporter: rejected, and accepted into cases."""
    url = f"sqlite:///{tmp_path_factory.mktemp('desk')}/desk.db"
    make_store(url)
    mails = [_mail(number, peer) for number, peer in enumerate(("198.51.100.7", "203.0.113.9", "198.51.100.8", "203.0.113.80"))]
    store_mails(url, build_policy(settings_for(url)), mails)
    return url


def _answers(desk: TestDesk, name: str) -> Iterator[tuple[str, str]]:
    """What each route that is open to somebody says, for every reference that there is."""
    browser = desk.browser(name)
    role = PEOPLE[name]
    verdicts = ("rejected", "held", "accepted")
    lists = [browser.get(f"/{verdict}") for verdict in verdicts] + [browser.get("/cases?all=1")]
    found = {
        kind: {first_reference(html, kind) for html in lists if f'href="/{kind}/' in html and "-" in html}
        for kind in ("submissions", "cases")
        if any(f'href="/{kind}/' in html for html in lists)
    }
    for route in ROUTES:
        if route.method != "GET" or (route.need is not Need.NOBODY and not role.may(Role(route.need.value))):
            continue
        references = found["cases" if "/cases/" in route.path else "submissions"] if "{reference}" in route.path else {""}
        for reference in references:
            path = route.path.replace("{reference}", reference)
            for kind in ("csv", "ndjson") if "{kind}" in path else ("",):
                asked = path.replace("{kind}", kind) + ("?verdict=" if path == "/replay" else "")
                yield asked, browser.client.get(asked).text
    for path in ("/rejected?grouped=1", f"/rejected?reason={'out-of-network'}", "/cases?all=1", "/contractor?name=x"):
        yield path, browser.client.get(path).text


def _told(answers: Iterator[tuple[str, str]]) -> list[str]:
    return [path for path, text in answers if TOKEN in text.lower() or "heron" in text.lower()]


def test_no_answer_to_a_viewer_holds_the_reporter(store: str) -> None:
    assert _told(_answers(_restricted(store, (DeskRole.VIEWER,)), "vera")) == []


def test_no_answer_holds_the_reporter_where_nobody_may_see_it(store: str) -> None:
    desk = _restricted(store, tuple(DeskRole))
    assert [_told(_answers(desk, name)) for name in PEOPLE] == [[], [], []]
    reference = first_reference(desk.browser("ada").get("/rejected"))
    assert desk.browser("ada").client.get(f"/submissions/{reference}/raw").status_code == 403


def test_without_the_setting_the_same_answers_hold_it(store: str) -> None:
    told = {path.split("?")[0] for path in _told(_answers(desk_over(store), "ada"))}
    assert {"/", "/rejected", "/accepted", "/rejected/export.csv", "/api/submissions", "/api/submissions/counts"} <= told
    assert [path for path in told if path.startswith("/cases/")]
    assert [path for path in told if path.endswith("/raw")]


@pytest.mark.parametrize("query", ["reporter=zq7.heron%40reporter.example", "text=zq7.heron%40reporter.example"])
def test_whoever_may_not_see_a_reporter_may_not_ask_for_one(store: str, query: str) -> None:
    desk = _restricted(store, (DeskRole.VIEWER,))
    assert "Not understood" in desk.browser("vera").get(f"/rejected?{query}")
    assert desk.browser("vera").client.get(f"/api/submissions?{query}").status_code == 400
    assert "Not understood" not in desk.browser("hana").get(f"/rejected?{query}")


@pytest.mark.parametrize("is_hidden", [True, False])
def test_the_terminal_follows_its_own_setting(
    store: str, is_hidden: bool, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    config = tmp_path / "abusedesk.toml"
    config.write_text(f'[storage]\nurl = "{store}"\n[review]\nreporter_hidden_on_terminal = {str(is_hidden).lower()}\n')
    browser = desk_over(store).browser("ada")
    one, case = first_reference(browser.get("/rejected")), first_reference(browser.get("/cases"), "cases")
    commands = (
        ["rejected", "list"], ["rejected", "list", "--json"], ["rejected", "export"], ["rejected", "show", one],
        ["rejected", "show", one, "--json"], ["cases", "show", case], ["cases", "show", case, "--json"],
    )  # fmt: skip
    for command in commands:
        assert main([*command, "--config", str(config)]) == 0
        assert (b"heron" in capsysbinary.readouterr().out.lower()) is not is_hidden, command
    assert (main(["rejected", "show", one, "--raw", "--config", str(config)]) == 0) is not is_hidden


@given(st.from_regex(r"[a-z][a-z0-9._+-]{0,12}", fullmatch=True), st.text(max_size=40), st.text(max_size=40))
def test_whatever_stands_around_it_an_address_is_struck(local: str, before: str, after: str) -> None:
    address = f"{local}@reporter.example"
    value = {"reporter": address, "rows": [{"subject": f"{before}{address}{after}"}]}
    assert address not in str(discreet(value)["rows"]).casefold()
    assert discreet(value)["reporter"] == HIDDEN


def test_a_value_without_reporters_is_the_same() -> None:
    value = {"rows": (1, None, Role.ADMIN), "subject": "a@b.example"}
    assert discreet(value) is value
