"""Signing in through an OpenID Connect provider, against one on loopback: who gets in, as what, and every lie that does not."""

import http.client
import json
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import select
from starlette.testclient import TestClient

from config.errors import ConfigError
from config.sections import DeskRole, Review
from review.app import create_app
from review.guard import SESSION
from review.provider import Provider
from storage.audit import Act
from storage.engine import open_engine, reading, writing
from storage.staff import disable_user
from storage.tables import AUDIT
from tests.review.conftest import TestDesk
from tests.review.filled import PASSWORD
from tests.review.provider import CLIENT, SECRET, Account, TestProvider, provided

CALLBACK = "http://127.0.0.1/sign-in/provider/back"
ROLES = {"abuse-viewers": DeskRole.VIEWER, "abuse-handlers": DeskRole.HANDLER, "abuse-admins": DeskRole.ADMIN}


@pytest.fixture(scope="module")
def running() -> Iterator[TestProvider]:
    """The provider."""
    with provided() as provider:
        yield provider


@pytest.fixture
def provider(running: TestProvider) -> TestProvider:
    """The provider, honest again."""
    running.account = Account()
    return running


def _settings(provider: TestProvider, *, password: bool = True) -> Review:
    return Review(
        oidc_issuer=provider.issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET, oidc_callback=CALLBACK, oidc_roles=ROLES,
        password=password,
    )  # fmt: skip


@pytest.fixture
def open_desk(desk: TestDesk, provider: TestProvider) -> TestDesk:
    """A desk that believes it."""
    return _with(desk, _settings(provider))


def _with(desk: TestDesk, review: Review) -> TestDesk:
    old = desk.app.state.desk
    settings = replace(old.settings, review=review)
    return TestDesk(app=create_app(settings, old.policy, explain=old.explain, redecide=old.redecide), url=desk.url)


def _go(client: TestClient, where: str = "") -> str:
    """To the provider; gives the address that it sends the browser back to."""
    goal = client.get("/sign-in/provider", params={"next": where}).headers["location"]
    asked = urlsplit(goal)
    connection = http.client.HTTPConnection(asked.netloc)
    connection.request("GET", f"{asked.path}?{asked.query}")
    back = connection.getresponse().getheader("location") or ""
    connection.close()
    assert back.startswith(CALLBACK)
    return back.removeprefix("http://127.0.0.1")


def _sign_in(desk: TestDesk) -> TestClient:
    client = desk.browser(None).client
    client.get(_go(client))
    return client


def test_whom_the_provider_vouches_for_gets_in_with_the_role_of_its_group(open_desk: TestDesk, provider: TestProvider) -> None:
    client = open_desk.browser(None).client
    answer = client.get(_go(client, "/cases?all=1"))
    assert answer.headers["location"] == "/cases?all=1"
    page = client.get("/cases?all=1").text
    assert "mika@example.net" in page
    assert 'title="handler"' in page
    assert client.get("/replay").status_code == 403


@pytest.mark.parametrize(
    "groups,role", [(["abuse-viewers"], "viewer"), (["abuse-admins", "abuse-viewers"], "admin"), (["x", "abuse-handlers"], "handler")]
)
def test_the_highest_role_of_the_groups_counts_anew_each_time(
    open_desk: TestDesk, provider: TestProvider, groups: list[str], role: str
) -> None:
    _sign_in(open_desk)
    provider.account = Account(claims={"groups": groups})
    assert f'title="{role}"' in _sign_in(open_desk).get("/rejected").text


@pytest.mark.parametrize("groups", [[], ["staff"], None, "abuse-admins", {"abuse-admins": True}])
def test_without_a_group_that_has_a_role_nobody_gets_in(open_desk: TestDesk, provider: TestProvider, groups: object) -> None:
    provider.account = Account(claims={"groups": groups})
    assert SESSION not in _sign_in(open_desk).cookies


def _unsigned(claims: dict[str, Any]) -> str:
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    return ".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


def _with_our_secret(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET.encode() * 3), algorithms=["HS256"])


def _of_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, RSAKey.generate_key(2048, {"kid": "k1"}))


