"""On a telephone every page is as wide as the telephone, and the section that one is in can be seen."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import sign_in
from tests.browser.test_accessibility import PAGES

_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_HERE = "(box => box.left >= 0 && box.right <= innerWidth)(document.querySelector('.top [aria-current]').getBoundingClientRect())"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_page_is_wider_than_a_telephone(chromium: Browser, address: str, language: str) -> None:
    page = chromium.new_context(locale="en", viewport={"width": 390, "height": 800}).new_page()
    sign_in(page, address)
    page.goto(f"{address}/?lang={language}")
    paths: list[str] = [*PAGES]
    for path in ("/rejected", "/held", "/accepted", "/cases"):
        page.goto(f"{address}{path}")
        paths.append(str(page.locator("tr[data-open]").first.get_attribute("data-open")))
    wide, out_of_sight = [], []
    for path in paths:
        page.goto(f"{address}{path}")
        if page.evaluate(_TOO_WIDE):
            wide.append(path)
        if page.locator(".top [aria-current]").count() and not page.evaluate(_HERE):
            out_of_sight.append(path)
    page.goto(f"{address}/keys")
    page.locator("form.filter input[name=name]").fill("ticketing")
    page.locator("form.filter button").click()
    page.locator(".said code").wait_for()
    if page.evaluate(_TOO_WIDE):
        wide.append("a new key")
    page.context.close()
    assert (wide, out_of_sight) == ([], [])


def test_the_facts_of_a_verdict_can_be_read_on_a_telephone(chromium: Browser, address: str) -> None:
    page = chromium.new_context(locale="en", viewport={"width": 390, "height": 800}).new_page()
    sign_in(page, address)
    page.goto(f"{address}/accepted?reason=sender-in-network")
    page.locator("td.what a").first.click()
    page.locator(".facts").wait_for()
    widths = page.locator(".facts small:not(:empty)").evaluate_all("all => all.map(each => each.getBoundingClientRect().width)")
    page.context.close()
    assert widths
    assert min(widths) > 150


def test_a_list_at_1280_has_its_filter_on_one_line(chromium: Browser, address: str) -> None:
    page = chromium.new_context(locale="en", viewport={"width": 1280, "height": 800}).new_page()
    sign_in(page, address)
    page.goto(f"{address}/rejected")
    fields = page.locator("form.filter input:visible, form.filter button")
    boxes = fields.evaluate_all("all => all.map(each => each.getBoundingClientRect().bottom)")
    page.context.close()
    assert len(boxes) == 6
    assert max(boxes) - min(boxes) < 5, boxes
