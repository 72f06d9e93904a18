"""Arguments that several commands take, and readers of what is typed after them."""

from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

Word = TypeVar("Word", bound=StrEnum)


class Actions:
    """The actions of a command, one of which must be typed."""

    def __init__(self, command: ArgumentParser) -> None:
        self._group = command.add_subparsers(dest="action", required=True, metavar="ACTION")

    def add(self, name: str, about: str) -> ArgumentParser:
        """One more.   about: what it is for, as the command lists it and the action's own help begins."""
        return self._group.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")


def add_config(parser: ArgumentParser) -> None:
    """Where the settings are."""
    parser.add_argument(
        "--config",
        type=Path,
        default=SUPPRESS,
        metavar="FILE",
        help="else $ABUSEDESK_CONFIG, ./abusedesk.toml, /etc/abusedesk/abusedesk.toml",
    )


def add_act(parser: ArgumentParser) -> None:
    """Who changes something, and why."""
    parser.add_argument("--note", default="", help="why; kept with who and when")
    parser.add_argument("--by", default="", metavar="NAME", help="who (default: the user that runs this)")


def word(words: type[Word]) -> Callable[[str], Word]:
    """A reader for a closed set, whose message names the words there are."""

    def read(text: str) -> Word:
        try:
            return words(text)
        except ValueError:
            raise ArgumentTypeError(f"{text!r} is none of {', '.join(words)}") from None

    return read


def moment(text: str) -> datetime:
    """A day, or how long ago."""
    from review.periods import moment_of

    try:
        return moment_of(text, now=datetime.now(UTC))
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def network(text: str) -> object:
    """A prefix or an address."""
    from ipaddress import ip_network

    try:
        return ip_network(text, strict=False)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
