"""Rows by the references that people write."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, select

from config.errors import StorageError
from storage.reference import CASE as CASE_LETTER
from storage.reference import digest_prefix, find_reference
from storage.tables import CASE, SUBMISSION


class NoSuchReference(StorageError):
    """Nothing in the store has that reference."""


def find_submission(connection: Connection, reference: str) -> Mapping[str, Any] | None:
    """The submission that a reference (any letter), a digest or its beginning names, all columns; None when there is none.

    C- names the submission that opened the case. Sixty bits can meet: then it is the newest.
    """
    written = find_reference(reference)
    prefix = digest_prefix(written[1]) if written else reference.strip().lower()
    if len(prefix) < 15 or not all(digit in "0123456789abcdef" for digit in prefix):
        return None
    s = SUBMISSION.c
    return _first(connection, select(SUBMISSION).where(s.digest >= prefix, s.digest < prefix + "g").order_by(s.id.desc()))


def find_case(connection: Connection, reference: str) -> Mapping[str, Any] | None:
    """The case that a reference names, all columns; None when there is none."""
    written = find_reference(reference)
    if written is None or written[0] != CASE_LETTER:
        return None
    return _first(connection, select(CASE).where(CASE.c.letters == written[1]).order_by(CASE.c.id.desc()))


def require_submission(connection: Connection, reference: str) -> Mapping[str, Any]:
    """As find_submission.   Raises NoSuchReference."""
    return _required(find_submission(connection, reference), reference)


def require_case(connection: Connection, reference: str) -> Mapping[str, Any]:
    """As find_case.   Raises NoSuchReference."""
    return _required(find_case(connection, reference), reference)


def _first(connection: Connection, query: Select[Any]) -> Mapping[str, Any] | None:
    row = connection.execute(query.limit(1)).one_or_none()
    return row._asdict() if row else None


def _required(found: Mapping[str, Any] | None, reference: str) -> Mapping[str, Any]:
    if found is None:
        raise NoSuchReference(f"there is no {reference[:32]!r} in the store")
    return found
