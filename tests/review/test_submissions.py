"""The lists: what is filtered, paged, exported and judged."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from routing.verdict import Verdict
from storage.audit import verify
from storage.engine import open_engine, reading
from storage.facets import Hour
from tests.review.conftest import TestDesk, first_reference

REFERENCE = re.compile(r'<tr data-open="/submissions/([CRS]-[0-9A-Z-]{14})"')


def _walk(desk: TestDesk, path: str) -> list[str]:
    """All references of a list, page by page."""
    browser, found, path_now = desk.browser("hana"), [], path
    while True:
        html = browser.get(path_now)
        found += REFERENCE.findall(html)
        older = re.search(r'href="([^"]+)" rel="next"', html)
        if older is None:
            return found
        path_now = older[1].replace("&amp;", "&")


def test_pages_together_show_every_submission_once(shared_desk: TestDesk) -> None:
    found = _walk(shared_desk, "/rejected")
    total = re.search(r'class="count"><b>(\d+)', shared_desk.browser("vera").get("/rejected"))
    assert total is not None
    assert len(found) == len(set(found)) == int(total[1]) > 50


def test_a_facet_shows_as_many_as_it_says(shared_desk: TestDesk) -> None:
    html = shared_desk.browser("vera").get("/rejected")
    for reason, number in re.findall(r'href="/rejected\?reason=([a-z-]+)"><span[^>]*>[^<]*</span><b>(\d+)', html):
        assert len(_walk(shared_desk, f"/rejected?reason={reason}")) == int(number)


@pytest.mark.parametrize("query", ["", "?reason=missing-information", "?event=spam", "?text=spam", "?since=1d", "?network=198.51.100.0/24"])
def test_an_export_is_exactly_what_is_filtered(desk: TestDesk, query: str) -> None:
    browser, shown = desk.browser("hana"), _walk(desk, f"/rejected{query}")
    lines = browser.get(f"/rejected/export.ndjson{query}").splitlines()
    assert [json.loads(line)["reference"] for line in lines] == shown
    rows = list(csv.reader(io.StringIO(browser.get(f"/rejected/export.csv{query}").removeprefix("\ufeff"))))
    assert [row[0] for row in rows[1:]] == shown
    book = load_workbook(io.BytesIO(browser.client.get(f"/rejected/export.xlsx{query}").content))
    assert [row[0] for row in list(book.worksheets[0].values)[1:]] == shown


@pytest.mark.parametrize("text", ['"', "a AND", "NEAR(", "*", "' OR 1=1 --", "\x00", "日本", "x" * 5_000, "🙂", "-", "a:b"])
def test_no_search_is_an_error(shared_desk: TestDesk, text: str) -> None:
    answer = shared_desk.browser("vera").client.get("/rejected", params={"text": text, "reporter": text, "before": text})
    assert answer.status_code == 200


def test_what_is_not_understood_is_said_and_left_out(shared_desk: TestDesk) -> None:
    html = shared_desk.browser("vera").get("/rejected?since=soon&network=here&reason=because")
    assert "since, network, reason" in html


def test_it_was_wrong_opens_a_case_and_keeps_who_and_why(desk: TestDesk, audited: Callable[[], list[tuple[str, str, str]]]) -> None:
    browser = desk.browser("hana")
    reference = first_reference(browser.get("/rejected"))
    assert browser.post(f"/submissions/{reference}/judge", action="reopen", note="the log is in the picture") == 303
    page = browser.get(f"/submissions/{reference}?said=reopened")
    assert "the log is in the picture" in page
    assert "hana" in page
    case = first_reference(page, "cases")
    assert reference[2:] in browser.get(f"/cases/{case}")
    assert ("hana", "submission-reopened", reference) in audited()
    fixture = browser.client.get(f"/submissions/{reference}/raw")
    assert fixture.headers["content-disposition"] == f'attachment; filename="{reference}.eml"'
    assert fixture.headers["content-type"] == "application/octet-stream"
    assert ("hana", "view-raw", reference) in audited()


def test_a_second_judgement_finds_that_somebody_was_first(desk: TestDesk) -> None:
    browser = desk.browser("hana")
    reference = first_reference(browser.get("/rejected"))
    assert browser.post(f"/submissions/{reference}/judge", action="reopen") == 303
    assert browser.post(f"/submissions/{reference}/judge", action="reopen") == 409


def test_many_are_judged_at_once_and_counted(desk: TestDesk) -> None:
    browser = desk.browser("hana")
    chosen = REFERENCE.findall(browser.get("/rejected"))[:5]
    form = {
        "form_token": browser.token,
        "action": "reopen",
        "verdict": "rejected",
        "filter-event": "spam",
        "reference": [*chosen, "R-0000-0000-0000"],
    }
    answer = browser.client.post("/submissions/judge", data=form)
    assert answer.headers["location"] == "/rejected?event=spam&said=reopen-5-1"
    assert "5 reopened as cases, 1 left" in browser.get(answer.headers["location"])


def test_every_view_is_in_the_audit_log_and_its_chain_holds(desk: TestDesk, audited: Callable[[], list[tuple[str, str, str]]]) -> None:
    browser = desk.browser("hana")
    reference = first_reference(browser.get("/rejected"))
    case = first_reference(browser.get("/cases"), "cases")
    for path in (f"/submissions/{reference}", f"/api/submissions/{reference}", f"/cases/{case}", "/rejected/export.csv"):
        browser.get(path)
    actions = [action for actor, action, _ in audited() if actor == "hana"]
    assert actions == ["view", "view", "view-case", "export"]
    engine = open_engine(desk.url)
    with reading(engine) as connection:
        assert verify(connection).damaged is None
    engine.dispose()


def test_the_first_page_weighs_less_than_a_hundred_kilobytes(shared_desk: TestDesk) -> None:
    """As it goes over the wire, uncompressed, with all that it loads; signed out, signed in."""
    for name, paths in ((None, ("/sign-in",)), ("ada", ("/", "/rejected", "/accepted", "/cases"))):
        browser = shared_desk.browser(name)
        for path in paths:
            page = browser.client.get(path)
            loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text))
            assert {"/static/desk.css", "/static/desk.js", "/static/desk.svg"} == loaded
            weight = len(page.content) + sum(len(browser.client.get(each).content) for each in loaded)
            assert weight <= 100_000, path


@pytest.mark.parametrize("query", ["", "&event=spam", "&reason=out-of-network", "&text=example", "&network=198.51.100.0/24", "&since=1d"])
def test_by_campaign_each_has_one_line_that_opens_to_all_its_members(shared_desk: TestDesk, query: str) -> None:
    browser = shared_desk.browser("hana")
    rows = [json.loads(line) for line in browser.get(f"/rejected/export.ndjson?x{query}").splitlines()]
    newest = list({row["campaign"] or row["reference"]: row for row in reversed(rows)}.values())
    expected = [row["reference"] for row in rows if row in newest]
    assert _walk(shared_desk, f"/rejected?grouped=1{query}") == expected
    assert len(expected) < len(rows)
    largest = max(rows, key=lambda row: int(row["campaign_size"]))
    members = [row["reference"] for row in rows if row["campaign"] == largest["campaign"]]
    assert _walk(shared_desk, f"/rejected?campaign={largest['campaign']}{query}") == members


def test_a_ticked_campaign_is_judged_as_a_whole_within_the_filter(desk: TestDesk) -> None:
    browser = desk.browser("hana")
    rows = [json.loads(line) for line in browser.get("/rejected/export.ndjson").splitlines()]
    (number, event), _ = Counter((row["campaign"], row["event"]) for row in rows if row["campaign"]).most_common(1)[0]
    members = [row for row in rows if row["campaign"] == number and row["event"] == event]
    assert len(members) > 1
    form = {"action": "reopen", "verdict": "rejected", "campaign": number, "filter-event": event, "filter-grouped": "1"}
    answer = browser.client.post("/submissions/judge", data={"form_token": browser.token, **form})
    assert answer.headers["location"] == f"/rejected?event={event}&grouped=1&said=reopen-{len(members)}-0"
    states = {row["reference"]: row["state"] for row in map(json.loads, browser.get("/rejected/export.ndjson").splitlines())}
    assert {reference for reference, state in states.items() if state == "reopened"} == {row["reference"] for row in members}


def test_a_dashboard_with_every_hour_and_address_used_is_light_too(shared_desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("review.pages.overview.accused_in", lambda _, block: {str(ip): 1_000 + int(ip) % 256 for ip in block})
    monkeypatch.setattr(
        "review.pages.overview.received_per_hour",
        lambda _, since, until: [Hour(hour=since + timedelta(hours=n), verdict=v, number=9_999) for n in range(48) for v in Verdict],
    )
    browser = shared_desk.browser("ada")
    page = browser.client.get("/")
    assert page.text.count('class="heat-') == 256 + 1
    assert len(re.findall('<rect class="(?:accepted|held|rejected)" x', page.text)) == 3 * 48
    static = sum(len(browser.client.get(f"/static/{name}").content) for name in ("desk.css", "desk.js", "desk.svg"))
    assert len(page.content) + static <= 100_000
