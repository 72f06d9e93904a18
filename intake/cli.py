"""The command: `abusedesk`. This file only finds the right door; every import is as late as can be."""

import argparse
import sys
from contextlib import suppress
from importlib import import_module
from typing import NamedTuple, NoReturn

from config.errors import AbuseDeskError, ConfigError
from intake.exits import Exit


class Command(NamedTuple):
    """A command.   group: as the help groups them.   arguments: the file below intake/commands/ that has a function of the same name."""

    name: str
    group: str
    arguments: str
    about: str


COMMANDS = (
    Command("serve", "receive", "receive", "listen for mail and serve the desk"),
    Command("submit", "receive", "receive", "take mail in without SMTP"),
    Command("explain", "look", "look", "decide and show the whole trace; stores nothing"),
    Command("rejected", "look", "look", "the rejected submissions: list, show, export, reopen"),
    Command("held", "look", "look", "the submissions that wait for a person"),
    Command("cases", "look", "look", "the cases: list, show, advance, assign, event, note"),
    Command("replay", "change", "change", "re-decide stored submissions with today's networks and rules"),
    Command("config", "upkeep", "upkeep", "check, show or print a sample of the configuration"),
    Command("db", "upkeep", "upkeep", "upgrade or check the database"),
    Command("users", "upkeep", "upkeep", "who may sign in at the desk: add, list, disable"),
    Command("keys", "upkeep", "upkeep", "what other systems show at the JSON API: add, list, revoke"),
    Command("feed", "look", "look", "verdicts for other systems, one object a line"),
    Command("networks", "upkeep", "upkeep", "what your autonomous systems announce: propose, confirm"),
    Command("notices", "upkeep", "upkeep", "the texts of letters: preview"),
    Command("letters", "upkeep", "upkeep", "letters that could not be sent: dead, retry"),
    Command("health", "upkeep", "upkeep", "ask the running service how it is"),
    Command("retain", "upkeep", "upkeep", "erase what has been kept long enough, or say what that is"),
    Command("holds", "upkeep", "upkeep", "what may not be erased: list, set, lift"),
    Command("archive", "upkeep", "upkeep", "move old raw mail to an object store"),
    Command("verify", "upkeep", "upkeep", "re-hash the evidence and check the audit chain"),
    Command("demo", "try it", "receive", "fill a fresh store from the fixtures over SMTP, and serve it"),
)


class _Parser(argparse.ArgumentParser):
    """argparse, but a usage error exits 64 (sysexits.h) and is one line, which says whose help to read."""

    def error(self, message: str) -> NoReturn:
        self.exit(Exit.USAGE, f"abusedesk: {message}; see: {self.prog} --help\n")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; never a traceback."""
    given = sys.argv[1:] if arguments is None else arguments
    parser = parser_for(given[0] if given else "")
    parsed, unknown = parser.parse_known_args(given)
    if unknown:
        parser.prog = " ".join(filter(None, (parser.prog, parsed.command, getattr(parsed, "action", ""))))
        parser.error(f"nothing is known of {' '.join(unknown)}")
    try:
        return int(parsed.run(parsed))
    except ConfigError as error:
        return _fail(Exit.CONFIG, str(error))
    except AbuseDeskError as error:
        return _fail(Exit.TRY_AGAIN, str(error))
    except BrokenPipeError:
        return Exit.OK
    except KeyboardInterrupt:
        return 130


def parser_for(wanted: str) -> argparse.ArgumentParser:
    """The whole command line.   wanted: the command that was typed; only its arguments are set up, so that a pipe starts fast."""
    parser = _Parser(
        prog="abusedesk",
        description="Receives abuse reports, finds the reported mail, decides whose it was, and says so.",
        epilog=groups(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        below = commands.add_parser(command.name, help=command.about, description=command.about[0].upper() + command.about[1:] + ".")
        if command.name == wanted:
            _add_arguments(below, command)
    return parser


def groups() -> str:
    """The commands by what they are for, a line for each group."""
    names: dict[str, list[str]] = {}
    for command in COMMANDS:
        names.setdefault(command.group, []).append(command.name)
    return "".join(f"{group:12}{', '.join(names[group])}\n" for group in names)


def _add_arguments(parser: argparse.ArgumentParser, command: Command) -> None:
    from intake.commands.arguments import add_config

    getattr(import_module(f"intake.commands.{command.arguments}"), command.name)(parser)
    parser.set_defaults(config=None)
    with suppress(argparse.ArgumentError):  # where it has actions: --config may stand before the action as well as after it
        add_config(parser)


def _fail(code: Exit, message: str) -> int:
    print(f"abusedesk: {message}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
