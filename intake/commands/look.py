"""What may be typed after the commands that show what was decided, or would be."""

from argparse import ArgumentParser, Namespace

from intake.commands.arguments import Actions, add_act, add_config, moment, network, word


def explain(parser: ArgumentParser) -> None:
    """The arguments of `explain`."""
    add_config(parser)
    parser.add_argument("files", nargs="+", metavar="FILE", help="a mail, or - for standard input")
    parser.add_argument("--json", action="store_true", help="one object a line, in the order given")
    parser.add_argument("--door", choices=["file", "smtp"], default="file", help="smtp: it was addressed to abuse@ (default: file)")
    parser.add_argument("--offline", action="store_true", help="no look-up leaves this machine")
    parser.set_defaults(run=_run_explain)


def _run_explain(parsed: Namespace) -> int:
    from intake.explain import explain_files

    return explain_files(parsed.files, config=parsed.config, door=parsed.door, is_offline=parsed.offline, as_json=parsed.json)


def rejected(parser: ArgumentParser) -> None:
    """The arguments of `rejected`."""
    _add_submissions(parser, "rejected")


def held(parser: ArgumentParser) -> None:
    """The arguments of `held`."""
    _add_submissions(parser, "held")


def _add_submissions(parser: ArgumentParser, verdict: str) -> None:
    """list, show, export and the judgements, for the submissions of one verdict."""
    actions = Actions(parser)
    listing = actions.add("list", "newest first")
    _add_filter(listing)
    exporting = actions.add("export", "exactly what the filter gives, as a file")
    _add_filter(exporting)
    exporting.add_argument("--format", choices=["csv", "xlsx", "json"], default="csv")
    exporting.add_argument("--output", metavar="FILE", help="else standard output")
    showing = actions.add("show", "one, with its whole trace")
    showing.add_argument("reference")
    showing.add_argument("--json", action="store_true")
    showing.add_argument("--raw", action="store_true", help="the mail as it came in")
    judging = [actions.add("reopen", "it was wrong: open a case for it")]
    if verdict == "held":
        judging.append(actions.add("dismiss", "leave it without a case"))
    for judgement in judging:
        judgement.add_argument("reference")
        add_act(judgement)
    for action in (listing, exporting, showing, *judging):
        add_config(action)
    parser.set_defaults(run=_run_submissions, verdict=verdict)


def _run_submissions(parsed: Namespace) -> int:
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


def _add_filter(parser: ArgumentParser) -> None:
    from config.events import Event
    from routing.verdict import Reason

    parser.add_argument("--reason", type=word(Reason), metavar="REASON", help="such as missing-information")
    parser.add_argument("--event", type=word(Event), metavar="EVENT", help="such as spam")
    parser.add_argument("--since", type=moment, metavar="TIME", help="2026-11-24, or 12h, 7d, 4w ago")
    parser.add_argument("--until", type=moment, metavar="TIME", help="likewise")
    parser.add_argument("--reporter", default="", metavar="ADDRESS", help="who sent it")
    parser.add_argument("--network", type=network, metavar="PREFIX", help="that an accused address lies in")
    parser.add_argument("--text", default="", metavar="WORDS", help="in subject, addresses, links, Message-ID or text")
    parser.add_argument("--campaign", type=int, metavar="NUMBER", help="only reports of that campaign")
    parser.add_argument("--grouped", action="store_true", help="one line for each campaign: its newest")
    parser.add_argument("--limit", type=int, metavar="N", help="default: a page on a terminal, all with --json")
    parser.add_argument("--json", action="store_true", help="one object a line")


def cases(parser: ArgumentParser) -> None:
    """The arguments of `cases`."""
    from config.events import Event
    from storage.workflow import CaseState

    actions = Actions(parser)
    listing = actions.add("list", "open cases, newest first")
    listing.add_argument("--all", action="store_true", help="closed ones too")
    listing.add_argument("--state", type=word(CaseState), metavar="STATE")
    listing.add_argument("--event", type=word(Event), metavar="EVENT")
    listing.add_argument("--contractor")
    listing.add_argument("--accused", metavar="ADDRESS")
    listing.add_argument("--limit", type=int)
    showing = actions.add("show", "one case with its history and reports")
    showing.add_argument("reference")
    for action in (listing, showing):
        action.add_argument("--json", action="store_true")
    advancing = actions.add("advance", "take the next step of its workflow")
    advancing.add_argument("reference")
    advancing.add_argument("to", type=word(CaseState), metavar="STATE", help="one that may follow; `cases show` lists them")
    assigning = actions.add("assign", "give it to somebody")
    assigning.add_argument("reference")
    assigning.add_argument("to", metavar="PERSON")
    changing = actions.add("event", "say that it is about something else")
    changing.add_argument("reference")
    changing.add_argument("to", type=word(Event), metavar="EVENT")
    noting = actions.add("note", "leave a note on it")
    noting.add_argument("reference")
    for action in (advancing, assigning, changing, noting):
        add_act(action)
    for action in (listing, showing, advancing, assigning, changing, noting):
        add_config(action)
    parser.set_defaults(run=_run_cases)


def _run_cases(parsed: Namespace) -> int:
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


def feed(parser: ArgumentParser) -> None:
    """The arguments of `feed`."""
    add_config(parser)
    parser.add_argument("--after", type=int, default=0, metavar="NUMBER", help="go on from that number (default: from the first)")
    parser.add_argument(
        "--format", choices=["json", "xarf", "arf"], default="json", help="xarf, arf: accepted ones as such reports, or why not"
    )
    parser.set_defaults(run=_run_feed)


def _run_feed(parsed: Namespace) -> int:
    from intake.feed import feed_command

    return feed_command(parsed)
