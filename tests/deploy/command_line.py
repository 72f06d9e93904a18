"""The whole command line as values, read from the parser itself: what man pages and shell completion are printed from."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

from intake import cli


@dataclass(frozen=True)
class Option:
    """One option or argument.   flags: () for an argument.   value: what stands for its value, "" for none."""

    flags: tuple[str, ...]
    value: str
    about: str
    choices: tuple[str, ...]
    is_path: bool
    is_many: bool = False
    is_needed: bool = True


@dataclass(frozen=True)
class Command:
    """A command or an action of one.   words: as they are typed after abusedesk."""

    words: tuple[str, ...]
    about: str
    options: tuple[Option, ...]
    below: tuple["Command", ...]

    def all(self) -> Iterator["Command"]:
        """Itself and everything below it."""
        yield self
        for one in self.below:
            yield from one.all()


def commands() -> tuple[Command, ...]:
    """Every command with its actions, in the order of the help."""
    return tuple(_command((name,), about, _whole(name)) for name, _, _, about in cli.COMMANDS)


def groups() -> str:
    """The commands by what they are for, as the help prints them."""
    return cli.groups()


def _whole(name: str) -> argparse.ArgumentParser:
    parser = cli.parser_for(name)
    found = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    below: argparse.ArgumentParser = found.choices[name]
    return below


def _command(words: tuple[str, ...], about: str, parser: argparse.ArgumentParser) -> Command:
    options, below = [], []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {one.dest: one.help or "" for one in action._choices_actions}
            below = [_command((*words, name), helps.get(name, ""), one) for name, one in action.choices.items()]
        elif not isinstance(action, argparse._HelpAction):
            options.append(_option(action))
    return Command(words, about, tuple(options), tuple(below))


def _option(action: argparse.Action) -> Option:
    takes_value = action.nargs != 0
    choices = tuple(str(one) for one in action.choices or ())
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    plain = "{" + ",".join(choices) + "}" if choices else (action.dest if not action.option_strings else action.dest.upper())
    return Option(
        flags=tuple(action.option_strings),
        value=(metavar or plain) if takes_value else "",
        about=action.help or "",
        choices=choices,
        is_path=metavar in ("FILE", "INPUT"),
        is_many=action.nargs in ("*", "+"),
        is_needed=action.nargs not in ("*", "?"),
    )
