"""How a SQLite store is opened, for SQLAlchemy's engine and for the lane that goes without it."""

from pathlib import Path

from config.errors import ConfigError

# 16 MB between checkpoints. Whoever commits then copies the log and all wait: 70 ms at this length, twice that at 64 MB.
CHECKPOINT_PAGES = 4_096


def pragmas() -> tuple[str, ...]:
    """The settings of a connection, in the order in which to make them."""
    return (
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",  # NORMAL loses acknowledged mail when the power fails
        "PRAGMA foreign_keys = ON",
        "PRAGMA trusted_schema = OFF",
        "PRAGMA secure_delete = ON",  # what was deleted is not left in free pages
        f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}",
        "PRAGMA journal_size_limit = 67108864",
        "PRAGMA cache_size = -65536",
        "PRAGMA temp_store = MEMORY",
    )


def path_of(url: str) -> Path:
    """The file that sqlite:///path names; four slashes make it absolute.   Raises ConfigError for another kind of URL."""
    scheme, found, path = url.partition(":///")
    if not found or not path or scheme.partition("+")[0] != "sqlite":
        raise ConfigError("storage.url: a SQLite store is written sqlite:///path")
    return Path(path.partition("?")[0])
