"""Debian's Chromium, driven by Playwright."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.served import served
from tests.review.conftest import TestDesk, desk, desk_over, filled_file, shared_desk
from tests.review.filled import PASSWORD

__all__ = ["desk", "desk_over", "filled_file", "shared_desk"]

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; skipped where there is none, except in CI."""
    if not CHROMIUM.exists():
        complaint = "Chromium is not installed: apt-get install -y chromium"
        pytest.fail(complaint) if os.environ.get("CI") == "true" else pytest.skip(complaint)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def address(desk: TestDesk) -> Iterator[str]:
    """A desk of the test's own, served."""
    with served(desk.app) as url:
        yield url


def sign_in(page: Page, url: str, name: str = "ada") -> None:
    """As a person does it."""
    page.goto(f"{url}/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{url}/")
