"""One entry, stored at once: for the pipe and other doors that take a single message and end."""

from storage.entry import Entry
from storage.failures import SchemaMissing
from storage.lanes import open_lane
from storage.recorded import Recorded
from storage.recording import record_group


def record(url: str, entry: Entry) -> Recorded:
    """Make an entry durable in a transaction of its own; a store that is not there yet is made.

    Raises StorageError and its kin (StorageBusy, StorageFull: try again later), ConfigError.
    """
    lane = open_lane(url)
    try:
        return record_group(lane, [entry])[0]
    except SchemaMissing:
        from storage.migrations import upgrade

        upgrade(url)
        return record_group(lane, [entry])[0]
    finally:
        lane.close()
