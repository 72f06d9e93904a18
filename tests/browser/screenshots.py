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
from tests.review.filled import CONTRACTORS, last_days, mail, make_store, settings_for, store_mails

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
SIZE: ViewportSize = {"width": 1440, "height": 960}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


# A mail whose sender wrote two lines himself, to look as if it came from our network.
_FORGED = b"""\
From: Reader <reader@reporter.example>\r
To: abuse@example-host.jp\r
Subject: Fwd: Your parcel could not be delivered\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary="=_forged"\r
\r
--=_forged\r
Content-Type: text/plain\r
\r
This came this morning. It is spam.\r
--=_forged\r
Content-Type: message/rfc822\r
\r
Received: from mx.victim.example (mx.victim.example [10.1.2.3]) by store.victim.example with LMTP id Q4; Mon, 3 Aug 2026 01:00:06 +0000\r
Received-SPF: pass (mx.victim.example: 198.51.100.7 may send for bulk.example) client-ip=198.51.100.7; helo=mail.bulk.example\r
Received: from mail.bulk.example (mail.bulk.example [198.51.100.7]) by mx.victim.example with ESMTPS id Q3 for <me@victim.example>;\r
 Mon, 3 Aug 2026 01:00:02 +0000\r
Received: from gateway.example-host.jp (gateway.example-host.jp [203.0.113.25]) by relay.elsewhere.example with ESMTP id Q2;\r
 Mon, 3 Aug 2026 03:12:40 +0000\r
Received: from desktop (unknown [203.0.113.80]) by gateway.example-host.jp with SMTP id Q1; Mon, 3 Aug 2026 00:59:40 +0000\r
From: "Parcel Service" <parcel@bulk.example>\r
To: me@victim.example\r
Subject: Your parcel could not be delivered\r
Date: Mon, 3 Aug 2026 00:59:38 +0000\r
Message-ID: <zx81@bulk.example>\r
Content-Type: text/html; charset=utf-8\r
\r
<p>Your parcel waits. <a href="https://track.bulk.example/zx81">https://parcel.example/track</a></p>\r
--=_forged--\r
"""


def main() -> None:
    """Fill a desk, work at it a little, and take each page in light and dark."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        prefixes = Path(folder) / "prefixes.csv"
        prefixes.write_text(CONTRACTORS)
        url = f"sqlite:///{folder}/desk.db"
        make_store(url)
        store_mails(url, build_policy(settings_for(url, prefixes=prefixes)), [*last_days(600), mail(_FORGED)])
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
    """The forged one, wherever it was put."""
    for verdict in ("rejected", "held", "accepted"):
        page.goto(f"{address}/{verdict}?text=zx81")
        if paths := _rows(page):
            page.goto(f"{address}{paths[0]}")
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
