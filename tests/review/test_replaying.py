"""A replay finds what today's networks would change: nothing, or exactly the mails from what was added."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from config.settings import build_policy
from intake.replay import redecide_with
from review.replaying import Difference, apply, replay
from routing.verdict import Verdict
from storage.audit import Act, verify
from storage.case_queries import CaseFilter, list_cases
from storage.engine import open_engine, reading
from storage.facets import count_submissions, facets
from storage.filters import Filter
from storage.tables import SUBMISSION
from tests.review.conftest import TestDesk
from tests.review.filled import settings_for

ADDED = "198.51.100.33"


@contextmanager
def _open(desk: TestDesk) -> Iterator[Engine]:
    engine = open_engine(desk.url)
    yield engine
    engine.dispose()


def _replay(engine: Engine, desk: TestDesk, prefixes: Path) -> Difference:
    return replay(engine, redecide_with(build_policy(settings_for(desk.url, prefixes=prefixes))))


@pytest.fixture
def same(filled_file: Path) -> Path:
    """The prefixes that the store was decided with."""
    return filled_file.with_name("prefixes.csv")


@pytest.fixture
def more(same: Path, tmp_path: Path) -> Path:
    """Those, and one more."""
    path = tmp_path / "prefixes.csv"
    path.write_text(same.read_text() + f"{ADDED}/32,New Customer,vps,,\n")
    return path


def test_with_nothing_changed_nothing_differs(desk: TestDesk, same: Path) -> None:
    with _open(desk) as engine:
        difference = _replay(engine, desk, same)
        assert difference.decided > 100
        assert difference.changes == ()


def test_after_a_prefix_was_added_exactly_the_mails_from_it_differ(desk: TestDesk, more: Path) -> None:
    with _open(desk) as engine:
        changed = {change.stored.id for change in _replay(engine, desk, more).changes}
        with reading(engine) as connection:
            refused = (SUBMISSION.c.verdict != "accepted", SUBMISSION.c.source_ip == ADDED)
            from_it = set(connection.execute(select(SUBMISSION.c.id).where(*refused)).scalars())
    assert from_it
    assert from_it <= changed
    assert all(ADDED in json.dumps(_change_document(change)) for change in _replay_changes(desk, more))


def _replay_changes(desk: TestDesk, prefixes: Path) -> tuple[object, ...]:
    with _open(desk) as engine:
        return _replay(engine, desk, prefixes).changes


def _change_document(change: object) -> object:
    return json.loads(change.entry.document)  # type: ignore[attr-defined]


def test_applying_it_opens_cases_and_leaves_every_count_right(desk: TestDesk, more: Path) -> None:
    with _open(desk) as engine:
        difference = _replay(engine, desk, more)
        assert apply(engine, difference.changes, Act(actor="ada", note="a new customer")) == len(difference.changes) > 0
        assert _replay(engine, desk, more).changes == ()
        assert apply(engine, difference.changes, Act(actor="ada")) == 0, "a second time nothing is as it was"
        with reading(engine) as connection:
            assert verify(connection).damaged is None
            cases = list_cases(connection, CaseFilter(contractor="New Customer")).cases
            assert cases
            for verdict in Verdict:
                rows = connection.execute(select(func.count()).where(SUBMISSION.c.verdict == verdict.value)).scalar_one()
                assert count_submissions(connection, Filter(verdict=verdict)).number == rows
                reasons = dict(facets(connection, Filter(verdict=verdict)).reasons.values)
                assert sum(reasons.values()) == rows


def test_taking_it_back_lets_the_cases_go(desk: TestDesk, more: Path, same: Path) -> None:
    with _open(desk) as engine:
        apply(engine, _replay(engine, desk, more).changes, Act(actor="ada"))
        back = _replay(engine, desk, same)
        assert back.changes
        assert apply(engine, back.changes, Act(actor="ada")) == len(back.changes)
        assert _replay(engine, desk, same).changes == ()
        with reading(engine) as connection:
            assert {case["submissions"] for case in list_cases(connection, CaseFilter(contractor="New Customer")).cases} == {0}


def test_what_a_person_has_judged_is_left_alone(desk: TestDesk, more: Path) -> None:
    with _open(desk) as engine:
        first = _replay(engine, desk, more).changes[0]
        browser = desk.browser("hana")
        assert browser.post(f"/submissions/{first.stored.submission.digest}/judge", action="reopen") == 303
        assert first.stored.id not in {change.stored.id for change in _replay(engine, desk, more).changes}


def test_the_page_shows_the_difference_and_the_answer_stays_as_told(desk: TestDesk) -> None:
    browser = desk.browser("ada")
    assert "110 decided again, 0 differ" in browser.get("/replay?verdict=")
    assert browser.client.get("/replay?verdict=&since=soon").status_code == 400
    assert browser.post("/replay", verdict="", since="") == 303
