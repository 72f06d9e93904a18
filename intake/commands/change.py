"""What may be typed after the commands that decide anew."""

from argparse import ArgumentParser, Namespace

from intake.commands.arguments import add_config, moment


def replay(parser: ArgumentParser) -> None:
    """The arguments of `replay`."""
    add_config(parser)
    parser.add_argument("--since", type=moment, metavar="TIME")
    parser.add_argument("--verdict", choices=["rejected", "held", "accepted"], help="only submissions of that verdict")
    parser.add_argument("--apply", action="store_true", help="store the new verdicts; else only the difference is printed")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_run_replay)


def _run_replay(parsed: Namespace) -> int:
    from intake.replay import replay_command

    return replay_command(parsed)
