"""The store made ready: its tables are made or brought up to date when they are not."""

from config.errors import StorageError
from storage.lanes import open_lane


def ready_store(url: str) -> None:
    """See to it that the store has this version's tables.   What is ready already costs one connection and no library.

    Raises SchemaDiffers when they are newer than this version, StorageError and its kin.
    """
    lane = open_lane(url)
    try:
        with lane.transaction():
            pass
    except StorageError:
        from storage.migrations import upgrade

        upgrade(url)
    finally:
        lane.close()