_SOON, _LONG_AGO = int(time.time()) + 86_400, int(time.time()) - 3_600
LIES: dict[str, Account] = {
    "another nonce": Account(claims={"nonce": "another"}),
    "no nonce": Account(claims={"nonce": None}),
    "another audience": Account(claims={"aud": "another"}),
    "many audiences and no azp": Account(claims={"aud": [CLIENT, "another"]}),
    "azp of another": Account(claims={"aud": [CLIENT, "another"], "azp": "another"}),
    "no audience": Account(claims={"aud": None}),
    "another issuer": Account(claims={"iss": "https://another.example"}),
    "expired": Account(claims={"exp": _LONG_AGO}),
    "no expiry": Account(claims={"exp": None}),
    "an expiry that is no number": Account(claims={"exp": "9999999999"}),
    "of tomorrow": Account(claims={"iat": _SOON}),
    "nobody": Account(claims={"sub": None}),
    "an address that is not verified": Account(claims={"email_verified": False}),
    "no name": Account(claims={"email": None}),
    "a name with a line feed": Account(claims={"email": "ada\n"}),
    "the name of somebody with a password": Account(claims={"email": "ada"}),
    "unsigned": Account(forge=_unsigned),
    "signed with our secret": Account(forge=_with_our_secret),
    "signed with another key": Account(forge=_of_another_key),
    "no token": Account(forge=lambda _: "x.y"),
}


_REFUSED = "the ID token is refused for its "
WHY = {
    "another nonce": f"{_REFUSED}nonce", "no nonce": f"{_REFUSED}nonce", "another audience": f"{_REFUSED}audience",
    "many audiences and no azp": f"{_REFUSED}audience", "azp of another": f"{_REFUSED}audience", "no audience": f"{_REFUSED}audience",
    "another issuer": f"{_REFUSED}issuer", "expired": f"{_REFUSED}expiry", "no expiry": f"{_REFUSED}expiry",
    "an expiry that is no number": f"{_REFUSED}expiry", "of tomorrow": f"{_REFUSED}time of issue", "nobody": f"{_REFUSED}subject",
    "an address that is not verified": "there is no email to be named by", "no name": "there is no email to be named by",
    "a name with a line feed": "a name has 1 to 64 printable characters",
    "the name of somebody with a password": "the name ada is not theirs, or disabled",
}  # fmt: skip


def _why(desk: TestDesk) -> str:
    engine = open_engine(desk.url)
    with reading(engine) as connection:
        detail = connection.execute(select(AUDIT.c.detail).where(AUDIT.c.action == "sign-in-failed").order_by(AUDIT.c.id.desc())).scalars()
        found = str(json.loads(detail.first() or "{}")["why"])
    engine.dispose()
    return found


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_opens_nothing(open_desk: TestDesk, provider: TestProvider, lie: str) -> None:
    provider.account = LIES[lie]
    client = open_desk.browser(None).client
    answer = client.get(_go(client))
    assert answer.status_code == 401
    assert "did not open the desk" in answer.text
    assert SESSION not in client.cookies
    assert client.get("/rejected").headers["location"].startswith("/sign-in")
    assert _why(open_desk) == WHY.get(lie, "the ID token is not signed by the provider")


def test_a_journey_is_good_for_once(open_desk: TestDesk, provider: TestProvider) -> None:
    client = open_desk.browser(None).client
    back = _go(client)
    state = client.cookies["desk_journey"]
    assert client.get(back).status_code == 303
    client.cookies.clear()
    client.cookies.set("desk_journey", state)
    asked = len(provider.answered)
    assert client.get(back).status_code == 401
    assert len(provider.answered) == asked, "the code is not even tried"


def test_only_the_browser_that_began_a_journey_ends_it(open_desk: TestDesk, provider: TestProvider) -> None:
    theirs, ours = open_desk.browser(None).client, open_desk.browser(None).client
    back = _go(theirs)
    _go(ours)
    assert ours.get(back).status_code == 401
    assert SESSION not in ours.cookies


