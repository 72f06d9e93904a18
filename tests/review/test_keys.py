"""Keys of other systems: what they open, every route with every key, and what is written down of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from review.guard import Route as Declared
from review.people import Need
from review.routes import ROUTES
from storage.audit import Act
from storage.engine import open_engine, reading, writing
from storage.keys import add_key, find_key, list_keys, revoke_key
from storage.staff import Role, StaffError
from storage.tables import AUDIT
from storage.tables.staff import API_KEY
from tests.review.conftest import TestDesk, first_reference

ACT = Act(actor="ada")
MADE = {"viewer": Role.VIEWER, "handler": Role.HANDLER}
SHOWN = ("none", "garbage", "wrong secret", "revoked", *MADE)


class Keys:
    """A desk's keys."""

    def __init__(self, desk: TestDesk) -> None:
        self.desk = desk
        self.engine = open_engine(desk.url)
        with writing(self.engine) as connection:
            self.shown = {name: add_key(connection, name, role, ACT) for name, role in MADE.items()}
            self.shown["revoked"] = add_key(connection, "revoked", Role.HANDLER, ACT)
            revoke_key(connection, "revoked", ACT)
        self.shown |= {"garbage": "x", "wrong secret": self.shown["handler"][:-4] + "AAAA"}

    def client(self, name: str) -> TestClient:
        """A program that shows that key."""
        headers = {"authorization": f"Bearer {self.shown[name]}"} if name != "none" else {}
        return TestClient(self.desk.app, base_url="http://127.0.0.1", follow_redirects=False, headers=headers)

    def acts(self) -> list[tuple[str, str]]:
        """The audit log: actor and action."""
        with reading(self.engine) as connection:
            return [(row.actor, row.action) for row in connection.execute(select(AUDIT).order_by(AUDIT.c.id))]


@pytest.fixture
def keys(desk: TestDesk) -> Iterator[Keys]:
    made = Keys(desk)
    yield made
    made.engine.dispose()


def _path(route: Declared, desk: TestDesk) -> str:
    browser = desk.browser("vera")
    kind = "cases" if "/cases/" in route.path else "submissions"
    reference = first_reference(browser.get("/cases?all=1" if kind == "cases" else "/rejected"), kind)
    return route.path.replace("{reference}", reference).replace("{kind}", "csv")


@pytest.mark.parametrize("shown", SHOWN)
def test_a_key_opens_the_routes_of_its_role_and_no_page(keys: Keys, shown: str) -> None:
    paths = [_path(route, keys.desk) for route in ROUTES]
    for route, path in zip(ROUTES, paths, strict=True):
        client = keys.client(shown)
        answer = client.post(path, json={"action": "note", "note": "seen"}) if route.method == "POST" else client.get(path)
        assert answer.status_code in _expected(route, shown), (route, answer.text)
        assert route.is_api or route.need is Need.NOBODY or answer.headers["location"].startswith("/sign-in")
        assert answer.status_code != 401 or not route.is_api or shown == "none" or answer.headers["www-authenticate"] == "Bearer"
        keys.desk.app.state.desk.throttle.has_succeeded("key testclient")  # what is looked at here is not the waiting


def _expected(route: Declared, shown: str) -> tuple[int, ...]:
    if not route.is_api:
        return (200, 303, 403, 404) if route.need is Need.NOBODY else (303,)
    if shown not in (*MADE, "none"):
        return (401,)
    if route.need is Need.NOBODY:
        return (200,)
    if shown == "none":
        return (401,)
    return (200, 400, 409) if MADE[shown].may(Role(route.need.value)) else (403,)


def test_what_a_key_changes_is_written_down_with_its_name(keys: Keys) -> None:
    reference = first_reference(keys.desk.browser("vera").get("/rejected"))
    client = keys.client("handler")
    answer = client.post(f"/api/submissions/{reference}/judge", json={"action": "reopen", "note": "ours after all"})
    assert (answer.status_code, answer.json()["state"]) == (200, "reopened")
    assert keys.acts()[-1] == ("key:handler", "submission-reopened")
    assert client.post(f"/api/submissions/{reference}/judge", json={"action": "reopen"}).status_code == 409


