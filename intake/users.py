"""`users`: who may work at the desk."""

import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from getpass import getpass, getuser
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.settings import load_settings
from intake.exits import Exit
from storage.audit import Act
from storage.engine import open_engine, reading, writing
from storage.migrations import upgrade
from storage.staff import Role, add_user, disable_user, list_users


def users_command(parsed: Namespace) -> int:
    """`users add`, `users list`, `users disable`; a password is asked for, or read from a pipe, never taken from the command line."""
    settings = load_settings(parsed.config)
    upgrade(settings.storage.url)
    engine = open_engine(settings.storage.url)
    act = Act(actor=getuser())
    try:
        match parsed.action:
            case "add":
                password = _password()
                with writing(engine) as connection:
                    add_user(connection, parsed.name, password, Role(parsed.role), act)
                print(f"{parsed.name} may sign in as {parsed.role}")
            case "disable":
                with writing(engine) as connection:
                    disable_user(connection, parsed.name, act)
                print(f"{parsed.name} may no longer sign in")
            case _:
                with reading(engine) as connection:
                    _print(list_users(connection))
    finally:
        engine.dispose()
    return Exit.OK


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first, again = getpass("Password: "), getpass("Once more: ")
    if first != again:
        print("abusedesk: the two differ", file=sys.stderr)
        raise SystemExit(Exit.USAGE)
    return first


def _print(users: Sequence[Mapping[str, Any]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bright_black")
    for name in ("name", "role", "since", ""):
        table.add_column(name)
    for user in users:
        state = "disabled" if user["is_disabled"] else ""
        table.add_row(*(Text(cell) for cell in (user["name"], user["role"], f"{user['created_at']:%Y-%m-%d}", state)))
    Console(highlight=False).print(table)
