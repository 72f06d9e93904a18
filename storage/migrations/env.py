"""What Alembic runs: the revisions that are missing, in one transaction, behind a lock."""

from alembic import context
from sqlalchemy import text

from storage.engine import writing
from storage.tables.staff import STAFF_USER

_LOCK = 0x61627573  # an advisory lock of ours; SQLite's writing transaction is one already


def _run() -> None:
    with writing(context.config.attributes["engine"]) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        context.configure(connection=connection, target_metadata=STAFF_USER.metadata, transaction_per_migration=False)
        context.run_migrations()


_run()
