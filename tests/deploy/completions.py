"""Completion of the command line for bash, zsh and fish."""

from collections.abc import Iterator

from tests.deploy.command_line import Command, Option, commands

_HEAD = "Printed from the code: pytest tests/deploy/test_manual.py --bless"


def bash() -> str:
    """For /usr/share/bash-completion/completions/abusedesk."""
    cases = []
    for command in _all():
        below = " ".join(one.words[-1] for one in command.below)
        flags = " ".join(flag for option in command.options for flag in option.flags)
        words = " ".join(option for one in command.options if not one.flags for option in one.choices)
        cases.append(f'        "{" ".join(command.words)}") words="{" ".join(filter(None, (below, words, flags, "--help")))}" ;;')
    values = [
        f'        "{" ".join(command.words)} {flag}") COMPREPLY=($(compgen -W "{" ".join(option.choices)}" -- "$current")); return ;;'
        for command in _all()
        for option in command.options
        for flag in option.flags
        if option.choices
    ]
    actions = " ".join(command.words[0] for command in commands() if command.below)
    top = " ".join(command.words[0] for command in commands())
    return f"""\
# bash completion for abusedesk.  {_HEAD}
_abusedesk() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} command=${{COMP_WORDS[1]}} words=
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "{top} --help" -- "$current"))
        return
    fi
    local with_action=" {actions} "
    if [ "$COMP_CWORD" -gt 2 ] && [[ "$with_action" == *" $command "* ]]; then
        command="$command ${{COMP_WORDS[2]}}"
    fi
    case "$command $previous" in
{chr(10).join(values)}
        *" --config"|*" --output") COMPREPLY=($(compgen -f -- "$current")); return ;;
    esac
    case "$command" in
{chr(10).join(cases)}
    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    [[ "$current" == -* ]] || COMPREPLY+=($(compgen -f -- "$current"))
}}
complete -o filenames -F _abusedesk abusedesk
"""


def zsh() -> str:
    """For /usr/share/zsh/vendor-completions/_abusedesk."""
    lines = ["#compdef abusedesk", f"# {_HEAD}", "_abusedesk() {", "    local -a named", "    if (( CURRENT == 2 )); then"]
    lines += _zsh_named(commands(), " " * 8)
    lines += ["    fi", "    local command=$words[2]", "    shift words; (( CURRENT-- ))", "    case $command in"]
    for command in commands():
        lines.append(f"        {command.words[0]})")
        if command.below:
            lines += ["            if (( CURRENT == 2 )); then", *_zsh_named(command.below, " " * 16), "            fi"]
            lines += ["            command=$words[2]", "            shift words; (( CURRENT-- ))", "            case $command in"]
            lines += [f"                {one.words[-1]}) {_zsh_arguments(one)} ;;" for one in command.below]
            lines += ["            esac"]
        else:
            lines.append(f"            {_zsh_arguments(command)}")
        lines.append("            ;;")
    return "\n".join([*lines, "    esac", "}", '_abusedesk "$@"']) + "\n"


def _zsh_named(below: tuple[Command, ...], indent: str) -> Iterator[str]:
    yield f"{indent}named=("
    yield from (f"{indent}    {_quoted(f'{one.words[-1]}:{one.about}')}" for one in below)
    yield f"{indent})"
    yield f"{indent}_describe command named"
    yield f"{indent}return"


def _zsh_arguments(command: Command) -> str:
    options = [_quoted(_zsh_option(one)) for one in command.options]
    return " ".join(["_arguments", *options, *([] if any(one.is_many for one in command.options) else ["'*:file:_files'"])])


def _zsh_option(option: Option) -> str:
    about = option.about.replace("[", "(").replace("]", ")").replace(":", ";")
    action = f"({' '.join(option.choices)})" if option.choices else "_files" if option.is_path else ""
    value = f":{option.value.replace(':', ' ')}:{action}" if option.value and not option.choices else f":word:{action}" if action else ""
    if not option.flags:
        return f"{'*' if option.is_many else ''}:{option.value if not option.choices else 'word'}:{action or ' '}"
    return f"{option.flags[-1]}[{about}]{value}"


def fish() -> str:
    """For /usr/share/fish/vendor_completions.d/abusedesk.fish."""
    lines = [f"# {_HEAD}", "complete -c abusedesk -n __fish_use_subcommand -f"]
    for command in commands():
        lines.append(f"complete -c abusedesk -n __fish_use_subcommand -a {command.words[0]} -d {_quoted(command.about)}")
        seen = f"__fish_seen_subcommand_from {command.words[0]}"
        names = " ".join(one.words[-1] for one in command.below)
        for one in command.below:
            condition = _quoted(f"{seen}; and not __fish_seen_subcommand_from {names}")
            lines.append(f"complete -c abusedesk -n {condition} -f -a {one.words[-1]} -d {_quoted(one.about)}")
        for one in (command, *command.below):
            condition = seen if one is command else f"{seen}; and __fish_seen_subcommand_from {one.words[-1]}"
            lines += [_fish_option(condition, option) for option in one.options if option.flags or option.choices]
    return "\n".join(lines) + "\n"


def _fish_option(condition: str, option: Option) -> str:
    parts = [f"complete -c abusedesk -n {_quoted(condition)}"]
    parts += [f"-l {flag.removeprefix('--')}" for flag in option.flags]
    if option.flags and option.value:
        parts.append("-r" if option.is_path else "-x")
    if option.choices:
        parts.append(f"-a {_quoted(' '.join(option.choices))}" + ("" if option.flags else " -f"))
    if option.about:
        parts.append(f"-d {_quoted(option.about)}")
    return " ".join(parts)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "'\\''") + "'"


def _all() -> Iterator[Command]:
    for command in commands():
        yield from command.all()
