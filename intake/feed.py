"""`feed`: verdicts for other systems, one object a line, from any number on."""

import json
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from config.policy import Policy
from config.sections import Settings
from config.settings import build_policy, load_settings
from intake.exits import Exit
from notices.told import decided_after, told_of
from notices.xarf_out import express
from storage.engine import open_engine, reading
from storage.queries import show_submission


def feed_command(parsed: Namespace) -> int:
    """Print every verdict above a number, ascending.   Raises ConfigError, StorageError and its kin."""
    settings = load_settings(parsed.config)
    engine = open_engine(settings.storage.url)
    try:
        with reading(engine) as connection:
            lines = _as_xarf(connection, parsed.after, settings) if parsed.format == "xarf" else _plain(connection, parsed.after)
            for line in lines:
                print(json.dumps(line, ensure_ascii=False))
    finally:
        engine.dispose()
    return Exit.OK


def _plain(connection: Connection, after: int) -> Iterator[dict[str, Any]]:
    return (told_of(connection, number) for number in decided_after(connection, after))


def _as_xarf(connection: Connection, after: int, settings: Settings) -> Iterator[dict[str, Any]]:
    """XARF reports of accepted submissions; where one cannot be expressed, why not."""
    policy = build_policy(settings)
    contact = _contact(settings, policy)
    for number in decided_after(connection, after):
        told = told_of(connection, number)
        whole = show_submission(connection, told["digest"])
        if whole is None or told["verdict"] != "accepted":
            continue
        expressed = express(whole, contact=contact, organisation=settings.notices.sender_name)
        yield {"number": number, "reference": told["reference"], "xarf": expressed.report, "lacks": list(expressed.why)}


def _contact(settings: Settings, policy: Policy) -> str:
    from config.errors import ConfigError

    contact = settings.notices.sender or next(iter(policy.desk_addresses), "")
    if not contact:
        raise ConfigError("notices.sender: reports to others name an address; set it, or policy.desk_addresses")
    return contact
