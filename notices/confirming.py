"""Proposed prefixes become ours: a person confirms them, the prefix file grows, and the audit log says who did it.

The file is replaced as a whole, so that a reader never sees half of it; the log is written first, so that nothing is ours without it.
"""

import os
from collections.abc import Collection, Iterable
from pathlib import Path

from sqlalchemy import Engine

from config.errors import ConfigError
from config.prefixes import Network
from storage.announcements import Announced
from storage.audit import Act, append
from storage.engine import writing

_HEAD = "prefix,contractor,service,valid_from,valid_to\n"


def confirm(engine: Engine, path: Path, proposed: Iterable[Announced], wanted: Collection[Network], act: Act) -> list[Announced]:
    """Add the wanted ones of what is proposed to the file, and give them; what is not proposed is left out.

    Raises ConfigError where the file cannot be written, StorageError and its kin.
    """
    chosen = list({one.prefix: one for one in proposed if one.prefix in wanted}.values())
    if not chosen:
        return []
    with writing(engine) as connection:
        for one in chosen:
            append(connection, act, "networks-confirmed", str(one.prefix), {"asn": one.asn, "file": str(path)})
        _add(path, chosen)
    return chosen


def _add(path: Path, chosen: Iterable[Announced]) -> None:
    lines = "".join(f"{one.prefix},,,,\n" for one in chosen)
    fresh = path.with_name(path.name + ".new")
    try:
        before = path.read_text("utf-8") if path.exists() else _HEAD
        with fresh.open("w", encoding="utf-8") as file:
            file.write(before + ("" if before.endswith("\n") else "\n") + lines)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise ConfigError(f"network.confirmed_file: {path}: {error.strerror}") from error
