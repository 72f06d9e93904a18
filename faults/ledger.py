"""What senders were promised, held against what the store has."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select, text

from config.errors import StorageError
from storage.engine import open_engine, reading
from storage.evidence import read_evidence
from storage.states import State
from storage.tables import EVIDENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """The figures that must be zero, and how much they are over.

    lost: acknowledged and not stored, or not byte for byte.   duplicates: mails stored twice.
    illegal: rows without a legal state, or received with nobody to decide them.   damage: what SQLite says of its
    file, "ok" when sound; PostgreSQL is not asked.
    """

    acknowledged: int
    stored: int
    lost: int
    duplicates: int
    illegal: int
    damage: str = "ok"

    @property
    def is_clean(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.duplicates or self.illegal) and self.damage == "ok"


def balance(store: str, acknowledged: Iterable[bytes]) -> Balance:
    """Compare.   store: its URL.   acknowledged: the raw mails whose sender got an answer of 2xx or 5xx."""
    promised = {hashlib.sha256(raw).hexdigest() for raw in acknowledged}
    engine = open_engine(store)
    with reading(engine) as connection:
        damage = connection.execute(text("PRAGMA integrity_check")).scalar_one() if store.startswith("sqlite") else "ok"
        illegal = connection.execute(_ILLEGAL, {"states": [*State]}).scalar_one()
        stored = _whole_mails(connection)
    engine.dispose()
    return Balance(
        acknowledged=len(promised),
        stored=len(stored),
        lost=len(promised.difference(stored)),
        duplicates=len(stored) - len(set(stored)),
        illegal=illegal,
        damage=damage,
    )


_ILLEGAL = text("""
SELECT count(*) FROM submission
WHERE state NOT IN :states
   OR (state = 'received') <> (verdict IS NULL)
   OR (state = 'received' AND NOT EXISTS (
       SELECT 1 FROM outbox WHERE submission_id = submission.id AND kind = 'decide' AND done_at IS NULL))
   OR NOT EXISTS (SELECT 1 FROM evidence WHERE submission_id = submission.id)
""").bindparams(bindparam("states", expanding=True))


def _whole_mails(connection: Connection) -> list[str]:
    """The SHA-256 of every mail that comes out of the store as it went in, read as the desk reads it."""
    found: list[str] = []
    for number in connection.execute(select(EVIDENCE.c.submission_id)).scalars().all():
        with suppress(StorageError):
            found.append(hashlib.sha256(read_evidence(connection, number)).hexdigest())
    return found
