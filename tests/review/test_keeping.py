"""The pages of what is kept and what goes; and how the desk shows what is gone."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.sections import Retention
from intake.cli import main
from intake.retain import Keeper
from storage.audit import Act
from storage.engine import open_engine, reading
from storage.retention import last_run, retain
from tests.review.conftest import TestDesk, first_reference
from tests.review.filled import settings_for

RULES = Retention(rejected_days=30, accepted_days=30, held_days=30)
LATER = timedelta(days=60)


def _erase(desk: TestDesk) -> None:
    engine, now = open_engine(desk.url), datetime.now(UTC) + LATER
    for _ in retain(engine, RULES, now, Act(actor="retention", at=now)):
        pass
    engine.dispose()


def test_a_hold_is_set_and_lifted_on_the_page_and_stands_in_the_log(
    desk: TestDesk, audited: Callable[[], list[tuple[str, str, str]]]
) -> None:
    browser = desk.browser("hana")
    reference = first_reference(browser.get("/rejected"))
    assert browser.post("/holds", kind="submission", target=reference, note="the court asks") == 303
    page = browser.get("/holds")
    assert "the court asks" in page
    assert f'<a class="ref" href="/submissions/{reference}">' in page
    assert browser.post("/holds", lift="1") == 409
    assert browser.post("/holds", lift="1", note="the court is done") == 303
    assert "the court is done" in browser.get("/holds")
    assert [(actor, action) for actor, action, _ in audited()[-2:]] == [("hana", "hold-set"), ("hana", "hold-lifted")]


@pytest.mark.parametrize(
    "form,status",
    [
        ({}, 400),
        ({"kind": "everything", "target": "x", "note": "y"}, 400),
        ({"kind": "submission", "target": "R-0000-0000-0000", "note": "y"}, 409),
        ({"kind": "contractor", "target": "Nobody", "note": "y"}, 409),
        ({"lift": "77", "note": "y"}, 409),
    ],
)
def test_a_hold_on_nothing_is_refused(desk: TestDesk, form: dict[str, str], status: int) -> None:
    assert desk.browser("hana").post("/holds", **form) == status


def test_the_page_of_retention_counts_when_it_is_told_and_erases_nothing(desk: TestDesk) -> None:
    browser, before = desk.browser("ada"), desk.state()
    assert "There is no rule" in browser.get("/retention")
    settings = desk.app.state.desk.settings
    object.__setattr__(desk.app.state.desk, "settings", replace(settings, retention=Retention(rejected_days=1, held_days=1000)))
    page = browser.get("/retention")
    assert "There was no run yet." in page
    assert "it has not been counted yet" in page
    assert desk.state() == before
    assert browser.post("/retention") == 303
    page = browser.get("/retention")
    assert "out-of-network" in page
    assert "(0 s)" in page


def test_the_page_of_retention_shows_the_count_of_the_last_run_and_its_age(desk: TestDesk) -> None:
    now = datetime.now(UTC)
    settings = replace(desk.app.state.desk.settings, retention=Retention(rejected_days=1))
    object.__setattr__(desk.app.state.desk, "settings", settings)
    keeper = Keeper(settings)
    assert keeper.run_if_due(now - timedelta(hours=3)) is not None
    page = desk.browser("ada").get("/retention")
    assert "(3 h)" in page
    assert f"{now + timedelta(hours=21):%Y-%m-%d %H:%M}" in page
    other = replace(settings, retention=Retention(rejected_days=2))
    object.__setattr__(desk.app.state.desk, "settings", other)
    assert "it has not been counted yet" in desk.browser("ada").get("/retention")


def test_every_page_shows_what_is_gone_as_gone(desk: TestDesk) -> None:
    browser = desk.browser("ada")
    references = [first_reference(browser.get(path)) for path in ("/rejected", "/held")]
    _erase(desk)
    for reference in references:
        page = browser.get(f"/submissions/{reference}")
        assert "erased" in page
        assert "reporter.example" not in page
        assert browser.client.get(f"/submissions/{reference}/raw").status_code == 404
        assert browser.client.get(f"/api/submissions/{reference}").json()["state"] == "erased"
    for path in (
        "/",
        "/rejected",
        "/held",
        "/accepted",
        "/cases",
        "/retention",
        "/replay?verdict=rejected",
        "/rejected?network=198.51.100.0/24",
    ):
        browser.get(path)
    assert browser.client.get("/rejected/export.csv").status_code == 200


def test_the_command_tells_first_and_then_erases(desk: TestDesk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "abusedesk.toml"
    config.write_text(f'[storage]\nurl = "{desk.url}"\n[retention]\nrejected_days = 1\n')
    told = ["retain", "--config", str(config), "--json"]
    assert main([*told, "--dry-run"]) == 0
    *lines, total = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sum(line["submissions"] for line in lines) == total["submissions"] > 0
    assert {line["rule"] for line in lines} == {"rejected"}
    assert main(told) == 0
    assert json.loads(capsys.readouterr().out) == {"erased": total["submissions"], "held": 0}
    assert main(["verify", "--config", str(config)]) == 0
    assert "0 damaged" in capsys.readouterr().out


def test_without_a_rule_the_command_says_so(desk: TestDesk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "abusedesk.toml"
    config.write_text(f'[storage]\nurl = "{desk.url}"\n')
    assert main(["retain", "--config", str(config)]) == 78
    assert "kept for ever" in capsys.readouterr().err


def test_holds_and_keys_on_the_terminal(desk: TestDesk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "abusedesk.toml"
    config.write_text(f'[storage]\nurl = "{desk.url}"\n')
    given = ["--config", str(config)]
    assert main(["holds", "set", "contractor", "Aozora Hosting", "--note", "lawsuit", "--by", "hana", *given]) == 0
    assert main(["holds", "list", "--json", *given]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["set_by"] == "hana"
    assert main(["holds", "lift", "1", "--note", "settled", *given]) == 0
    assert main(["holds", "lift", "1", "--note", "settled", *given]) == 75
    assert main(["keys", "add", "billing", *given]) == 0
    assert "adk_" in capsys.readouterr().out
    assert main(["keys", "list", *given]) == 0
    assert main(["keys", "revoke", "billing", *given]) == 0
    assert main(["keys", "revoke", "billing", *given]) == 75


def test_the_service_runs_it_once_a_day(desk: TestDesk) -> None:
    keeper, now = Keeper(replace(settings_for(desk.url), retention=RULES)), datetime.now(UTC) + LATER
    assert (keeper.run_if_due(now) or 0) > 0
    assert keeper.run_if_due(now + timedelta(hours=23)) is None
    assert keeper.run_if_due(now + timedelta(hours=25)) == 0


def test_the_keeper_looks_by_itself_and_ends_when_it_is_told(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.retain._FIRST_LOOK_S", 0.01)
    rules = Retention(rejected_days=1)

    async def until_the_run_ended() -> None:
        keeper, engine = Keeper(replace(settings_for(desk.url), retention=rules)), open_engine(desk.url)
        keeper.start()
        try:
            while True:
                await asyncio.sleep(0.05)
                with reading(engine) as connection:
                    if last_run(connection) is not None:
                        return
        finally:
            await keeper.stop()
            engine.dispose()

    asyncio.run(asyncio.wait_for(until_the_run_ended(), 60))
    assert "erased" in desk.browser("ada").get("/rejected")


def test_a_keeper_without_rules_does_nothing(desk: TestDesk) -> None:
    async def start_and_stop() -> None:
        keeper = Keeper(settings_for(desk.url))
        keeper.start()
        await keeper.stop()

    asyncio.run(start_and_stop())
    assert "There was no run yet." in desk.browser("ada").get("/retention")
