"""Who asks with a key: `Authorization: Bearer` (RFC 6750 section 2.1), at the JSON API and nowhere else."""

from datetime import datetime
from typing import NoReturn

from starlette.exceptions import HTTPException
from starlette.requests import Request

from review.asked import Desk
from storage.audit import Act, append
from storage.engine import reading, writing
from storage.keys import find_key, is_use_to_be_noted, note_use
from storage.staff import Person

_CHALLENGE = {"www-authenticate": "Bearer"}


def key_of(request: Request) -> str | None:
    """The key that a request shows, perhaps nobody's; None when it shows none."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def holder_of(desk: Desk, key: str, peer: str, now: datetime) -> Person:
    """Whose key that is.   Raises HTTPException: 401 for nobody's, 429 for an address that has shown too many of those.

    A good key is never made to wait: behind a proxy all systems have one address, and nobody guesses 256 bits.
    """
    with reading(desk.engine) as connection:
        person = find_key(connection, key)
        is_to_be_noted = person is not None and is_use_to_be_noted(connection, key, now)
    if person is None:
        _refuse(desk, peer)
    if is_to_be_noted:
        with writing(desk.engine) as connection:
            note_use(connection, key, now)
    return person


def _refuse(desk: Desk, peer: str) -> NoReturn:
    place = f"key {peer}"
    if wait_s := desk.throttle.wait_s(place):
        raise HTTPException(429, "throttled", headers={"retry-after": str(wait_s)})
    desk.throttle.has_failed(place)
    with writing(desk.engine) as connection:
        append(connection, Act(actor=""), "key-refused", peer)
    raise HTTPException(401, "key", headers=_CHALLENGE)
