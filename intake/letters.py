"""`letters`: those that could not be sent, for a person to look at, and to have tried again."""

import json
import sys
from argparse import Namespace
from datetime import UTC, datetime

from config.settings import load_settings
from intake.exits import Exit
from storage.engine import open_engine, reading, writing
from storage.notices import dead_notices, revive_notice


def letters_command(parsed: Namespace) -> int:
    """`letters dead` lists them, newest first; `letters retry NUMBER` has one tried again.   Raises AbuseDeskErrors."""
    engine = open_engine(load_settings(parsed.config).storage.url)
    try:
        if parsed.action == "retry":
            with writing(engine) as connection:
                is_revived = revive_notice(connection, parsed.number, at=datetime.now(UTC))
            if not is_revived:
                print(f"abusedesk: there is no dead letter {parsed.number}", file=sys.stderr)
                return Exit.NO_INPUT
            print(f"{parsed.number}: is tried again")
            return Exit.OK
        with reading(engine) as connection:
            dead = dead_notices(connection)
        for one in dead:
            told = {name: one[name] for name in ("id", "kind", "recipient", "subject", "because")}
            print(json.dumps(told, ensure_ascii=False) if parsed.json else "  ".join(map(str, told.values())))
        if not dead and not parsed.json:
            print("No letter is dead.")
        return Exit.OK
    finally:
        engine.dispose()
