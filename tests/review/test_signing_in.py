"""Signing in: throttled, a new session each time, ended by signing out."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from review.guard import SESSION
from review.people import Throttle
from storage.audit import Act
from storage.engine import open_engine, writing
from storage.staff import Role, StaffError, add_user, disable_user
from tests.review.conftest import TestDesk
from tests.review.filled import PASSWORD


def _sign_in(client: TestClient, name: str, password: str, **more: str) -> int:
    found = re.search(r'name="form_token" value="([^"]+)"', client.get("/sign-in").text)
    assert found is not None
    return int(client.post("/sign-in", data={"form_token": found[1], "name": name, "password": password, **more}).status_code)


def test_the_right_password_opens_the_desk(desk: TestDesk) -> None:
    client = desk.browser(None).client
    assert _sign_in(client, "vera", PASSWORD) == 303
    assert client.get("/rejected").status_code == 200


@pytest.mark.parametrize("name,password", [("vera", "wrong"), ("nobody", PASSWORD), ("", ""), ("vera'--", PASSWORD), ("vera\0", PASSWORD)])
def test_anything_else_does_not(desk: TestDesk, name: str, password: str) -> None:
    client = desk.browser(None).client
    assert _sign_in(client, name, password) == 401
    assert SESSION not in client.cookies


def test_after_five_failures_even_the_right_password_waits(desk: TestDesk) -> None:
    client = desk.browser(None).client
    assert [_sign_in(client, "vera", "wrong") for _ in range(5)] == [401] * 5
    assert _sign_in(client, "vera", PASSWORD) == 429


def test_the_wait_doubles_and_ends() -> None:
    now = [0.0]
    throttle = Throttle(clock=lambda: now[0])
    for _ in range(5):
        assert throttle.wait_s("a") == 0
        throttle.has_failed("a")
    assert throttle.wait_s("a") == 30
    assert throttle.wait_s("b") == 0
    throttle.has_failed("a")
    assert throttle.wait_s("a") == 60
    now[0] = 61.0
    assert throttle.wait_s("a") == 0
    throttle.has_succeeded("a")
    throttle.has_failed("a")
    assert throttle.wait_s("a") == 0


def test_a_session_that_was_planted_is_not_the_one_that_is_opened(desk: TestDesk) -> None:
    client = desk.browser(None).client
    client.cookies.set(SESSION, "planted")
    assert _sign_in(client, "vera", PASSWORD) == 303
    assert {cookie.value for cookie in client.cookies.jar if cookie.name == SESSION and cookie.domain != ""} - {"planted"}
    stranger = desk.browser(None).client
    stranger.cookies.set(SESSION, "planted")
    assert stranger.get("/rejected").status_code == 303


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(desk: TestDesk) -> None:
    browser = desk.browser("vera")
    copy = desk.browser(None).client
    copy.cookies.set(SESSION, browser.client.cookies[SESSION])
    assert copy.get("/rejected").status_code == 200
    assert browser.post("/sign-out") == 303
    assert copy.get("/rejected").status_code == 303


def test_somebody_who_is_disabled_is_out_at_once(desk: TestDesk) -> None:
    browser, engine = desk.browser("vera"), open_engine(desk.url)
    with writing(engine) as connection:
        disable_user(connection, "vera", Act(actor="ada"))
    engine.dispose()
    assert browser.client.get("/rejected").status_code == 303
    assert _sign_in(desk.browser(None).client, "vera", PASSWORD) == 401


@pytest.mark.parametrize("wanted", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/a\r\nb: c", ""])
def test_signing_in_never_leads_elsewhere(desk: TestDesk, wanted: str) -> None:
    client = desk.browser(None).client
    found = re.search(r'name="form_token" value="([^"]+)"', client.get("/sign-in").text)
    assert found is not None
    answer = client.post("/sign-in", data={"form_token": found[1], "name": "vera", "password": PASSWORD, "next": wanted})
    assert answer.headers["location"] == "/"


def test_signing_in_leads_to_the_page_that_was_asked_for(desk: TestDesk) -> None:
    client = desk.browser(None).client
    away = client.get("/rejected?reason=no-headers").headers["location"]
    assert away == "/sign-in?next=%2Frejected%3Freason%3Dno-headers"


@pytest.mark.parametrize(
    "name,password", [("", "long enough indeed"), ("x" * 65, "long enough indeed"), ("a\nb", "long enough indeed"), ("new", "short")]
)
def test_names_and_passwords_have_their_bounds(tmp_path: Path, name: str, password: str, empty_desk: TestDesk) -> None:
    engine = open_engine(empty_desk.url)
    with pytest.raises(StaffError), writing(engine) as connection:
        add_user(connection, name, password, Role.VIEWER, Act(actor="test"))
    engine.dispose()


def test_a_name_is_given_once(empty_desk: TestDesk) -> None:
    engine = open_engine(empty_desk.url)
    with pytest.raises(StaffError, match="already"), writing(engine) as connection:
        add_user(connection, "ada", "long enough indeed", Role.VIEWER, Act(actor="test"))
    engine.dispose()
