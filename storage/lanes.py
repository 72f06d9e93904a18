"""Which lane leads to a store."""

from storage.lane import BUSY_TIMEOUT_MS, Lane


def open_lane(url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Lane:
    """The lane for a store.   Connects with the first transaction.   Raises ConfigError for a URL of another kind."""
    if url.startswith("sqlite"):
        from storage.sqlite_lane import SqliteLane

        return SqliteLane(url, busy_timeout_ms=busy_timeout_ms)
    from storage.core_lane import CoreLane

    return CoreLane(url, busy_timeout_ms=busy_timeout_ms)
