"""Man pages (man(7)): one for the command with a section for each of its commands, and one for the settings file."""

import re
import textwrap
from collections.abc import Iterator

from config.sections import SECTIONS, keys_of
from intake.exits import Exit
from tests.deploy.command_line import Command, Option, commands, groups

_DESCRIPTION = (
    "abusedesk receives abuse reports by SMTP, LMTP, from a pipe or from files, finds the mail that is reported, decides whose it was "
    "and whether it concerns the operator's network, stores every verdict with its reasons, and says so to whoever sent the report."
)
_EXITS = {
    Exit.OK: "Done. A refusal is a verdict, not a failure.",
    Exit.USAGE: "The command line is wrong.",
    Exit.NOT_A_MAIL: "What was given is not a mail.",
    Exit.NO_INPUT: "What was named does not exist.",
    Exit.UNAVAILABLE: "The service is not there.",
    Exit.CANNOT_CREATE: "A file cannot be made.",
    Exit.IO_ERROR: "A file cannot be written.",
    Exit.TRY_AGAIN: "Trouble that passes: a mail server keeps the mail and tries again.",
    Exit.REFUSED: "With --on-reject bounce: the report was refused.",
    Exit.CONFIG: "The settings are wrong; each problem is told with its line.",
}


def abusedesk_1() -> str:
    """abusedesk(1)."""
    lines = [*_head("ABUSEDESK", 1, "abusedesk \\- read abuse reports, decide with reasons, keep every verdict")]
    lines += [".SH SYNOPSIS", ".B abusedesk", ".I COMMAND", "[\\fIARGUMENT\\fR...]", ".SH DESCRIPTION", *_words(_DESCRIPTION), ".PP"]
    lines += [".nf", *map(_escaped, groups().strip().splitlines()), ".fi", ".SH COMMANDS"]
    for command in commands():
        for one in command.all():
            if not one.below:
                lines += [f".SS {_quoted(' '.join(one.words))}", *_words(_sentence(one.about or command.about)), *_synopsis(one)]
                for option in one.options:
                    lines += _option(option)
    lines += [".SH EXIT STATUS", "As sysexits.h has them."]
    for code, about in _EXITS.items():
        lines += [".TP", f".B {int(code)}", *_words(about)]
    lines += [".SH FILES", ".TP", ".I /etc/abusedesk/abusedesk.toml", "The settings; see", ".BR abusedesk.toml (5)."]
    lines += [".SH SEE ALSO", ".BR abusedesk.toml (5),", ".BR sysexits (3)"]
    return "\n".join(lines) + "\n"


def abusedesk_toml_5() -> str:
    """abusedesk.toml(5)."""
    lines = [*_head("ABUSEDESK.TOML", 5, "abusedesk.toml \\- settings of abusedesk"), ".SH DESCRIPTION"]
    lines += _words(
        "A TOML file. It is looked for at --config, $ABUSEDESK_CONFIG, ./abusedesk.toml and /etc/abusedesk/abusedesk.toml; every key "
        "can be set by ABUSEDESK_SECTION__KEY instead. An unknown key is an error. "
        "abusedesk config sample prints all of it with its defaults."
    )
    for section, kind in SECTIONS.items():
        lines += [f".SH {_quoted(f'[{section}]')}", *_words((kind.__doc__ or "").partition("\n")[0])]
        for key in keys_of(section).values():
            lines += [".TP", f".B {_escaped(key.name)}", *_words(key.about or "A bound; see docs/limits.md.")]
    lines += [".SH SEE ALSO", ".BR abusedesk (1)"]
    return "\n".join(lines) + "\n"


def _head(name: str, section: int, line: str) -> Iterator[str]:
    yield '.\\" Printed from the code: pytest tests/deploy/test_manual.py --bless'
    yield f'.TH {name} {section} "" abusedesk'
    yield ".SH NAME"
    yield line


def _synopsis(command: Command) -> Iterator[str]:
    parts = ["\\fBabusedesk " + _escaped(" ".join(command.words)) + "\\fR"]
    for option in command.options:
        if option.flags:
            parts.append(f"[\\fB{_escaped(option.flags[-1])}\\fR" + (f" \\fI{_escaped(option.value)}\\fR" if option.value else "") + "]")
        else:
            word = f"\\fI{_escaped(option.value)}\\fR" + ("..." if option.is_many else "")
            parts.append(word if option.is_needed else f"[{word}]")
    yield ".PP"
    yield from textwrap.wrap(" ".join(parts), 100, break_long_words=False, break_on_hyphens=False)


def _option(option: Option) -> Iterator[str]:
    yield ".TP"
    name = ", ".join(f"\\fB{_escaped(flag)}\\fR" for flag in option.flags)
    yield " ".join(part for part in (name, f"\\fI{_escaped(option.value)}\\fR" if option.value else "") if part)
    yield from _words(_sentence(option.about)) if option.about else ["\\&"]


def _words(text: str) -> Iterator[str]:
    for line in textwrap.wrap(text, 100, break_on_hyphens=False) or [text]:
        yield _escaped(line)


def _sentence(text: str) -> str:
    is_word_of_ours = text.partition(" ")[0].endswith(":")  # "smtp: it was …"
    return (text if is_word_of_ours else text[:1].upper() + text[1:]) + ("" if text.endswith((".", "…")) else ".")


def _escaped(text: str) -> str:
    """Text as roff takes it: no command at the beginning of a line, a hyphen that can be copied."""
    plain = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga").replace("^", "\\(ha")
    plain = re.sub("[^\x00-\x7f]", lambda found: f"\\[u{ord(found[0]):04X}]", plain)
    return "\\&" + plain if plain.startswith(".") else plain


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'
