"""An answer to a refusal completes it, at every door, on both engines, and beside other writers."""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import permutations
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import Connection, Engine, func, select

from config.limits import Limits
from intake.answering import answers_last
from intake.cli import main
from parsers.submission import Door, Submission, digest_of
from routing.verdict import Reason, Verdict
from storage.engine import open_engine, reading
from storage.entry import Entry
from storage.lane import Lane, Row, Write
from storage.lanes import open_lane
from storage.recorded import Recorded
from storage.recording import record_group
from storage.reference import reference_of
from storage.tables import COMPLETION, SUBMISSION, SUBMISSION_HISTORY
from tests.intake.conftest import CONFIG
from tests.intake.running import Talk
from tests.intake.test_serve import serving
from tests.storage.entries import NOON, entry, report_entry

REFUSED = """\
From: Iris <iris@reporter.example>
To: abuse@example-host.jp
Subject: Login attempts
Date: Mon, 03 Aug 2026 10:00:00 +0000
Message-ID: <first@reporter.example>

The host 203.0.113.77 tried to log in to our server without authority.
"""
ANSWER = """\
From: Iris <iris@reporter.example>
To: abuse@example-host.jp
Subject: Re: [{reference}] {number}
Date: Tue, 04 Aug 2026 10:0{number}:00 +0000
Message-ID: <answer-{number}@reporter.example>

{words}
"""
LOG = "Aug  3 00:59:50 web sshd[77]: Failed password for root from 203.0.113.77 port 4022 ssh2"
OTHER = (
    "From: reader@reporter.example\nSubject: Spam {number}\nDate: Mon, 03 Aug 2026 10:00:00 +0000\n\nI received spam, number {number}.\n"
)

Submit = Callable[..., str]


def answer(reference: str, words: str = LOG, number: int = 1) -> str:
    return ANSWER.format(reference=reference, words=words, number=number)


def reference_in(said: str) -> str:
    found = re.search(r"R-\w{4}-\w{4}-\w{4}", said)
    assert found, said
    return found[0]


@pytest.fixture
def config(url: str, tmp_path: Path) -> Path:
    path = tmp_path / "abusedesk.toml"
    path.write_text(CONFIG.replace("sqlite:///{folder}/abusedesk.db", url))
    return path


