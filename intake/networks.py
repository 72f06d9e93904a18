"""`networks`: what our autonomous systems announce, proposed for confirmation, and confirmed."""

import json
import sys
from argparse import Namespace
from datetime import UTC, datetime
from getpass import getuser

from config.errors import ConfigError
from config.settings import confirmed_file, load_prefixes, load_settings
from intake.exits import Exit
from intake.store import ready_store
from notices.announced import ask_announced, proposals
from notices.confirming import confirm
from storage.audit import Act
from storage.engine import open_engine


def networks_command(parsed: Namespace) -> int:
    """`networks propose` asks and lists; `networks confirm` makes some of it ours.   Raises AbuseDeskErrors."""
    settings = load_settings(parsed.config)
    if not settings.network.asns:
        raise ConfigError("network.asns: there is no autonomous system to ask for")
    ready_store(settings.storage.url)
    engine = open_engine(settings.storage.url)
    try:
        if parsed.action == "propose":
            problems = [] if parsed.offline else ask_announced(settings, engine, datetime.now(UTC))
            for problem in problems:
                print(f"abusedesk: {problem}", file=sys.stderr)
            for one in proposals(settings, engine, load_prefixes(settings)):
                told = {"asn": one.asn, "prefix": str(one.prefix), "seen_at": one.seen_at.isoformat()}
                print(json.dumps(told) if parsed.json else f"{one.prefix}  AS{one.asn}  {one.seen_at:%Y-%m-%d}")
            return Exit.TRY_AGAIN if problems else Exit.OK
        path = confirmed_file(settings)
        if path is None:
            raise ConfigError("network.confirmed_file: name the file that confirmed prefixes are written to")
        proposed = proposals(settings, engine, load_prefixes(settings))
        wanted = {one.prefix for one in proposed} if parsed.all else set(parsed.prefixes)
        chosen = confirm(engine, path, proposed, wanted, Act(actor=parsed.by or getuser(), note=parsed.note))
        for one in chosen:
            print(f"{one.prefix}  AS{one.asn}  is ours from the next start on")
        missing = wanted - {one.prefix for one in chosen}
        for prefix in sorted(map(str, missing)):
            print(f"abusedesk: {prefix} is not proposed", file=sys.stderr)
        return Exit.NO_INPUT if missing else Exit.OK
    finally:
        engine.dispose()
