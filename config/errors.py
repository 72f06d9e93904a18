"""Our own failures, as one tree.

A bad mail is a value with defects, a refusal is a stored verdict; only what we could not do is an exception.
Only a door catches these: SMTP answers 451, the pipe exits 75 (78 for a configuration).

    AbuseDeskError
    ├── ConfigError       the operator's file or environment is wrong; names file, key and line
    ├── LookupFailed      the outside world did not answer; turned into "unknown" before any decision
    └── StorageError      a verdict could not be made durable
        ├── StorageBusy   locked, or the database is away: trying again later can help
        └── StorageFull   no space or quota left
"""


class AbuseDeskError(Exception):
    """The root: something on our side went wrong."""


class ConfigError(AbuseDeskError):
    """The configuration cannot be used; the message says which file, key and line."""


class LookupFailed(AbuseDeskError):
    """An answer from DNS or a registry was not to be had."""


class StorageError(AbuseDeskError):
    """A submission could not be made durable."""


class StorageBusy(StorageError):
    """The store is locked, read-only or away; the sender should try again later."""


class StorageFull(StorageError):
    """The store has no space left."""
