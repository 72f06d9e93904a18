"""`keys`: what other systems show at the JSON API."""

import json
from argparse import Namespace
from getpass import getuser

from config.settings import load_settings
from intake.exits import Exit
from storage.audit import Act
from storage.engine import open_engine, reading, writing
from storage.keys import ApiKey, add_key, list_keys, revoke_key
from storage.migrations import upgrade
from storage.staff import Role


def keys_command(parsed: Namespace) -> int:
    """`keys add NAME` prints the key, this once; `keys list`; `keys revoke NAME`.   Raises StaffError."""
    settings = load_settings(parsed.config)
    upgrade(settings.storage.url)
    engine = open_engine(settings.storage.url)
    act = Act(actor=getuser())
    try:
        match parsed.action:
            case "add":
                with writing(engine) as connection:
                    key = add_key(connection, parsed.name, Role(parsed.role), act)
                print(key)
            case "revoke":
                with writing(engine) as connection:
                    revoke_key(connection, parsed.name, act)
                print(f"{parsed.name} opens nothing any more")
            case _:
                with reading(engine) as connection:
                    keys = list_keys(connection)
                for one in keys:
                    print(_line(one, as_json=parsed.json))
                if not keys and not parsed.json:
                    print("No key was made yet.")
    finally:
        engine.dispose()
    return Exit.OK


def _line(key: ApiKey, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({name: getattr(key, name) for name in ApiKey.__slots__}, ensure_ascii=False, default=str)
    used = f"last used {key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used"
    state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else used
    return f"{key.name:24} {key.role:8} since {key.created_at:%Y-%m-%d}  {state}"
