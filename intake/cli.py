"""The command: `abusedesk`. This file only reads arguments and opens the right door; every import is as late as can be."""

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from config.errors import AbuseDeskError, ConfigError, StorageError
from intake.exits import Exit

_GROUPS = """\
receive     serve, submit
look        explain, rejected, held, cases
change      replay
upkeep      config, db, users, health, verify
try it      demo
"""


class _Parser(argparse.ArgumentParser):
    """argparse, but a usage error exits 64 (sysexits.h)."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(Exit.USAGE, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; never a traceback."""
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except ConfigError as error:
        return _fail(Exit.CONFIG, str(error))
    except StorageError as error:
        return _fail(Exit.TRY_AGAIN, str(error))
    except AbuseDeskError as error:
        return _fail(Exit.TRY_AGAIN, str(error))
    except BrokenPipeError:
        return Exit.OK
    except KeyboardInterrupt:
        return 130


def _fail(code: Exit, message: str) -> int:
    print(f"abusedesk: {message}", file=sys.stderr)
    return code


def _parser() -> _Parser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", type=Path, metavar="FILE", help="configuration file (else ABUSEDESK_CONFIG, ./abusedesk.toml, /etc/abusedesk)")
    parser = _Parser(prog="abusedesk", description="Receives abuse reports, finds the reported mail, decides whose it was, and says so.",
                     epilog=_GROUPS, formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    explain = commands.add_parser("explain", parents=[common], help="decide and show the whole trace; stores nothing")
    explain.add_argument("files", nargs="+", metavar="FILE", help="a mail, or - for standard input")
    explain.add_argument("--json", action="store_true", help="one object a line, in the order given")
    explain.add_argument("--door", choices=["file", "smtp"], default="file", help="smtp: it was addressed to abuse@ (default: file)")
    explain.add_argument("--offline", action="store_true", help="no look-up leaves this machine")
    explain.set_defaults(run=_explain)
    return parser


def _explain(parsed: argparse.Namespace) -> int:
    from intake.explain import explain_files

    return explain_files(parsed.files, config=parsed.config, door=parsed.door, is_offline=parsed.offline, as_json=parsed.json)


if __name__ == "__main__":
    sys.exit(main())
