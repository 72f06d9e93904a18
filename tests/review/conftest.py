"""A desk with mail in it, and browsers of each role."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from config.settings import build_policy
from intake.pipeline import conclude, examine
from intake.replay import redecide_with
from intake.web import document_of
from parsers.submission import Door, Submission
from review.app import create_app
from review.guard import SESSION
from routing.document import Document
from routing.facts import Facts
from storage.engine import open_engine, reading, writing
from storage.staff import begin_session, find_person
from storage.tables import CASE, SUBMISSION
from storage.tables.staff import STAFF_USER
from tests.review.filled import CONTRACTORS, last_days, make_store, settings_for, store_mails


@dataclass(frozen=True, kw_only=True)
class Browser:
    """A client with a session.   token: what its forms carry."""

    client: TestClient
    token: str

    def get(self, path: str) -> str:
        """A page that must be there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def post(self, path: str, **form: object) -> int:
        """Send a form; gives the status."""
        return int(self.client.post(path, data={"form_token": self.token, **form}).status_code)


@dataclass(frozen=True, kw_only=True)
class TestDesk:
    """The application over a store of its own."""

    __test__ = False
    app: Starlette
    url: str

    def browser(self, name: str | None) -> Browser:
        """Of somebody who has signed in; None: of nobody."""
        client = TestClient(self.app, base_url="http://127.0.0.1", follow_redirects=False)
        if name is None:
            return Browser(client=client, token="")
        engine, now = open_engine(self.url), datetime.now(UTC)
        with writing(engine) as connection:
            user = connection.execute(select(STAFF_USER.c.id).where(STAFF_USER.c.name == name)).scalar_one()
            cookie = begin_session(connection, user, now)
            person = find_person(connection, cookie, now)
        engine.dispose()
        client.cookies.set(SESSION, cookie)
        assert person is not None
        return Browser(client=client, token=person.form_token)

    def state(self) -> tuple[object, ...]:
        """Everything that a judgement could change."""
        engine = open_engine(self.url)
        with reading(engine) as connection:
            submissions = connection.execute(select(SUBMISSION.c.id, SUBMISSION.c.state).order_by(SUBMISSION.c.id)).all()
            cases = connection.execute(select(CASE.c.id, CASE.c.state, CASE.c.assignee, CASE.c.submissions).order_by(CASE.c.id)).all()
        engine.dispose()
        return (*map(tuple, submissions), *map(tuple, cases))


def desk_over(url: str, prefixes: Path | None = None) -> TestDesk:
    """The application over a store that is there."""
    settings = settings_for(url, prefixes=prefixes)
    policy = build_policy(settings)

    async def explain(raw: bytes, door: Door) -> Document:
        submission = Submission(raw=raw, door=door, arrived_at=datetime.now(UTC))
        return document_of(conclude(examine(submission, policy), Facts(is_offline=True), policy))

    return TestDesk(app=create_app(settings, policy, explain=explain, redecide=redecide_with(policy)), url=url)


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with some hundred submissions and somebody of each role."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "prefixes.csv").write_text(CONTRACTORS)
    url = f"sqlite:///{folder}/desk.db"
    make_store(url)
    store_mails(url, build_policy(settings_for(url, prefixes=folder / "prefixes.csv")), last_days(110))
    engine = open_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return folder / "desk.db"


@pytest.fixture(scope="session")
def shared_desk(filled_file: Path) -> Iterator[TestDesk]:
    """A desk that nobody changes."""
    desk = desk_over(f"sqlite:///{filled_file}", filled_file.with_name("prefixes.csv"))
    yield desk
    desk.app.state.desk.engine.dispose()


@pytest.fixture
def desk(filled_file: Path, tmp_path: Path) -> Iterator[TestDesk]:
    """A desk of the test's own."""
    (tmp_path / "desk.db").write_bytes(filled_file.read_bytes())
    desk = desk_over(f"sqlite:///{tmp_path}/desk.db", filled_file.with_name("prefixes.csv"))
    yield desk
    desk.app.state.desk.engine.dispose()


@pytest.fixture
def empty_desk(filled_file: Path, tmp_path: Path) -> Iterator[TestDesk]:
    """People, and no mail yet."""
    url = f"sqlite:///{tmp_path}/desk.db"
    make_store(url)
    desk = desk_over(url)
    yield desk
    desk.app.state.desk.engine.dispose()


@pytest.fixture
def audited(desk: TestDesk) -> Callable[[], list[tuple[str, str, str]]]:
    """The audit log: actor, action, subject."""

    def read() -> list[tuple[str, str, str]]:
        from storage.tables import AUDIT

        engine = open_engine(desk.url)
        with reading(engine) as connection:
            rows = connection.execute(select(AUDIT.c.actor, AUDIT.c.action, AUDIT.c.subject).order_by(AUDIT.c.id)).all()
        engine.dispose()
        return [tuple(row) for row in rows]

    return read


def first_reference(html: str, kind: str = "submissions") -> str:
    """The first reference that a list links to."""
    found = re.search(rf'href="/{kind}/([CRS]-[0-9A-Z-]{{14}})"', html)
    assert found is not None
    return found[1]


def json_of(text: str) -> Document:
    """JSON as a value."""
    value: Document = json.loads(text)
    return value
