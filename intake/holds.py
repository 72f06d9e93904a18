"""`holds`: what may not be erased, set and lifted with who and why."""

import json
from argparse import Namespace
from getpass import getuser

from config.settings import load_settings
from intake.exits import Exit
from storage.audit import Act
from storage.engine import open_engine, reading, writing
from storage.holds import Hold, HoldKind, lift_hold, list_holds, set_hold


def holds_command(parsed: Namespace) -> int:
    """`holds list`, `holds set KIND TARGET`, `holds lift NUMBER`.   Raises HoldError, NoSuchReference."""
    engine = open_engine(load_settings(parsed.config).storage.url)
    try:
        if parsed.action == "list":
            with reading(engine) as connection:
                holds = list_holds(connection, with_lifted=parsed.all)
            for one in holds:
                print(_line(one, as_json=parsed.json))
            if not holds and not parsed.json:
                print("No hold stands.")
            return Exit.OK
        act = Act(actor=parsed.by or getuser(), note=parsed.note)
        with writing(engine) as connection:
            if parsed.action == "set":
                number = set_hold(connection, HoldKind(parsed.kind), parsed.target, act)
                print(f"{parsed.target} is held ({number})")
            else:
                print(f"{lift_hold(connection, parsed.number, act)} is held no longer by {parsed.number}")
    finally:
        engine.dispose()
    return Exit.OK


def _line(hold: Hold, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({name: getattr(hold, name) for name in Hold.__slots__}, ensure_ascii=False, default=str)
    lifted = f"   lifted {hold.lifted_at:%Y-%m-%d} by {hold.lifted_by}: {hold.lifted_why}" if hold.lifted_at else ""
    return f"{hold.id:6}  {hold.kind:11} {hold.target:20} {hold.set_at:%Y-%m-%d} {hold.set_by}: {hold.why}{lifted}"
