"""Arguments that several commands take, and readers of what is typed after them."""

from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

Word = TypeVar("Word", bound=StrEnum)


def actions_of(parser: ArgumentParser) -> Any:
    """The actions of a command, one of which must be typed; its add_parser adds one."""
    return parser.add_subparsers(dest="action", required=True, metavar="ACTION")


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
