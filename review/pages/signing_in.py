"""Signing in and out."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from starlette.responses import Response

from review.asked import Asked, go_to
from review.guard import BEFORE, JOURNEY, SESSION, fresh_token
from review.provider import NotSignedIn
from storage.audit import Act, append
from storage.engine import reading, writing
from storage.staff import StaffError, begin_session, check_password, end_session, vouched_user


def show_form(asked: Asked) -> Response:
    """The form; whoever has signed in already goes on."""
    if asked.person is not None:
        return go_to("/")
    return _form(asked)


def sign_in(asked: Asked) -> Response:
    """Begin a session, a new one each time, or say that it was not to be."""
    if not asked.desk.settings.review.password:
        return asked.page("problem.html", status=403, code=403)
    name, password = asked.field("name", 64), str(asked.form.get("password", ""))[:1_000]
    peer = asked.request.client.host if asked.request.client else ""
    keys = (f"name {name}", f"peer {peer}")
    throttle = asked.desk.throttle
    if wait_s := throttle.wait_s(*keys):
        answer = _form(asked, status=429, problem=asked.words("sign-in.wait", seconds=wait_s))
        answer.headers["retry-after"] = str(wait_s)
        return answer
    with reading(asked.desk.engine) as connection:
        user = check_password(connection, name, password)
    if user is None:
        throttle.has_failed(*keys)
        with writing(asked.desk.engine) as connection:
            append(connection, Act(actor=""), "sign-in-failed", name, {"peer": peer})
        return _form(asked, status=401, problem=asked.words("sign-in.wrong"))
    throttle.has_succeeded(*keys)
    with writing(asked.desk.engine) as connection:
        token = begin_session(connection, user, datetime.now(UTC))
        append(connection, Act(actor=name), "sign-in", name, {"peer": peer})
    return _signed_in(asked, token, asked.field("next", 2_000))


def go_to_provider(asked: Asked) -> Response:
    """Send the browser to the provider, which knows who it is."""
    provider = asked.desk.provider
    if provider is None:
        return asked.page("problem.html", status=404, code=404)
    try:
        state, goal = provider.begin(_own_path(asked.query.get("next", "")))
    except NotSignedIn as error:
        return _refused(asked, str(error))
    answer = go_to(goal)
    answer.set_cookie(JOURNEY, state, httponly=True, samesite="lax", secure=asked.request.url.scheme == "https", max_age=600)
    return answer


def back_from_provider(asked: Asked) -> Response:
    """Begin a session for whom the provider vouches, or say that it was not to be."""
    provider = asked.desk.provider
    if provider is None:
        return asked.page("problem.html", status=404, code=404)
    try:
        vouched, where = provider.end(asked.query, asked.request.cookies.get(JOURNEY, ""))
        with writing(asked.desk.engine) as connection:
            act = Act(actor=vouched.name)
            user = vouched_user(connection, vouched.name, vouched.subject, vouched.role, act)
            token = begin_session(connection, user, act.at)
            append(connection, act, "sign-in", vouched.name, {"through": provider.settings.oidc_issuer})
    except (NotSignedIn, StaffError) as error:
        return _refused(asked, str(error))
    return _signed_in(asked, token, where)


def _signed_in(asked: Asked, token: str, where: str) -> Response:
    answer = go_to(_own_path(where))
    answer.set_cookie(SESSION, token, httponly=True, samesite="lax", secure=asked.request.url.scheme == "https")
    answer.delete_cookie(BEFORE)
    answer.delete_cookie(JOURNEY)
    return answer


def _refused(asked: Asked, why: str) -> Response:
    """The reason is for the audit log; whoever stands before the door hears only that it stays shut."""
    with writing(asked.desk.engine) as connection:
        append(connection, Act(actor=""), "sign-in-failed", "", {"why": why})
    answer = _form(asked, status=401, problem=asked.words("sign-in.refused"))
    answer.delete_cookie(JOURNEY)
    return answer


def sign_out(asked: Asked) -> Response:
    """End the session."""
    with writing(asked.desk.engine) as connection:
        end_session(connection, asked.request.cookies.get(SESSION, ""))
        append(connection, asked.act(), "sign-out", asked.person.name if asked.person else "")
    answer = go_to("/sign-in")
    answer.delete_cookie(SESSION)
    return answer


def _form(asked: Asked, *, status: int = 200, problem: str = "") -> Response:
    token = asked.request.cookies.get(BEFORE) or fresh_token()
    wanted = asked.field("next", 2_000) or asked.query.get("next", "")
    answer = asked.page("sign_in.html", status=status, token=token, problem=problem, wanted=_own_path(wanted), provider=asked.desk.provider)
    answer.set_cookie(BEFORE, token, httponly=True, samesite="strict", secure=asked.request.url.scheme == "https")
    return answer


def _own_path(wanted: str) -> str:
    """Where to go on: a path of ours, never another host's."""
    parts = urlsplit(wanted)
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc and wanted.isprintable()
    return wanted if is_ours else "/"