def test_a_key_takes_a_case_through_its_steps(keys: Keys) -> None:
    client = keys.client("handler")
    case = next(one for one in client.get("/api/cases").json()["cases"] if one["state"] == "received" and one["event"] == "spam")
    path = f"/api/cases/{case['reference']}/act"
    for sent in (
        {"action": "advance", "to": "investigating"},
        {"action": "assign", "assignee": "hana"},
        {"action": "note", "note": "called"},
    ):
        answer = client.post(path, json=sent)
        assert (answer.status_code, answer.json()["state"]) == (200, "investigating")
    assert client.post(path, json={"action": "advance", "to": "received"}).status_code == 409
    assert client.post("/api/cases/C-0000-0000-0000/act", json={"action": "assign"}).status_code == 404
    assert [actor for actor, action in keys.acts() if action.startswith("case-")] == ["key:handler"] * 3


@pytest.mark.parametrize("body", [b"", b"[]", b'"x"', b'{"action": 1}', b"\xff", b"{" * 9_999])
def test_what_is_not_an_object_of_texts_changes_nothing(keys: Keys, body: bytes) -> None:
    reference = first_reference(keys.desk.browser("vera").get("/rejected"))
    before = keys.desk.state()
    assert keys.client("handler").post(f"/api/submissions/{reference}/judge", content=body).status_code == 400
    assert keys.desk.state() == before


def test_a_session_needs_the_forms_token_at_the_api_too(keys: Keys) -> None:
    browser = keys.desk.browser("hana")
    path = f"/api/submissions/{first_reference(browser.get('/rejected'))}/judge"
    assert browser.client.post(path, json={"action": "reopen"}).status_code == 403
    assert browser.post(path, action="reopen") == 200


def test_wrong_keys_make_an_address_wait_and_are_written_down(keys: Keys) -> None:
    client = keys.client("garbage")
    codes = [client.get("/api/cases").status_code for _ in range(7)]
    assert codes[:5] == [401] * 5
    assert codes[-1] == 429
    assert keys.client("viewer").get("/api/cases").status_code == 200, "behind a proxy, others share the address"
    assert client.get("/api/cases").status_code == 429
    assert keys.acts().count(("", "key-refused")) == 5


def test_a_key_is_kept_nowhere_and_found_only_whole(keys: Keys) -> None:
    key = keys.shown["handler"]
    with reading(keys.engine) as connection:
        row = connection.execute(select(API_KEY).where(API_KEY.c.name == "handler")).one()
        assert key.rpartition("_")[2] not in str(row)
        person = find_key(connection, key)
        assert person is not None
        assert (person.name, person.role) == ("key:handler", Role.HANDLER)
        for wrong in (key[:-1], key + "A", key.upper(), key[4:], "", "adk__", f" {key}"):
            assert find_key(connection, wrong) is None


def test_the_last_use_is_known_to_the_minute(keys: Keys) -> None:
    keys.client("viewer").get("/api/cases")
    with reading(keys.engine) as connection:
        used = {one.name: one.last_used_at for one in list_keys(connection)}
    assert used["viewer"] is not None
    assert datetime.now(UTC) - used["viewer"] < timedelta(minutes=2)
    assert used["handler"] is None


@pytest.mark.parametrize(
    "name,role", [("", Role.VIEWER), ("x" * 65, Role.VIEWER), ("a\nb", Role.VIEWER), ("viewer", Role.VIEWER), ("new", Role.ADMIN)]
)
def test_an_unfit_name_or_role_makes_no_key(keys: Keys, name: str, role: Role) -> None:
    with pytest.raises(StaffError), writing(keys.engine) as connection:
        add_key(connection, name, role, ACT)


def test_the_page_shows_a_new_key_once_and_revokes_it(keys: Keys) -> None:
    browser = keys.desk.browser("ada")
    page = browser.client.post("/keys", data={"form_token": browser.token, "name": "billing", "role": "viewer"}).text
    key = page.split("<code>")[1].split("</code>")[0]
    assert key not in browser.get("/keys")
    keys.shown["billing"] = key
    assert keys.client("billing").get("/api/cases").status_code == 200
    assert browser.post("/keys", name="billing", role="viewer") == 409
    assert browser.post("/keys", revoke="billing") == 303
    assert keys.client("billing").get("/api/cases").status_code == 401