@pytest.fixture
def submit(config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Submit:
    """The command, with what it says."""

    def run(*names: str, stdin: str = "") -> str:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        assert main(["submit", "--door", "smtp", "--config", str(config), *names]) == 0
        return capsys.readouterr().out

    return run


def states(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return list(connection.execute(select(SUBMISSION.c.state).order_by(SUBMISSION.c.id)).scalars())


def test_in_a_session_the_answer_is_accepted_and_completes_what_was_refused(config: Path, engine: Engine) -> None:
    with serving(config) as (_, address), Talk(address) as client:
        refusal = client.greet().mail(REFUSED.replace("\n", "\r\n").encode())
        assert refusal.startswith("550-5.6.0"), refusal
        assert "[missing-information]" in refusal
        accepted = client.mail(answer(reference_in(refusal)).replace("\n", "\r\n").encode())
        assert accepted.startswith("250 2.0.0 [address-in-network]"), accepted
    assert states(engine) == ["completed", "accepted"]


@pytest.mark.parametrize("is_running", [False, True])
def test_by_submit_from_a_pipe_the_same(submit: Submit, config: Path, engine: Engine, is_running: bool) -> None:
    def both() -> str:
        return submit("-", stdin=answer(reference_in(submit("-", stdin=REFUSED))))

    if is_running:
        with serving(config):
            said = both()
    else:
        said = both()
    assert said.startswith("2.0.0 [address-in-network]")
    assert states(engine) == ["completed", "accepted"]


def test_by_submit_from_files_the_same(submit: Submit, engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "first.eml").write_text(REFUSED)
    (tmp_path / "answer.eml").write_text(answer(reference_in(submit(str(tmp_path / "first.eml")))))
    assert "[address-in-network]" in submit(str(tmp_path / "answer.eml"))
    assert states(engine) == ["completed", "accepted"]


@pytest.mark.parametrize("name, others", [("0.eml", 0), ("0.eml", 12), ("z.eml", 12)])
def test_of_one_run_with_both_the_answer_comes_after_its_refusal(
    submit: Submit, engine: Engine, tmp_path: Path, name: str, others: int
) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / name).write_text(answer(reference_of_first()))
    (folder / "m.eml").write_text(REFUSED)
    for number in range(others):
        (folder / f"n{number:02}.eml").write_text(OTHER.format(number=number))
    assert "accepted  address-in-network" in submit(str(folder))
    with reading(engine) as connection:
        found = select(SUBMISSION.c.state).where(
            SUBMISSION.c.reason == Reason.MISSING_INFORMATION.value, SUBMISSION.c.subject == "Login attempts"
        )
        assert connection.execute(found).scalars().all() == ["completed"]


def reference_of_first() -> str:
    return reference_of(digest_of("", REFUSED.encode()), Verdict.REJECTED)


def submitted(text: str) -> Submission:
    return Submission(raw=text.encode(), door=Door.FILE, arrived_at=NOON)


@pytest.mark.parametrize("given", list(permutations(range(4))))
def test_answers_come_last_and_by_their_dates(given: Sequence[int]) -> None:
    mails = [
        submitted(text)
        for text in (REFUSED, OTHER.format(number=1), answer("R-0000-0000-0001", number=1), answer("R-0000-0000-0002", number=2))
    ]
    ordered = list(answers_last([mails[position] for position in given], Limits()))
    assert {one.raw for one in ordered[:2]} == {mails[0].raw, mails[1].raw}
    assert ordered[2:] == mails[2:]


@pytest.mark.parametrize("beyond, is_held", [(-1, False), (0, True), (1, True)])
def test_so_many_bytes_of_answers_are_held_back_and_no_more(beyond: int, is_held: bool) -> None:
    mails = [submitted(answer("R-0000-0000-0001")), submitted(REFUSED)]
    ordered = list(answers_last(mails, Limits(), at_most=len(mails[0].raw) + beyond))
    assert (ordered == mails[::-1]) is is_held


class Meeting:
    """A lane that, before it touches an earlier submission, waits once until another one is about to as well."""

    def __init__(self, lane: Lane, barrier: Barrier) -> None:
        self._lane, self._barrier = lane, barrier
        self.attempts = 0
        self.transaction, self.ask, self.reserve, self.close = lane.transaction, lane.ask, lane.reserve, lane.close

    def write(self, what: Write, rows: Sequence[Row]) -> None:
        if what is Write.COMPLETED and rows:
            self.attempts += 1
            if self.attempts == 1:
                self._barrier.wait()
        self._lane.write(what, rows)


def record_at_once(url: str, groups: Sequence[Sequence[Entry]]) -> tuple[list[list[Recorded]], int]:
    """Each group by a writer of its own, all about to touch earlier submissions together; what was told, and how often they tried."""
    barrier = Barrier(len(groups), timeout=20)
    lanes = [Meeting(open_lane(url), barrier) for _ in groups]
    told: list[list[Recorded]] = [[] for _ in groups]

    def run(number: int) -> None:
        told[number] = record_group(lanes[number], groups[number])

    writers = [Thread(target=run, args=(number,)) for number in range(len(groups))]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    for lane in lanes:
        lane.close()
    return told, sum(lane.attempts for lane in lanes)


def refusals(url: str) -> tuple[Entry, Entry]:
    """Two stored ones."""
    both = entry(1, Reason.MISSING_INFORMATION), entry(2, Reason.MISSING_INFORMATION)
    lane = open_lane(url)
    record_group(lane, both)
    lane.close()
    return both


def completing(earlier: Entry, number: int) -> Entry:
    """An accepted answer, with a case of its own."""
    report = report_entry(Reason.ADDRESS_IN_NETWORK, accused_value=f"203.0.113.{number}")
    return entry(number, Reason.ADDRESS_IN_NETWORK, report=report, completes=earlier.digest)


def test_two_writers_that_wait_for_each_other_lose_nothing(postgres_url: str) -> None:
    one, two = refusals(postgres_url)
    told, attempts = record_at_once(postgres_url, [[one, completing(two, 3)], [two, completing(one, 4)]])
    assert attempts == 3, "one of them began anew"
    assert [[each.verdict for each in group] for group in told] == [[Verdict.REJECTED, Verdict.ACCEPTED]] * 2
    with opened(postgres_url) as connection:
        s = SUBMISSION.c
        assert connection.execute(select(s.state, s.repeats).where(s.digest.in_([one.digest, two.digest]))).all() == [("completed", 1)] * 2
        assert connection.execute(select(func.count()).select_from(COMPLETION)).scalar() == 2
        assert connection.execute(select(func.count()).select_from(SUBMISSION_HISTORY)).scalar() == 2


def test_two_answers_to_one_refusal_at_once_are_both_linked(postgres_url: str) -> None:
    one, _ = refusals(postgres_url)
    record_at_once(postgres_url, [[completing(one, 3)], [completing(one, 4)]])
    with opened(postgres_url) as connection:
        found = select(SUBMISSION.c.state).order_by(SUBMISSION.c.id)
        assert list(connection.execute(found).scalars()) == ["completed", "rejected", "accepted", "accepted"]
        assert connection.execute(select(func.count()).select_from(COMPLETION)).scalar() == 2


def test_two_writers_that_complete_the_same_two_do_not_wait_for_each_other(postgres_url: str) -> None:
    one, two = refusals(postgres_url)
    groups = [[completing(one, 3), completing(two, 4)], [completing(two, 5), completing(one, 6)]]
    _, attempts = record_at_once(postgres_url, groups)
    assert attempts == 4, "each wrote its two at the first attempt"


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    engine = open_engine(url)
    with reading(engine) as connection:
        yield connection
    engine.dispose()
