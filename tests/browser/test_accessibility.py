"""axe-core finds nothing serious on any page, light or dark."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import sign_in

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
PAGES = (
    "/",
    "/rejected",
    "/rejected?reason=out-of-network",
    "/rejected?grouped=1",
    "/contractor?name=Minato+Cloud",
    "/held",
    "/cases",
    "/scan",
    "/replay",
    "/letters",
    "/networks",
    "/holds",
    "/retention",
    "/keys",
    "/policy",
    "/nowhere",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_violation(chromium: Browser, address: str, scheme: Literal["light", "dark"]) -> None:
    page = chromium.new_context(locale="en", color_scheme=scheme, bypass_csp=True).new_page()
    page.goto(f"{address}/sign-in")
    found = _violations(page, "/sign-in")
    sign_in(page, address)
    for path in PAGES:
        page.goto(f"{address}{path}")
        found += _violations(page, path)
    for path in ("/rejected?reason=out-of-network", "/accepted?reason=sender-in-network", "/cases"):
        page.goto(f"{address}{path}")
        page.locator("td.what a").first.click()
        found += _violations(page, f"one of {path}")
    page.context.close()
    assert found == [], "\n".join(found)


def _violations(page: Page, path: str) -> list[str]:
    page.evaluate(AXE)
    result = page.evaluate("axe.run(document, {resultTypes: ['violations'], iframes: false})")
    return [
        f"{path}: {each['id']} {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for each in result["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
