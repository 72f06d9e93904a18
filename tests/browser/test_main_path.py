"""What a person of the desk does all day, with JavaScript and without."""

import csv
import io
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_signing_in_to_a_closed_case_and_out_again(chromium: Browser, address: str, has_script: bool) -> None:
    context = chromium.new_context(java_script_enabled=has_script, accept_downloads=True, locale="en")
    page = context.new_page()
    sign_in(page, address, "hana")
    _filter_by_reason(page)
    _read_the_card(page)
    _reopen(page)
    _walk_to_closed(page)
    _export(page, address)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(f"{address}/rejected")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    context.close()


def _filter_by_reason(page: Page) -> None:
    page.get_by_role("link", name="Rejected", exact=True).click()
    page.get_by_label("Reason", exact=True).get_by_role("link", name="out-of-network").click()
    assert "reason=out-of-network" in page.url
    badges = page.locator("table.rows .badge").all_inner_texts()
    assert badges
    assert set(badges) == {"out-of-network"}


def _read_the_card(page: Page) -> None:
    page.locator("table.rows td.what a", has_text="Special offer").first.click()
    card = page.locator("#summary")
    expect(card).to_contain_text("Addresses that are not under our management are for the company that manages them.")
    expect(page.get_by_role("img", name="The way of the mail")).to_be_visible()
    card.get_by_role("link").first.click()
    assert "#h0-" in page.url
    marked = page.locator(".header li:target")
    expect(marked).to_contain_text("Received:")
    expect(marked).to_be_in_viewport()


def _reopen(page: Page) -> None:
    page.get_by_label("Why").fill("the address was ours last week")
    page.get_by_role("button", name="It was wrong").click()
    expect(page.get_by_role("status")).to_contain_text("A case has been opened")
    expect(page.locator("#history")).to_contain_text("the address was ours last week")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the mail as a regression fixture").first.click()
    assert Path(download.value.suggested_filename).suffix == ".eml"


def _walk_to_closed(page: Page) -> None:
    page.locator(".meta a[href^='/cases/']").first.click()
    for step in ("investigating", "no action", "closed"):
        page.get_by_role("button", name=step).click()
    expect(page.locator(".way [aria-current]")).to_have_text("closed")


def _export(page: Page, address: str) -> None:
    page.goto(f"{address}/rejected?reason=out-of-network")
    number = int(page.locator(".count b").inner_text())
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text)))) == number + 1


def test_the_keyboard_moves_opens_judges_and_searches(chromium: Browser, address: str) -> None:
    page = chromium.new_context(locale="en").new_page()
    sign_in(page, address, "hana")
    page.goto(f"{address}/rejected")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tr.here")).to_have_count(1)
    first = page.locator("tr.here").get_attribute("data-open")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}{first}")
    page.keyboard.press("a")
    page.keyboard.type("seen with the keyboard")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("A case has been opened")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search rejected mail")).to_be_focused()
    page.context.close()


def test_hours_are_brushed_into_a_list(chromium: Browser, address: str) -> None:
    page = chromium.new_context(locale="en", viewport={"width": 1440, "height": 960}).new_page()
    sign_in(page, address, "vera")
    box = page.locator("svg.hours").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 60, steps=5)
    expect(page.locator("svg.hours .brush")).to_be_visible()
    page.mouse.up()
    page.wait_for_url("**/rejected?since=*&until=*")
    since, until = (datetime.fromisoformat(value) for value in re.findall(r"=([0-9T-]{13})", page.url))
    assert timedelta(hours=8) <= until - since <= timedelta(hours=12)
    expect(page.locator(".chip")).to_have_count(2)
    page.context.close()
