"""`abusedesk archive`: old raw mail out of the database, into an object store."""

import json
import sys
from argparse import Namespace
from datetime import UTC, datetime, timedelta

from config.errors import ConfigError
from config.settings import load_settings
from intake.exits import Exit
from intake.progress import Progress
from storage.archive import archive, discard_left, old_mails
from storage.engine import open_engine, reading


def archive_command(parsed: Namespace) -> int:
    """Move what is old enough, or say how much it would be.   Raises ConfigError, StorageError."""
    settings = load_settings(parsed.config)
    url = settings.storage.archive_url
    if not url:
        raise ConfigError("storage.archive_url: says where to; it is not set")
    before = datetime.now(UTC) - timedelta(days=settings.storage.archive_after_days)
    engine = open_engine(settings.storage.url)
    try:
        with reading(engine) as connection:
            found = old_mails(connection, before)
        mails, stored_bytes = 0, 0
        with Progress(total=0 if parsed.dry_run or not sys.stderr.isatty() else found.stored_bytes) as progress:
            for moved in () if parsed.dry_run else archive(engine, url, before):
                mails, stored_bytes = mails + moved.mails, stored_bytes + moved.stored_bytes
                progress.advance(moved.stored_bytes, mails)
        left = 0 if parsed.dry_run else discard_left(engine, url)
    finally:
        engine.dispose()
    if parsed.dry_run:
        mails, stored_bytes = found.mails, found.stored_bytes
    if parsed.json:
        print(
            json.dumps(
                {"before": before.isoformat(), "mails": mails, "stored_bytes": stored_bytes, "discarded": left, "dry_run": parsed.dry_run}
            )
        )
    else:
        verb = "would be moved" if parsed.dry_run else "moved"
        print(f"{mails:,} mails from before {before:%Y-%m-%d} {verb} to {url}, {stored_bytes / 1e6:,.1f} MB")
        if left:
            print(f"{left:,} left there by a run that was killed, of what is erased here: deleted")
    return Exit.OK
