"""What may be typed after the commands that take mail in."""

from argparse import ArgumentParser, Namespace

from intake.commands.arguments import add_config


def serve(parser: ArgumentParser) -> None:
    """The arguments of `serve`."""
    add_config(parser)
    parser.set_defaults(run=_run_serve)


def _run_serve(parsed: Namespace) -> int:
    from config.settings import load_settings
    from intake.serve import serve

    return serve(load_settings(parsed.config))


def submit(parser: ArgumentParser) -> None:
    """The arguments of `submit`."""
    add_config(parser)
    parser.add_argument(
        "inputs", nargs="*", default=["-"], metavar="INPUT", help="- (standard input), a file, a folder, an mbox, a Maildir"
    )
    parser.add_argument("--door", choices=["file", "smtp"], default="file", help="smtp: it was addressed to abuse@ (default: file)")
    parser.add_argument("--on-reject", choices=["record", "bounce"], default="record", help="bounce: exit 77 with the enhanced code first")
    parser.add_argument("--json", action="store_true", help="one object for each submission")
    parser.set_defaults(run=_run_submit)


def _run_submit(parsed: Namespace) -> int:
    from intake.submit import submit

    return submit(parsed)


def demo(parser: ArgumentParser) -> None:
    """The arguments of `demo`."""
    parser.add_argument("--once", action="store_true", help="end after the table instead of serving on")
    parser.set_defaults(run=_run_demo)


def _run_demo(parsed: Namespace) -> int:
    from intake.demo import demo

    return demo(is_once=parsed.once)