@pytest.mark.parametrize("before,after", [("state=", "state=x"), ("state=", "x="), ("iss=http", "iss=https"), ("code=", "error=")])
def test_an_answer_that_was_changed_is_refused(open_desk: TestDesk, provider: TestProvider, before: str, after: str) -> None:
    client = open_desk.browser(None).client
    assert client.get(_go(client).replace(before, after)).status_code == 401


def test_a_journey_ends_after_ten_minutes(provider: TestProvider) -> None:
    now = [time.time()]
    ours = Provider(_settings(provider), clock=lambda: now[0])
    state, goal = ours.begin("/")
    query = {name: value[0] for name, value in parse_qs(urlsplit(goal).query).items()}
    answer = {name: value[0] for name, value in parse_qs(urlsplit(provider.authorized(query)).query).items()}
    now[0] += 601
    with pytest.raises(Exception, match="not of a journey"):
        ours.end(answer, state)


def test_keys_that_were_changed_are_asked_for_again(provider: TestProvider, desk: TestDesk) -> None:
    desk = _with(desk, _settings(provider))
    _sign_in(desk)
    known = desk.app.state.desk.provider._kept
    known[f"{provider.issuer}/keys"] = (time.time() - 61, known[f"{provider.issuer}/keys"][1])
    provider.key = RSAKey.generate_key(2048, {"kid": "k2", "use": "sig"})
    assert SESSION in _sign_in(desk).cookies


def test_a_disabled_person_stays_out(open_desk: TestDesk, provider: TestProvider) -> None:
    _sign_in(open_desk)
    engine = open_engine(open_desk.url)
    with writing(engine) as connection:
        disable_user(connection, "mika@example.net", Act(actor="ada"))
    engine.dispose()
    assert SESSION not in _sign_in(open_desk).cookies


def test_no_password_opens_what_a_provider_vouches_for(open_desk: TestDesk, provider: TestProvider) -> None:
    _sign_in(open_desk)
    for password in ("", "vouched:", PASSWORD):
        assert _password(open_desk, "mika@example.net", password) == 401


def test_passwords_can_be_switched_off(desk: TestDesk, provider: TestProvider) -> None:
    without = _with(desk, _settings(provider, password=False))
    assert "password" not in without.browser(None).get("/sign-in").replace("passwort", "")
    client = without.browser(None).client
    client.get("/sign-in")
    form = {"form_token": client.cookies["desk_before"], "name": "vera", "password": PASSWORD}
    assert client.post("/sign-in", data=form).status_code == 403
    assert SESSION in _sign_in(without).cookies


def test_with_the_provider_away_passwords_still_open_the_desk(desk: TestDesk) -> None:
    away = Review(oidc_issuer="http://127.0.0.1:9", oidc_client_id=CLIENT, oidc_callback=CALLBACK, oidc_roles=ROLES)
    open_desk = _with(desk, away)
    assert open_desk.browser(None).client.get("/sign-in/provider").status_code == 401
    assert _password(open_desk, "vera", PASSWORD) == 303


def test_without_a_provider_its_routes_are_not_there(desk: TestDesk) -> None:
    for path in ("/sign-in/provider", "/sign-in/provider/back"):
        assert desk.browser(None).client.get(path).status_code == 404


@pytest.mark.parametrize(
    "review",
    [
        Review(password=False),
        Review(oidc_issuer="http://id.example.net", oidc_client_id="x", oidc_callback=CALLBACK),
        Review(oidc_issuer="https://id.example.net", oidc_client_id="", oidc_callback=CALLBACK),
        Review(oidc_issuer="https://id.example.net", oidc_client_id="x"),
    ],
)
def test_settings_that_cannot_work_are_told(desk: TestDesk, review: Review) -> None:
    with pytest.raises(ConfigError, match="review"):
        _with(desk, review)


def _password(desk: TestDesk, name: str, password: str) -> int:
    client = desk.browser(None).client
    found = re.search(r'name="form_token" value="([^"]+)"', client.get("/sign-in").text)
    assert found is not None
    return int(client.post("/sign-in", data={"form_token": found[1], "name": name, "password": password}).status_code)
