"""The keys of other systems: who has one, what it opens, when it was used last; a new one is shown this once."""

from starlette.responses import Response

from review.asked import Asked, go_to
from review.filtering import word_of
from storage.engine import reading, writing
from storage.keys import ROLES, add_key, list_keys, revoke_key
from storage.staff import Role, StaffError


def show(asked: Asked) -> Response:
    """All of them, and the form for a new one."""
    return _keys(asked)


def change(asked: Asked) -> Response:
    """Make a key or revoke one."""
    revoked, role = asked.field("revoke", 64), word_of(Role, asked.field("role"))
    if not revoked and role is None:
        return asked.page("problem.html", status=400, code=400)
    try:
        with writing(asked.desk.engine) as connection:
            if revoked:
                revoke_key(connection, revoked, asked.act())
                made = ""
            else:
                made = add_key(connection, asked.field("name", 100), role or Role.VIEWER, asked.act())
    except StaffError as error:
        return _keys(asked, problem=str(error), status=409)
    return _keys(asked, made=made) if made else go_to("/keys")


def _keys(asked: Asked, *, made: str = "", problem: str = "", status: int = 200) -> Response:
    with reading(asked.desk.engine) as connection:
        keys = list_keys(connection)
    return asked.page("keys.html", status=status, keys=keys, roles=ROLES, made=made, problem=problem)
