"""Near-identical reports are one line to a person, and hardly more than one mail to the disk."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Row, func, select, update

from config.errors import StorageError
from config.settings import build_policy, load_settings
from intake.pipeline import conclude, examine
from parsers.submission import Submission
from routing.facts import Facts
from routing.verdict import Verdict
from storage.engine import open_engine, reading, writing
from storage.entry import Entry
from storage.evidence import read_evidence
from storage.filters import Filter
from storage.lanes import open_lane
from storage.queries import list_submissions, show_submission
from storage.recording import record_group
from storage.reference import reference_of
from storage.tables import CAMPAIGN, CAMPAIGN_KEY, EVIDENCE, SUBMISSION
from storage.verifying import verify_evidence
from tests.storage.mailings import LOAN, PRIZE, mailing, mixed, prose

POLICY = build_policy(load_settings(Path(__file__).parents[2] / "fixtures" / "abusedesk.toml"))
LARGE, SMALL = (10_000, 50) if os.environ.get("ABUSEDESK_FULL") else (500, 50)


def decided(submission: Submission) -> Entry:
    return conclude(examine(submission, POLICY), Facts(is_offline=True), POLICY)


def recorded(url: str, submissions: Sequence[Submission]) -> Sequence[Entry]:
    """The entries, stored in groups as they come from a busy listener."""
    entries = [decided(one) for one in submissions]
    lane = open_lane(url)
    for start in range(0, len(entries), 64):
        record_group(lane, entries[start : start + 64])
    lane.close()
    return entries


def campaigns(connection: Connection) -> Sequence[Row[Any]]:
    """Those that more than one submission reports."""
    return connection.execute(select(CAMPAIGN).where(CAMPAIGN.c.submissions > 1)).all()


@pytest.fixture
def three(url: str) -> Sequence[Entry]:
    """Three reports of one mailing, each recorded by itself."""
    return [recorded(url, [one])[0] for one in mailing(PRIZE, "You have won", 3, 1)]


def test_a_large_mailing_is_one_line_and_a_small_one_stays_apart(url: str, engine: Engine) -> None:
    submissions = mixed(LARGE, SMALL)
    recorded(url, submissions)
    with reading(engine) as connection:
        sizes = sorted(one.submissions for one in campaigns(connection))
        queue = list_submissions(connection, Filter(verdict=Verdict.ACCEPTED, one_per_campaign=True))
        assert sizes == [SMALL, LARGE]
        assert sorted(line.campaign_size for line in queue.lines) == [SMALL, LARGE]
        assert verify_evidence(connection).damaged == ()


@pytest.mark.parametrize("length", [0, 28_000])
def test_a_mailing_takes_hardly_more_room_than_its_mails(sqlite_url: str, length: int) -> None:
    """The whole store, with its indexes and its search: mails of 2 kB and of 30 kB."""
    submissions = list(mailing(f"{PRIZE}\n{prose(length)}", "You have won", LARGE, 1))
    before = pages_of(sqlite_url)
    recorded(sqlite_url, submissions)
    assert len({one.digest for one in submissions}) == LARGE
    assert pages_of(sqlite_url) - before <= 1.2 * sum(len(one.raw) for one in submissions)


def pages_of(url: str) -> int:
    """What a store takes on the disk, in bytes."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        pages, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return int(pages * size)


def test_on_postgresql_mails_and_verdicts_of_a_mailing_take_less_room_than_its_mails(postgres_url: str) -> None:
    """Of mails of 2 kB; there the rows and the search of a submission take more than its mail."""
    submissions = list(mailing(PRIZE, "You have won", LARGE, 1))
    recorded(postgres_url, submissions)
    sizes = select(*(func.pg_total_relation_size(name) for name in ("evidence", "explanation", "campaign", "campaign_key")))
    engine = open_engine(postgres_url)
    with reading(engine) as connection:
        taken = sum(connection.execute(sizes).one())
    engine.dispose()
    assert taken <= 1.2 * sum(len(one.raw) for one in submissions)


def test_a_campaign_has_the_name_of_its_first_report(three: Sequence[Entry], engine: Engine) -> None:
    with reading(engine) as connection:
        (campaign,) = campaigns(connection)
        found = show_submission(connection, campaign.name)
    assert campaign.name == reference_of(three[0].digest, three[0].verdict)
    assert (campaign.first_at, campaign.last_at) == (three[0].arrived_at, three[2].arrived_at)
    assert found is not None
    assert found.submission["digest"] == three[0].digest


def test_mail_and_document_of_every_member_come_back(three: Sequence[Entry], engine: Engine) -> None:
    raws = [one.raw for one in mailing(PRIZE, "You have won", 3, 1)]
    with reading(engine) as connection:
        assert [read_evidence(connection, number) for number in (1, 2, 3)] == raws
        for entry in three:
            whole = show_submission(connection, entry.digest)
            assert whole is not None
            assert whole.document["sha256"] == entry.sha256
        frames = [len(frame) for frame in connection.execute(select(EVIDENCE.c.frame).order_by(EVIDENCE.c.submission_id)).scalars()]
    assert max(frames[1:]) < frames[0] / 3


def test_the_others_open_without_the_first(three: Sequence[Entry], engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(SUBMISSION.delete().where(SUBMISSION.c.digest == three[0].digest))
    with reading(engine) as connection:
        assert verify_evidence(connection).damaged == ()
        assert verify_evidence(connection).mails == 2


def test_a_dictionary_does_not_leave_before_what_needs_it(three: Sequence[Entry], engine: Engine) -> None:
    assert len(three) == 3
    with pytest.raises(StorageError), writing(engine) as connection:
        connection.execute(CAMPAIGN.delete())


def test_a_damaged_dictionary_is_noticed_and_stops_nobody(three: Sequence[Entry], url: str, engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(update(CAMPAIGN).values(dictionary=b"not a frame"))
    recorded(url, list(mailing(PRIZE, "You have won", 4, 1))[3:])
    with reading(engine) as connection:
        assert verify_evidence(connection).damaged == (2, 3)
        assert verify_evidence(connection).mails == 2


def test_two_groups_that_open_one_campaign_at_once_open_one(url: str, engine: Engine) -> None:
    entries = [decided(one) for one in mailing(LOAN, "Money", 40, 2)]
    writers = [Thread(target=_record_each, args=(url, entries[start::2])) for start in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with reading(engine) as connection:
        assert [one.submissions for one in campaigns(connection)] == [40]
        assert connection.execute(select(func.count()).select_from(CAMPAIGN)).scalar() == 1
        assert verify_evidence(connection).damaged == ()


def _record_each(url: str, entries: Sequence[Entry]) -> None:
    lane = open_lane(url)
    for start in range(0, len(entries), 4):
        record_group(lane, entries[start : start + 4])
    lane.close()


def test_a_report_without_enough_text_has_no_campaign(url: str, engine: Engine) -> None:
    (plain,) = mailing("too short", "hi", 1, 3)
    entry = decided(plain)
    bare = replace(entry, reports=tuple(replace(one, sketch=b"", keys=()) for one in entry.reports))
    lane = open_lane(url)
    record_group(lane, [bare])
    lane.close()
    with reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(CAMPAIGN_KEY)).scalar() == 0
        assert list_submissions(connection, Filter()).lines[0].campaign_id is None
