"""The way to every page: who asks, whether the page is for them, whether the form was ours; and the headers of every answer."""

import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from inspect import iscoroutinefunction
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as StarletteRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from review.asked import Asked, Desk, go_to
from review.keys import holder_of, key_of
from review.people import Need
from review.words import LANGUAGES, language_of, words_in
from storage.engine import reading, writing
from storage.staff import Person, find_person, is_to_be_prolonged, prolong_session

SESSION = "desk_session"
BEFORE = "desk_before"  # holds the token of the sign-in form, before there is a session
LANGUAGE = "desk_language"
JOURNEY = "desk_journey"  # holds the state of a journey to the provider
FORM_BYTES = 262_144

log = logging.getLogger(__name__)

Handler = Callable[[Asked], Response] | Callable[[Asked], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way in.   need: who may.   body_bytes: the largest form."""

    method: str
    path: str
    need: Need
    handler: Any
    body_bytes: int = FORM_BYTES

    @property
    def is_api(self) -> bool:
        """Whether programs ask there."""
        return self.path.startswith("/api")


def guarded(route: Route, desk: Desk) -> StarletteRoute:
    """The route as the server takes it: the handler is reached only by whom it is for, with a form that is ours."""

    async def endpoint(request: Request) -> Response:
        now = datetime.now(UTC)
        key = key_of(request) if route.is_api else None
        person = await run_in_threadpool(_person, desk, request, key, now)
        if route.need is not Need.NOBODY and person is None:
            return _sign_in_first(request, route)
        words = words_in(_language(request))
        asked = Asked(request=request, desk=desk, words=words, person=person)
        if person is not None and not route.need.allows(person.role):
            raise HTTPException(403, "role")
        if route.method == "POST":
            form = await (_form(request, route.body_bytes) if key is None else _body(request))
            if key is None and not _is_ours(form, person, request):
                await form.close()
                raise HTTPException(403, "token")
            asked = Asked(request=request, desk=desk, words=words, person=person, form=form)
        try:
            answer = await _answer(route, asked)
        finally:
            await asked.form.close()
        if request.query_params.get("lang") in LANGUAGES:
            answer.set_cookie(LANGUAGE, request.query_params["lang"], samesite="lax", httponly=True, max_age=31_536_000)
        return answer

    name = f"{route.method} {route.path}"
    return StarletteRoute(route.path, endpoint, methods=[route.method], name=name, max_body_size=route.body_bytes)


async def _answer(route: Route, asked: Asked) -> Response:
    """What the page says; what nobody foresaw is logged here, inside the headers that every answer carries."""
    try:
        answer: Response = await (route.handler(asked) if iscoroutinefunction(route.handler) else run_in_threadpool(route.handler, asked))
    except HTTPException:
        raise
    except Exception:
        log.exception("%s %s failed", route.method, route.path)
        raise HTTPException(500, "trouble") from None
    return answer


def _person(desk: Desk, request: Request, key: str | None, now: datetime) -> Person | None:
    """Who asks: the holder of a key where one is shown, else whoever has signed in.   Raises HTTPException for a key that is nobody's."""
    if key is not None:
        return holder_of(desk, key, request.client.host if request.client else "", now)
    token = request.cookies.get(SESSION, "")
    if not token:
        return None
    with reading(desk.engine) as connection:
        person = find_person(connection, token, now)
        is_due = person is not None and is_to_be_prolonged(connection, token, now)
    if is_due:
        with writing(desk.engine) as connection:
            prolong_session(connection, token, now)
    return person


def _sign_in_first(request: Request, route: Route) -> Response:
    if route.is_api:
        return JSONResponse({"error": "sign in first"}, status_code=401)
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return go_to("/sign-in", next=wanted) if route.method == "GET" else go_to("/sign-in")


def _language(request: Request) -> str:
    chosen = request.query_params.get("lang") or request.cookies.get(LANGUAGE)
    return chosen if chosen in LANGUAGES else language_of(request.headers.get("accept-language", ""))


async def _form(request: Request, limit: int) -> FormData:
    try:
        return await request.form(max_files=1, max_fields=1_000, max_part_size=limit)
    except (MultiPartException, HTTPException):
        raise HTTPException(400, "form") from None


async def _body(request: Request) -> FormData:
    """What a program sends: a JSON object of texts.   It needs no token, since no browser sends a key by itself."""
    try:
        sent = await request.json()
    except ValueError:
        raise HTTPException(400, "body") from None
    if not isinstance(sent, dict) or not all(isinstance(one, str) for one in sent.values()):
        raise HTTPException(400, "body")
    return FormData(sent)


def _is_ours(form: FormData, person: Person | None, request: Request) -> bool:
    """Whether the form carries the token of the session, or of the browser that is about to sign in."""
    expected = person.form_token if person else request.cookies.get(BEFORE, "")
    given = form.get("form_token")
    return isinstance(given, str) and bool(expected) and hmac.compare_digest(given.encode(), expected.encode())


def fresh_token() -> str:
    """A token for the sign-in form."""
    return secrets.token_urlsafe(32)


_HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'; connect-src 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


class Headers:
    """Every answer, also to what there is no page for, carries the same headers; nothing of the desk is kept by a cache."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                is_ours = scope["path"].startswith("/static/")
                headers["cache-control"] = "max-age=3600" if is_ours else "no-store"
            await send(message)

        await self._app(scope, receive, with_headers)
