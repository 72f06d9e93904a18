"""The command: `abusedesk`. This file only reads arguments and opens the right door; every import is as late as can be."""

import argparse
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import NoReturn, TypeVar

from config.errors import AbuseDeskError, ConfigError
from intake.exits import Exit

_GROUPS = """\
receive     serve, submit
look        explain, rejected, held, cases, feed
change      replay
upkeep      config, db, users, keys, networks, notices, letters, health, retain, holds, archive, verify
try it      demo
"""

Word = TypeVar("Word", bound=StrEnum)


class _Parser(argparse.ArgumentParser):
    """argparse, but a usage error exits 64 (sysexits.h)."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(Exit.USAGE, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; never a traceback."""
    given = sys.argv[1:] if arguments is None else arguments
    parsed = _parser(given[0] if given else "").parse_args(given)
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


def _fail(code: Exit, message: str) -> int:
    print(f"abusedesk: {message}", file=sys.stderr)
    return code


def _parser(wanted: str) -> _Parser:
    """The whole command line.   wanted: the command that was typed; only its arguments are set up, so that a pipe starts fast."""
    parser = _Parser(
        prog="abusedesk",
        description="Receives abuse reports, finds the reported mail, decides whose it was, and says so.",
        epilog=_GROUPS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    for name, about, add in _COMMANDS:
        command = commands.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
        if name == wanted:
            add(command)
            command.set_defaults(config=None)
            with suppress(argparse.ArgumentError):  # where it has actions: --config may stand before the action as well as after it
                _add_config(command)
    return parser


def _add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config",
        type=Path,
        default=argparse.SUPPRESS,
        metavar="FILE",
        help="else $ABUSEDESK_CONFIG, ./abusedesk.toml, /etc/abusedesk/abusedesk.toml",
    )


def _add_serve(parser: argparse.ArgumentParser) -> None:
    _add_config(parser)
    parser.set_defaults(run=_serve)


def _serve(parsed: argparse.Namespace) -> int:
    from config.settings import load_settings
    from intake.serve import serve

    return serve(load_settings(parsed.config))


def _add_submit(parser: argparse.ArgumentParser) -> None:
    _add_config(parser)
    parser.add_argument(
        "inputs", nargs="*", default=["-"], metavar="INPUT", help="- (standard input), a file, a folder, an mbox, a Maildir"
    )
    parser.add_argument("--door", choices=["file", "smtp"], default="file", help="smtp: it was addressed to abuse@ (default: file)")
    parser.add_argument("--on-reject", choices=["record", "bounce"], default="record", help="bounce: exit 77 with the enhanced code first")
    parser.add_argument("--json", action="store_true", help="one object for each submission")
    parser.set_defaults(run=_submit)


def _submit(parsed: argparse.Namespace) -> int:
    from intake.submit import submit

    return submit(parsed)


def _add_explain(parser: argparse.ArgumentParser) -> None:
    _add_config(parser)
    parser.add_argument("files", nargs="+", metavar="FILE", help="a mail, or - for standard input")
    parser.add_argument("--json", action="store_true", help="one object a line, in the order given")
    parser.add_argument("--door", choices=["file", "smtp"], default="file", help="smtp: it was addressed to abuse@ (default: file)")
    parser.add_argument("--offline", action="store_true", help="no look-up leaves this machine")
    parser.set_defaults(run=_explain)


def _explain(parsed: argparse.Namespace) -> int:
    from intake.explain import explain_files

    return explain_files(parsed.files, config=parsed.config, door=parsed.door, is_offline=parsed.offline, as_json=parsed.json)


def _add_rejected(parser: argparse.ArgumentParser) -> None:
    _add_submissions(parser, "rejected")


def _add_held(parser: argparse.ArgumentParser) -> None:
    _add_submissions(parser, "held")


