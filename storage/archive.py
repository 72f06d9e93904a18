"""Raw mail that has grown old, in an object store instead of the database: S3 and what speaks its protocol, or a folder (obstore).

A mail is written there, read back and compared, and only then taken out of the database; killed at any moment, the next run does it
again, and deletes what was written of mails that were erased before that (discard_left). Whoever reads one later has it checked against
the hash that stayed behind. Credentials come from the environment (AWS_…).
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, func, select, update

from config.errors import StorageBusy, StorageError
from storage.engine import reading, writing
from storage.tables import EVIDENCE, SUBMISSION

_SLICE = 100
_RETRIES = 2
_LISTED = 500
_NAME = re.compile(r"[0-9a-f]{2}/([0-9a-f]{64})-([0-9]{1,18})\.zst")  # as _put names it


class ArchiveAway(StorageBusy):
    """The object store does not answer, or has not got what was put there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Old:
    """How much could be moved.   stored_bytes: as it is compressed."""

    mails: int
    stored_bytes: int


def old_mails(connection: Connection, before: datetime) -> Old:
    """The mails in the database that came in before that moment."""
    query = select(func.count(), func.coalesce(func.sum(func.length(EVIDENCE.c.frame)), 0)).select_from(EVIDENCE).join(SUBMISSION)
    mails, stored_bytes = connection.execute(query.where(_is_old(before))).one()
    return Old(mails=mails, stored_bytes=stored_bytes)


def archive(engine: Engine, url: str, before: datetime) -> Iterator[Old]:
    """Move them, oldest first; tells of each slice that is done.   Raises ArchiveAway, StorageError; what is told of stays moved."""
    store = _opened(url)
    after = 0
    while slice_ := _slice(engine, before, after):
        moved = [(row, _put(store, url, row)) for row in slice_]
        with writing(engine) as connection:
            needless = [location for row, location in moved if not _take_out(connection, row, location)]
        for location in needless:
            discard(location)
        after = slice_[-1].submission_id
        yield Old(mails=len(slice_), stored_bytes=sum(len(row.frame) for row in slice_))


def fetch(location: str, *, most_bytes: int) -> bytes:
    """What lies at a location, unchecked.   Never reads more than most_bytes.   Raises ArchiveAway."""
    folder, _, name = location.rpartition("/")
    return _get(_opened(folder), name, most_bytes)


def discard(location: str) -> None:
    """Delete what lies there; nothing there is as good.   Raises ArchiveAway."""
    import obstore

    folder, _, name = location.rpartition("/")
    try:
        obstore.delete(_opened(folder), name)
    except FileNotFoundError:
        return
    except (OSError, obstore.exceptions.BaseError) as error:
        raise ArchiveAway("the archive does not answer") from error


def discard_left(engine: Engine, url: str) -> int:
    """Delete what a run that was killed had put there of mails that are erased by now; how many.   Raises ArchiveAway, StorageError.

    Only where the store knows that very mail, and neither holds it nor says where it is: nobody is about to need what lies there.
    """
    store, left = _opened(url), 0
    for names in _listed(store):
        for name in _left(engine, names):
            discard(f"{url.rstrip('/')}/{name}")
            left += 1
    return left


def _listed(store: Any) -> Iterator[list[str]]:
    import obstore

    try:
        for found in obstore.list(store, chunk_size=_LISTED):
            yield [one["path"] for one in found]
    except (OSError, obstore.exceptions.BaseError) as error:
        raise ArchiveAway("the archive does not say what it holds") from error


def _left(engine: Engine, names: Iterable[str]) -> list[str]:
    """Those that are of an erased mail, whose place in the archive nobody noted."""
    e = EVIDENCE.c
    known = {(int(found[2]), found[1]): name for name in names if (found := _NAME.fullmatch(name))}
    query = select(e.submission_id, e.sha256).where(
        e.submission_id.in_([number for number, _ in known]), e.frame.is_(None), e.location == ""
    )
    with reading(engine) as connection:
        return [known[key] for key in map(tuple, connection.execute(query)) if key in known]


def _is_old(before: datetime) -> ColumnElement[bool]:
    """The SQL of "could be moved"; a place that retention has yet to empty (discard_moved) is not filled again under its hands."""
    e = EVIDENCE.c
    return e.frame.is_not(None) & (e.location == "") & (SUBMISSION.c.arrived_at < before)


def _take_out(connection: Connection, row: Any, location: str) -> bool:
    """Whether the row needs what was put there: not when the mail was erased or compressed anew in the meantime."""
    e = EVIDENCE.c
    is_it = e.submission_id == row.submission_id
    taken = connection.execute(update(EVIDENCE).where(is_it, e.frame == row.frame).values(frame=None, location=location))
    return bool(taken.rowcount) or connection.execute(select(e.location).where(is_it)).scalar() == location


def _slice(engine: Engine, before: datetime, after: int) -> list[Any]:
    e = EVIDENCE.c
    query = select(e.submission_id, e.sha256, e.frame).join(SUBMISSION).where(_is_old(before))
    with reading(engine) as connection:
        return list(connection.execute(query.where(e.submission_id > after).order_by(e.submission_id).limit(_SLICE)))


def _put(store: Any, url: str, row: Any) -> str:
    """Write one and read it back; where it is.   Frames of one mail differ with what they lean on, so the number is in the name."""
    import obstore

    frame = bytes(row.frame)
    name = f"{row.sha256[:2]}/{row.sha256}-{row.submission_id}.zst"
    try:
        obstore.put(store, name, frame)
    except (OSError, obstore.exceptions.BaseError) as error:
        raise ArchiveAway("the archive does not take the mail") from error
    if _get(store, name, len(frame)) != frame:
        raise ArchiveAway("the archive does not give back what was put there")
    return f"{url.rstrip('/')}/{name}"


def _get(store: Any, name: str, most_bytes: int) -> bytes:
    import obstore

    try:
        found = obstore.get(store, name)
        if found.meta["size"] > most_bytes:
            raise ArchiveAway("the archive holds more than was put there")
        return bytes(found.bytes())
    except (OSError, obstore.exceptions.BaseError) as error:
        raise ArchiveAway("the archive does not answer, or has not got the mail") from error


def _opened(url: str) -> Any:
    """Raises StorageError for a URL that is none."""
    import obstore

    try:
        if url.startswith("file://"):
            return obstore.store.from_url(url, mkdir=True)
        is_plain = os.environ.get("AWS_ALLOW_HTTP") == "true"
        return obstore.store.from_url(
            url,
            client_options={"timeout": "20s", "connect_timeout": "3s", "allow_http": is_plain},
            retry_config={"max_retries": _RETRIES},
        )
    except (OSError, ValueError, obstore.exceptions.BaseError) as error:
        raise StorageError(f"{url}: is not an archive that can be opened") from error
