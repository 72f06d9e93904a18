"""The desk as a web application."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from config.errors import ConfigError
from config.policy import Policy
from config.sections import Review, Settings
from review.asked import Asked, Desk, Explain, Redecide
from review.filters import FILTERS
from review.guard import Headers, guarded
from review.provider import Provider
from review.routes import ROUTES
from review.words import LANGUAGES, language_of, words_in
from storage.engine import open_engine

_HERE = Path(__file__).parent


def create_app(settings: Settings, policy: Policy, *, explain: Explain, redecide: Redecide) -> Starlette:
    """The application; explain and redecide are how it has mails decided, since that is the doors' business."""
    desk = Desk(
        settings=settings, policy=policy, engine=open_engine(settings.storage.url), pages=_pages(), explain=explain, redecide=redecide,
        provider=_provider(settings.review),
    )  # fmt: skip
    app = Starlette(
        routes=[*(guarded(route, desk) for route in ROUTES), Mount("/static", StaticFiles(directory=_HERE / "static"))],
        middleware=[Middleware(Headers)],
        exception_handlers={HTTPException: _problem(desk), Exception: _problem(desk)},
    )
    app.state.desk = desk
    return app


def _provider(settings: Review) -> Provider | None:
    if settings.oidc_issuer:
        return Provider(settings)
    if not settings.password:
        raise ConfigError("review.password: without passwords and without review.oidc_issuer nobody could sign in")
    return None


def _pages() -> Environment:
    """Templates: everything escaped, a name that is not there is an error."""
    pages = Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    pages.filters.update(FILTERS)
    pages.globals.update(languages=LANGUAGES, hour=timedelta(hours=1))
    return pages


Answering = Callable[[Request, Exception], Awaitable[Response]]


def _problem(desk: Desk) -> Answering:
    """Says what is wrong; of what nobody foresaw not a word of how it came about, since the log has that."""

    async def handler(request: Request, error: Exception) -> Response:
        code = error.status_code if isinstance(error, HTTPException) else 500
        headers: Mapping[str, str] = (error.headers or {}) if isinstance(error, HTTPException) else {}
        if request.url.path.startswith("/api"):
            return JSONResponse({"error": str(code)}, status_code=code, headers=dict(headers))
        words = words_in(language_of(request.headers.get("accept-language", "")))
        answer = Asked(request=request, desk=desk, words=words).page("problem.html", status=code, code=code)
        answer.headers.update(headers)
        return answer

    return handler
