"""Who may do what: every route, with nobody and with each role, as the router has them."""

import pytest
from starlette.routing import Mount, Route

from review.guard import Route as Declared
from review.people import Need
from review.routes import ROUTES
from storage.staff import Role
from tests.review.conftest import Browser, TestDesk, first_reference

SOMEBODY: tuple[tuple[str | None, Role | None], ...] = (
    (None, None), ("vera", Role.VIEWER), ("hana", Role.HANDLER), ("ada", Role.ADMIN),
)  # fmt: skip


def _path(route: Declared, browser: Browser) -> str:
    kind = "cases" if "/cases/" in route.path else "submissions"
    reference = "C-0000-0000-0000"
    if "{reference}" in route.path and browser.token:
        reference = first_reference(browser.get("/cases?all=1" if kind == "cases" else "/rejected"), kind)
    return route.path.replace("{reference}", reference).replace("{kind}", "csv")


def test_nothing_is_served_that_the_table_does_not_name(shared_desk: TestDesk) -> None:
    served = {(method, one.path) for one in shared_desk.app.routes if isinstance(one, Route) for method in one.methods or ()}
    declared = {(route.method, route.path) for route in ROUTES}
    assert served - {("HEAD", path) for _, path in declared} == declared
    assert [one.path for one in shared_desk.app.routes if isinstance(one, Mount)] == ["/static"]


def test_only_signing_in_and_the_description_of_the_api_are_for_everybody() -> None:
    assert {route.path for route in ROUTES if route.need is Need.NOBODY} == {
        "/sign-in", "/sign-in/provider", "/sign-in/provider/back", "/api/openapi.json",
    }  # fmt: skip


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.parametrize("name,role", SOMEBODY, ids=lambda one: str(one))
def test_a_route_opens_to_whom_it_declares(desk: TestDesk, route: Declared, name: str | None, role: Role | None) -> None:
    browser = desk.browser(name)
    path = _path(route, browser)
    form = {"form_token": browser.token, "action": "reopen", "note": "seen", "mail": "From: a@b.example\r\n\r\nhello"}
    answer = browser.client.post(path, data=form) if route.method == "POST" else browser.client.get(path)
    is_sent_away = answer.status_code == 401 or answer.headers.get("location", "").startswith("/sign-in?next")
    if route.need is Need.NOBODY:
        assert answer.status_code in (200, 303, 401, 403, 404)
    elif role is None:
        assert answer.status_code == 401 if route.is_api else answer.headers["location"].startswith("/sign-in")
    elif role.may(Role(route.need.value)):
        assert answer.status_code in (200, 303, 400, 409), (answer.status_code, answer.text[-300:])
        assert not is_sent_away
    else:
        assert answer.status_code == 403


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method == "POST"], ids=lambda route: route.path)
def test_nothing_changes_without_a_token_or_with_somebody_elses(desk: TestDesk, route: Declared) -> None:
    browser, other = desk.browser("ada"), desk.browser("hana")
    path, before = _path(route, browser), desk.state()
    reference = first_reference(browser.get("/rejected"))
    for token in (None, "", "wrong", other.token):
        form = {"action": "reopen", "reference": reference, "to": "investigating", "name": "ada", "password": "x"}
        answer = browser.client.post(path, data=form | ({} if token is None else {"form_token": token}))
        assert answer.status_code == 403
    assert desk.state() == before
    assert browser.client.get("/rejected").status_code == 200, "the session goes on"


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method == "POST"], ids=lambda route: route.path)
def test_nothing_changes_by_get(desk: TestDesk, route: Declared) -> None:
    browser, before = desk.browser("ada"), desk.state()
    browser.client.get(_path(route, browser), params={"form_token": browser.token, "action": "reopen", "note": "x"})
    assert desk.state() == before


def test_a_form_that_is_too_large_is_not_read(desk: TestDesk) -> None:
    browser = desk.browser("ada")
    assert browser.post("/submissions/judge", action="reopen", note="x" * 400_000) in (400, 413)


@pytest.mark.parametrize("path", ["/", "/rejected", "/nowhere", "/static/desk.css", "/static/nothing", "/api/cases", "/sign-in"])
def test_every_answer_carries_the_headers(shared_desk: TestDesk, path: str) -> None:
    for name in (None, "vera"):
        headers = shared_desk.browser(name).client.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_what_nobody_foresaw_says_nothing_of_itself(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret of the house")

    browser = desk.browser("vera")
    monkeypatch.setattr("review.pages.submissions.list_submissions", fail)
    answer = browser.client.get("/rejected")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["content-security-policy"]
