"""Hostile mail in a real browser: no script of it runs, and nothing of it is asked for outside."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route

from config.settings import build_policy
from tests.browser.conftest import sign_in
from tests.browser.served import served
from tests.review.conftest import desk_over
from tests.review.filled import mail, make_store, settings_for, store_mails
from tests.review.hostile import hostile_mails


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A desk whose every mail is hostile, served."""
    url = f"sqlite:///{tmp_path_factory.mktemp('attacked')}/desk.db"
    make_store(url)
    store_mails(url, build_policy(settings_for(url)), (mail(raw) for _, raw in hostile_mails()))
    desk = desk_over(url)
    with served(desk.app) as address:
        yield address
    desk.app.state.desk.engine.dispose()


def test_no_script_runs_and_nothing_is_asked_for_outside(chromium: Browser, attacked: str) -> None:
    context = chromium.new_context(locale="en")
    outside: list[str] = []

    def only_ours(route: Route) -> None:
        if route.request.url.startswith((f"{attacked}/", "data:image/")):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route("**/*", only_ours)
    page = context.new_page()
    dialogs: list[str] = []

    def closed(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", closed)
    sign_in(page, attacked)
    ran: list[str] = []
    shown = 0
    for path in _lists(page, attacked):
        shown += 1
        ran += _canaries(page, path)
    for path in _some_mails(page, attacked):
        page.goto(f"{attacked}{path}")
        page.locator("iframe.mail").first.scroll_into_view_if_needed()
        shown += 1
        ran += _canaries(page, path)
    context.close()
    assert (ran, outside, dialogs) == ([], [], [])
    assert shown > 40


def _canaries(page: Page, path: str) -> list[str]:
    """Every frame in which something has run."""
    return [path for frame in page.frames if not frame.is_detached() and frame.evaluate("window.canary === 1")]


def _lists(page: Page, address: str) -> Iterator[str]:
    """Every page of every list: each hostile mail once."""
    for path in ("/", "/accepted", "/held", "/rejected", "/cases"):
        page.goto(f"{address}{path}")
        yield path
        while (older := page.locator("a[rel=next]")).count():
            older.click()
            yield page.url


def _some_mails(page: Page, address: str) -> list[str]:
    """Every fifteenth mail."""
    found: list[str] = []
    page.goto(f"{address}/accepted")
    while True:
        found += [str(row.get_attribute("data-open")) for row in page.locator("tr[data-open]").all()]
        older = page.locator("a[rel=next]")
        if not older.count():
            return found[::15]
        older.click()


def test_a_mail_of_html_is_shown_in_a_frame_that_can_do_nothing(chromium: Browser, attacked: str) -> None:
    page: Page = chromium.new_context(locale="en").new_page()
    sign_in(page, attacked)
    page.goto(f"{attacked}/accepted")
    page.locator("td.what a").first.click()
    frame = page.frame_locator("iframe.mail").first
    assert frame.locator("body").inner_text().strip()
    assert frame.locator("script, img, form, style").count() == 0
    assert Path(page.url).name.startswith("S-")
    page.context.close()
