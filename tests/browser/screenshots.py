"""Pictures for docs/screenshots: `python -m tests.browser.screenshots`, or `make screenshots`."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, ViewportSize, sync_playwright

from config.settings import build_policy
from tests.browser.conftest import CHROMIUM, sign_in
from tests.browser.served import served
from tests.review.conftest import desk_over
from tests.review.filled import CONTRACTORS, last_days, make_store, settings_for, store_mails

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
SIZE: ViewportSize = {"width": 1440, "height": 960}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main() -> None:
    """Fill a desk, work at it a little, and take each page in light and dark."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        prefixes = Path(folder) / "prefixes.csv"
        prefixes.write_text(CONTRACTORS)
        url = f"sqlite:///{folder}/desk.db"
        make_store(url)
        store_mails(url, build_policy(settings_for(url, prefixes=prefixes)), last_days(600))
        with served(desk_over(url, prefixes).app) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
            _work(browser.new_page(locale="en"), address)
            for scheme in SCHEMES:
                page = browser.new_context(viewport=SIZE, color_scheme=scheme, locale="en").new_page()
                sign_in(page, address)
                for name, open_page in _PAGES.items():
                    open_page(page, address)
                    page.mouse.move(0, 0)
                    page.screenshot(path=FOLDER / f"{name}-{scheme}.png")
            browser.close()


def _work(page: Page, address: str) -> None:
    """What a desk has done by the afternoon, so that there is something to see."""
    sign_in(page, address, "hana")
    page.goto(f"{address}/cases")
    paths = [str(row.get_attribute("data-open")) for row in page.locator("tr[data-open]").all()]
    for number, path in enumerate(paths[:24]):
        page.goto(f"{address}{path}")
        for _ in range(number % 4):
            page.locator("form.judge button[name=to]").last.click()
        page.get_by_label("To whom").fill(("hana", "ada", "ken")[number % 3])
        page.get_by_role("button", name="Assign").click()


def _overview(page: Page, address: str) -> None:
    page.goto(f"{address}/")


def _rejected(page: Page, address: str) -> None:
    page.goto(f"{address}/rejected")


def _submission(page: Page, address: str) -> None:
    """One whose drawing has something left of the trust bar, and several facts."""
    for query in ("rejected?event=spam", "accepted?reason=sender-in-network", "held"):
        page.goto(f"{address}/{query}")
        for path in _rows(page):
            page.goto(f"{address}{path}")
            if page.locator(".hops .bar").count() and page.locator(".facts li").count() > 1:
                return


def _case(page: Page, address: str) -> None:
    """One with comments that may be forwarded."""
    page.goto(f"{address}/cases?event=copyright&all=1")
    for path in _rows(page):
        page.goto(f"{address}{path}")
        if "(none)" not in page.locator("pre.mail").inner_text():
            return


def _rows(page: Page) -> list[str]:
    return [str(row.get_attribute("data-open")) for row in page.locator("tr[data-open]").all()]


_PAGES: dict[str, Callable[[Page, str], None]] = {
    "dashboard": _overview, "rejected": _rejected, "submission": _submission, "case": _case,
}  # fmt: skip

if __name__ == "__main__":
    main()
