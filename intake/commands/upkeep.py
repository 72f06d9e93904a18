"""What may be typed after the commands that keep the house in order."""

from argparse import ArgumentParser, Namespace

from intake.commands.arguments import Actions, add_act, add_config, network, word


def config(parser: ArgumentParser) -> None:
    """The arguments of `config`."""
    parser.add_argument("action", choices=["check", "show", "sample"])
    parser.add_argument("--json", action="store_true")
    add_config(parser)
    parser.set_defaults(run=_run_config)


def _run_config(parsed: Namespace) -> int:
    from intake.upkeep import config_command

    return config_command(parsed)


def db(parser: ArgumentParser) -> None:
    """The arguments of `db`."""
    parser.add_argument("action", choices=["upgrade", "check"])
    add_config(parser)
    parser.set_defaults(run=_run_db)


def _run_db(parsed: Namespace) -> int:
    from intake.upkeep import db_command

    return db_command(parsed)


def users(parser: ArgumentParser) -> None:
    """The arguments of `users`."""
    from storage.staff import Role

    actions = Actions(parser)
    adding = actions.add("add", "let somebody sign in; the password is asked for, or read from a pipe")
    adding.add_argument("name")
    adding.add_argument("--role", choices=[*Role], default=str(Role.VIEWER))
    listing = actions.add("list", "everybody by name")
    disabling = actions.add("disable", "let somebody sign in no longer")
    disabling.add_argument("name")
    for action in (adding, listing, disabling):
        add_config(action)
    parser.set_defaults(run=_run_users)


def _run_users(parsed: Namespace) -> int:
    from intake.users import users_command

    return users_command(parsed)


def keys(parser: ArgumentParser) -> None:
    """The arguments of `keys`."""
    actions = Actions(parser)
    adding = actions.add("add", "let another system ask; the key is printed once")
    adding.add_argument("name")
    adding.add_argument("--role", choices=["viewer", "handler"], default="viewer")
    listing = actions.add("list", "all of them by name")
    listing.add_argument("--json", action="store_true", help="one object a line")
    revoking = actions.add("revoke", "let it ask no longer")
    revoking.add_argument("name")
    for action in (adding, listing, revoking):
        add_config(action)
    parser.set_defaults(run=_run_keys)


def _run_keys(parsed: Namespace) -> int:
    from intake.keys import keys_command

    return keys_command(parsed)


def networks(parser: ArgumentParser) -> None:
    """The arguments of `networks`."""
    actions = Actions(parser)
    propose = actions.add("propose", "ask what your autonomous systems announce, and list what is not yours yet")
    propose.add_argument("--offline", action="store_true", help="list what was told before; nobody is asked")
    propose.add_argument("--json", action="store_true", help="one object a line")
    confirming = actions.add("confirm", "write proposed prefixes to network.confirmed_file")
    confirming.add_argument("prefixes", nargs="*", type=network, metavar="PREFIX")
    confirming.add_argument("--all", action="store_true", help="everything that is proposed")
    add_act(confirming)
    for action in (propose, confirming):
        add_config(action)
    parser.set_defaults(run=_run_networks)


def _run_networks(parsed: Namespace) -> int:
    from intake.networks import networks_command

    return networks_command(parsed)


def notices(parser: ArgumentParser) -> None:
    """The arguments of `notices`."""
    from config.events import Event

    actions = Actions(parser)
    preview = actions.add("preview", "each letter that a report of that event can bring, as it would leave")
    preview.add_argument("event", type=word(Event), metavar="EVENT")
    preview.add_argument("--lang", choices=["en", "ja"], default="en", help="the reporter's language (default: en)")
    preview.add_argument("--raw", action="store_true", help="as it stands on the wire, its text encoded")
    add_config(preview)
    parser.set_defaults(run=_run_notices)


def _run_notices(parsed: Namespace) -> int:
    from intake.preview import preview_command

    return preview_command(parsed)


def letters(parser: ArgumentParser) -> None:
    """The arguments of `letters`."""
    actions = Actions(parser)
    dead = actions.add("dead", "list them, newest first")
    dead.add_argument("--json", action="store_true", help="one object a line")
    retry = actions.add("retry", "have one tried again")
    retry.add_argument("number", type=int)
    for action in (dead, retry):
        add_config(action)
    parser.set_defaults(run=_run_letters)


def _run_letters(parsed: Namespace) -> int:
    from intake.letters import letters_command

    return letters_command(parsed)


def health(parser: ArgumentParser) -> None:
    """The arguments of `health`."""
    add_config(parser)
    parser.set_defaults(run=_run_health)


def _run_health(parsed: Namespace) -> int:
    from intake.ask_health import health_command

    return health_command(parsed)


def retain(parser: ArgumentParser) -> None:
    """The arguments of `retain`."""
    add_config(parser)
    parser.add_argument("--dry-run", action="store_true", help="only say what would go, by rule and reason")
    parser.add_argument("--json", action="store_true", help="one object a line")
    parser.set_defaults(run=_run_retain)


def _run_retain(parsed: Namespace) -> int:
    from intake.retain import retain_command

    return retain_command(parsed)


def holds(parser: ArgumentParser) -> None:
    """The arguments of `holds`."""
    actions = Actions(parser)
    listing = actions.add("list", "newest first")
    listing.add_argument("--all", action="store_true", help="lifted ones too")
    listing.add_argument("--json", action="store_true", help="one object a line")
    setting = actions.add("set", "keep something from being erased")
    setting.add_argument("kind", choices=["submission", "case", "contractor"])
    setting.add_argument("target", metavar="TARGET", help="a reference, or the contractor's name")
    lifting = actions.add("lift", "keep it no longer")
    lifting.add_argument("number", type=int)
    for action in (setting, lifting):
        add_act(action)
    for action in (listing, setting, lifting):
        add_config(action)
    parser.set_defaults(run=_run_holds)


def _run_holds(parsed: Namespace) -> int:
    from intake.holds import holds_command

    return holds_command(parsed)


def archive(parser: ArgumentParser) -> None:
    """The arguments of `archive`."""
    add_config(parser)
    parser.add_argument("--dry-run", action="store_true", help="only say how much it would be")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_run_archive)


def _run_archive(parsed: Namespace) -> int:
    from intake.archive import archive_command

    return archive_command(parsed)


def verify(parser: ArgumentParser) -> None:
    """The arguments of `verify`."""
    add_config(parser)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_run_verify)


def _run_verify(parsed: Namespace) -> int:
    from intake.upkeep import verify_command

    return verify_command(parsed)
