"""What concerns child abuse material is open to one role only, and every look at it is logged."""

import pytest

from config.settings import build_policy
from tests.review.conftest import TestDesk, first_reference
from tests.review.filled import mail, settings_for, store_mails

REPORT = b"""\
From: Reporter <reporter@reporter.example>\r
To: abuse@example-host.jp\r
Subject: illegal content\r
\r
Category: illegal activity\r
Location: https://www.shop.example/hidden/\r
There is child sexual abuse material at https://www.shop.example/hidden/ which must be removed. The-words-inside.\r
"""


@pytest.fixture
def reference(empty_desk: TestDesk) -> str:
    """The submission's."""
    store_mails(empty_desk.url, build_policy(settings_for(empty_desk.url)), [mail(REPORT)])
    browser = empty_desk.browser("ada")
    return next(
        first_reference(html) for verdict in ("rejected", "accepted", "held") if "data-open" in (html := browser.get(f"/{verdict}"))
    )


@pytest.mark.parametrize("name,is_open", [("vera", False), ("hana", False), ("ada", True)])
def test_only_an_admin_reads_it(empty_desk: TestDesk, reference: str, name: str, is_open: bool) -> None:
    browser = empty_desk.browser(name)
    html = browser.get(f"/submissions/{reference}")
    assert "It is sealed" in html
    assert ("The-words-inside" in html) is is_open
    assert ("The-words-inside" in browser.get(f"/api/submissions/{reference}")) is is_open
    assert (browser.client.get(f"/submissions/{reference}/raw").status_code == 200) is is_open