def _add_submissions(parser: argparse.ArgumentParser, verdict: str) -> None:
    """list, show, export and the judgements, for the submissions of one verdict."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)
    listing = actions.add_parser("list", help="newest first")
    _add_filter(listing)
    exporting = actions.add_parser("export", help="exactly what the filter gives, as a file")
    _add_filter(exporting)
    exporting.add_argument("--format", choices=["csv", "xlsx", "json"], default="csv")
    exporting.add_argument("--output", metavar="FILE", help="else standard output")
    showing = actions.add_parser("show", help="one, with its whole trace")
    showing.add_argument("reference")
    showing.add_argument("--json", action="store_true")
    showing.add_argument("--raw", action="store_true", help="the mail as it came in")
    judging = [actions.add_parser("reopen", help="it was wrong: open a case for it")]
    if verdict == "held":
        judging.append(actions.add_parser("dismiss", help="leave it without a case"))
    for judgement in judging:
        judgement.add_argument("reference")
        _add_act(judgement)
    for action in (listing, exporting, showing, *judging):
        _add_config(action)
    parser.set_defaults(run=_submissions, verdict=verdict)


def _submissions(parsed: argparse.Namespace) -> int:
    from config.settings import load_settings
    from review import desk
    from routing.verdict import Verdict

    settings, verdict = load_settings(parsed.config), Verdict(parsed.verdict)
    match parsed.action:
        case "list":
            return desk.list_verdict(parsed, settings, verdict)
        case "export":
            return desk.export(parsed, settings, verdict)
        case "show":
            return desk.show_one(parsed, settings)
        case "reopen":
            return desk.reopen_one(parsed, settings)
        case _:
            return desk.dismiss_one(parsed, settings)


def _add_cases(parser: argparse.ArgumentParser) -> None:
    from config.events import Event
    from storage.workflow import CaseState

    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)
    listing = actions.add_parser("list", help="open cases, newest first")
    listing.add_argument("--all", action="store_true", help="closed ones too")
    listing.add_argument("--state", type=_word(CaseState), metavar="STATE")
    listing.add_argument("--event", type=_word(Event), metavar="EVENT")
    listing.add_argument("--contractor")
    listing.add_argument("--accused", metavar="ADDRESS")
    listing.add_argument("--limit", type=int)
    showing = actions.add_parser("show", help="one case with its history and reports")
    showing.add_argument("reference")
    for action in (listing, showing):
        action.add_argument("--json", action="store_true")
    advancing = actions.add_parser("advance", help="take the next step of its workflow")
    advancing.add_argument("reference")
    advancing.add_argument("to", type=_word(CaseState), metavar="STATE")
    assigning = actions.add_parser("assign", help="give it to somebody")
    assigning.add_argument("reference")
    assigning.add_argument("to", metavar="PERSON")
    changing = actions.add_parser("event", help="say that it is about something else")
    changing.add_argument("reference")
    changing.add_argument("to", type=_word(Event), metavar="EVENT")
    noting = actions.add_parser("note", help="leave a note on it")
    noting.add_argument("reference")
    for action in (advancing, assigning, changing, noting):
        _add_act(action)
    for action in (listing, showing, advancing, assigning, changing, noting):
        _add_config(action)
    parser.set_defaults(run=_cases)


def _cases(parsed: argparse.Namespace) -> int:
    from config.settings import load_settings
    from review import desk

    settings = load_settings(parsed.config)
    match parsed.action:
        case "list":
            return desk.list_all_cases(parsed, settings)
        case "show":
            return desk.show_one_case(parsed, settings)
        case _:
            return desk.act_on_case(parsed, settings)


def _add_filter(parser: argparse.ArgumentParser) -> None:
    from config.events import Event
    from routing.verdict import Reason

    parser.add_argument("--reason", type=_word(Reason), metavar="REASON")
    parser.add_argument("--event", type=_word(Event), metavar="EVENT")
    parser.add_argument("--since", type=_moment, metavar="TIME", help="2026-11-24, or 12h, 7d, 4w ago")
    parser.add_argument("--until", type=_moment, metavar="TIME")
    parser.add_argument("--reporter", default="", metavar="ADDRESS")
    parser.add_argument("--network", type=_network, metavar="PREFIX", help="that an accused address lies in")
    parser.add_argument("--text", default="", metavar="WORDS", help="in subject, addresses, links, Message-ID or text")
    parser.add_argument("--campaign", type=int, metavar="NUMBER", help="only reports of that campaign")
    parser.add_argument("--grouped", action="store_true", help="one line for each campaign: its newest")
    parser.add_argument("--limit", type=int, metavar="N", help="default: a page on a terminal, all with --json")
    parser.add_argument("--json", action="store_true", help="one object a line")


def _add_act(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--note", default="", help="why; kept with who and when")
    parser.add_argument("--by", default="", metavar="NAME", help="who (default: the user that runs this)")


def _word(words: type[Word]) -> Callable[[str], Word]:
    """A reader for a closed set, whose message names the words there are."""

    def read(text: str) -> Word:
        try:
            return words(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(words)}") from None

    return read


def _moment(text: str) -> datetime:
    from review.periods import moment_of

    try:
        return moment_of(text, now=datetime.now(UTC))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _network(text: str) -> object:
    from ipaddress import ip_network

    try:
        return ip_network(text, strict=False)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _add_config_command(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["check", "show", "sample"])
    parser.add_argument("--json", action="store_true")
    _add_config(parser)
    parser.set_defaults(run=_config)


def _config(parsed: argparse.Namespace) -> int:
    from intake.upkeep import config_command

    return config_command(parsed)


def _add_db(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["upgrade", "check"])
    _add_config(parser)
    parser.set_defaults(run=_db)


def _db(parsed: argparse.Namespace) -> int:
    from intake.upkeep import db_command

    return db_command(parsed)


def _add_users(parser: argparse.ArgumentParser) -> None:
    from storage.staff import Role

    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)
    adding = actions.add_parser("add", help="let somebody sign in; the password is asked for, or read from a pipe")
    adding.add_argument("name")
    adding.add_argument("--role", choices=[*Role], default=str(Role.VIEWER))
    listing = actions.add_parser("list", help="everybody by name")
    disabling = actions.add_parser("disable", help="let somebody sign in no longer")
    disabling.add_argument("name")
    for action in (adding, listing, disabling):
        _add_config(action)
    parser.set_defaults(run=_users)


def _users(parsed: argparse.Namespace) -> int:
    from intake.users import users_command

    return users_command(parsed)


def _add_feed(parser: argparse.ArgumentParser) -> None:
    _add_config(parser)
    parser.add_argument("--after", type=int, default=0, metavar="NUMBER", help="go on from that number (default: from the first)")
    parser.add_argument(
        "--format", choices=["json", "xarf", "arf"], default="json", help="xarf, arf: accepted ones as such reports, or why not"
    )
    parser.set_defaults(run=_feed)


def _feed(parsed: argparse.Namespace) -> int:
    from intake.feed import feed_command

    return feed_command(parsed)


def _add_letters(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)
    dead = actions.add_parser("dead", help="list them, newest first")
    dead.add_argument("--json", action="store_true", help="one object a line")
    retry = actions.add_parser("retry", help="have one tried again")
    retry.add_argument("number", type=int)
    for action in (dead, retry):
        _add_config(action)
    parser.set_defaults(run=_letters)


def _letters(parsed: argparse.Namespace) -> int:
    from intake.letters import letters_command

    return letters_command(parsed)


def _add_notices(parser: argparse.ArgumentParser) -> None:
    from config.events import Event

    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)
    preview = actions.add_parser("preview", help="each letter that a report of that event can bring, as it would leave")
    preview.add_argument("event", type=_word(Event), metavar="EVENT")
    preview.add_argument("--lang", choices=["en", "ja"], default="en", help="the reporter's language (default: en)")
    preview.add_argument("--raw", action="store_true", help="as it stands on the wire, its text encoded")
    _add_config(preview)
    parser.set_defaults(run=_notices)


def _notices(parsed: argparse.Namespace) -> int:
    from intake.preview import preview_command

    return preview_command(parsed)


def _add_networks(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)
    propose = actions.add_parser("propose", help="ask what your autonomous systems announce, and list what is not yours yet")
    propose.add_argument("--offline", action="store_true", help="list what was told before; nobody is asked")
    propose.add_argument("--json", action="store_true", help="one object a line")
    confirming = actions.add_parser("confirm", help="write proposed prefixes to network.confirmed_file")
    confirming.add_argument("prefixes", nargs="*", type=_network, metavar="PREFIX")
    confirming.add_argument("--all", action="store_true", help="everything that is proposed")
    _add_act(confirming)
    for action in (propose, confirming):
        _add_config(action)
    parser.set_defaults(run=_networks)


def _networks(parsed: argparse.Namespace) -> int:
    from intake.networks import networks_command

    return networks_command(parsed)


def _add_health(parser: argparse.ArgumentParser) -> None:
    _add_config(parser)
    parser.set_defaults(run=_health)


def _health(parsed: argparse.Namespace) -> int:
    from intake.ask_health import health_command

    return health_command(parsed)


def _add_verify(parser: argparse.ArgumentParser) -> None:
    _add_config(parser)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_verify)


def _verify(parsed: argparse.Namespace) -> int:
    from intake.upkeep import verify_command

    return verify_command(parsed)


def _add_archive(parser: argparse.ArgumentParser) -> None:
    _add_config(parser)
    parser.add_argument("--dry-run", action="store_true", help="only say how much it would be")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_archive)


def _archive(parsed: argparse.Namespace) -> int:
    from intake.archive import archive_command

    return archive_command(parsed)


def _add_retain(parser: argparse.ArgumentParser) -> None:
    _add_config(parser)
    parser.add_argument("--dry-run", action="store_true", help="only say what would go, by rule and reason")
    parser.add_argument("--json", action="store_true", help="one object a line")
    parser.set_defaults(run=_retain)


def _retain(parsed: argparse.Namespace) -> int:
    from intake.retain import retain_command

    return retain_command(parsed)


def _add_holds(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)
    listing = actions.add_parser("list", help="newest first")
    listing.add_argument("--all", action="store_true", help="lifted ones too")
    listing.add_argument("--json", action="store_true", help="one object a line")
    setting = actions.add_parser("set", help="keep something from being erased")
    setting.add_argument("kind", choices=["submission", "case", "contractor"])
    setting.add_argument("target", metavar="TARGET", help="a reference, or the contractor's name")
    lifting = actions.add_parser("lift", help="keep it no longer")
    lifting.add_argument("number", type=int)
    for action in (setting, lifting):
        _add_act(action)
    for action in (listing, setting, lifting):
        _add_config(action)
    parser.set_defaults(run=_holds)


def _holds(parsed: argparse.Namespace) -> int:
    from intake.holds import holds_command

    return holds_command(parsed)


def _add_keys(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)
    adding = actions.add_parser("add", help="let another system ask; the key is printed once")
    adding.add_argument("name")
    adding.add_argument("--role", choices=["viewer", "handler"], default="viewer")
    listing = actions.add_parser("list", help="all of them by name")
    listing.add_argument("--json", action="store_true", help="one object a line")
    revoking = actions.add_parser("revoke", help="let it ask no longer")
    revoking.add_argument("name")
    for action in (adding, listing, revoking):
        _add_config(action)
    parser.set_defaults(run=_keys)


def _keys(parsed: argparse.Namespace) -> int:
    from intake.keys import keys_command

    return keys_command(parsed)


def _add_replay(parser: argparse.ArgumentParser) -> None:
    _add_config(parser)
    parser.add_argument("--since", type=_moment, metavar="TIME")
    parser.add_argument("--verdict", choices=["rejected", "held", "accepted"], help="only submissions of that verdict")
    parser.add_argument("--apply", action="store_true", help="store the new verdicts; else only the difference is printed")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_replay)


def _replay(parsed: argparse.Namespace) -> int:
    from intake.replay import replay_command

    return replay_command(parsed)


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="end after the table instead of serving on")
    parser.set_defaults(run=_demo)


def _demo(parsed: argparse.Namespace) -> int:
    from intake.demo import demo

    return demo(is_once=parsed.once)


_COMMANDS: tuple[tuple[str, str, Callable[[argparse.ArgumentParser], None]], ...] = (
    ("serve", "listen for mail and serve the desk", _add_serve),
    ("submit", "take mail in without SMTP", _add_submit),
    ("explain", "decide and show the whole trace; stores nothing", _add_explain),
    ("rejected", "the rejected submissions: list, show, export, reopen", _add_rejected),
    ("held", "the submissions that wait for a person", _add_held),
    ("cases", "the cases: list, show, advance, assign, event, note", _add_cases),
    ("replay", "re-decide stored submissions with today's networks and rules", _add_replay),
    ("config", "check, show or print a sample of the configuration", _add_config_command),
    ("db", "upgrade or check the database", _add_db),
    ("users", "who may sign in at the desk: add, list, disable", _add_users),
    ("keys", "what other systems show at the JSON API: add, list, revoke", _add_keys),
    ("feed", "verdicts for other systems, one object a line", _add_feed),
    ("networks", "what your autonomous systems announce: propose, confirm", _add_networks),
    ("notices", "the texts of letters: preview", _add_notices),
    ("letters", "letters that could not be sent: dead, retry", _add_letters),
    ("health", "ask the running service how it is", _add_health),
    ("retain", "erase what has been kept long enough, or say what that is", _add_retain),
    ("holds", "what may not be erased: list, set, lift", _add_holds),
    ("archive", "move old raw mail to an object store", _add_archive),
    ("verify", "re-hash the evidence and check the audit chain", _add_verify),
    ("demo", "fill a fresh store from the fixtures over SMTP, and serve it", _add_demo),
)

if __name__ == "__main__":
    sys.exit(main())
