"""The desk shows each letter as it would leave, and what is announced and not yet ours."""

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network

from config.sections import NoticeSettings, OwnNetwork, Settings
from storage.announcements import keep_announced
from storage.engine import writing
from tests.review.conftest import TestDesk


def test_letters_are_shown_as_they_would_leave(empty_desk: TestDesk) -> None:
    shared = empty_desk.app.state.desk
    settings = replace(shared.settings, notices=NoticeSettings(sender="abuse@example-host.jp"))
    object.__setattr__(shared, "settings", settings)
    admin = empty_desk.browser("ada")
    page = admin.get("/letters?event=copyright&in=ja")
    assert "From: Abuse desk &lt;abuse@example-host.jp&gt;" in page
    assert "Auto-Submitted: auto-replied" in page
    assert "受付番号: C-0000-0000-0000" in page
    assert "report-back.ja.txt" in page
    assert "report-back.en.txt" not in admin.get("/letters?event=spam&in=en")


def test_what_cannot_be_written_is_told(empty_desk: TestDesk) -> None:
    shared = empty_desk.app.state.desk
    object.__setattr__(shared, "settings", replace(shared.settings, notices=NoticeSettings(sender="nobody")))
    assert "there is no address to write from" in empty_desk.browser("ada").get("/letters")


def test_what_is_announced_is_shown_with_the_command_that_confirms_it(empty_desk: TestDesk) -> None:
    shared = empty_desk.app.state.desk
    settings: Settings = replace(shared.settings, network=OwnNetwork(asns=(64500,)))
    object.__setattr__(shared, "settings", settings)
    admin = empty_desk.browser("ada")
    assert "was not asked for yet" in admin.get("/networks")
    with writing(shared.engine) as connection:
        keep_announced(connection, 64500, [ip_network("192.0.2.0/24")], datetime.now(UTC))
    assert "abusedesk networks confirm 192.0.2.0/24" in admin.get("/networks")
