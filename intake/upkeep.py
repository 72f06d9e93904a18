"""Upkeep: the configuration and the store, checked and shown."""

import json
from argparse import Namespace

from rich.console import Console
from rich.text import Text

from intake.exits import Exit


def config_command(parsed: Namespace) -> int:
    """`config check`, `config show`, `config sample`."""
    match parsed.action:
        case "sample":
            from config.sample import sample

            print(sample(), end="")
            return Exit.OK
        case "show":
            return _show(parsed)
        case _:
            return _check(parsed)


def _check(parsed: Namespace) -> int:
    from config.checks import check

    problems = check(parsed.config)
    if parsed.json:
        for problem in problems:
            print(json.dumps({"problem": problem.text, "fatal": problem.is_fatal}, ensure_ascii=False))
    else:
        out = Console(highlight=False)
        for problem in problems:
            out.print(Text.assemble(("wrong  " if problem.is_fatal else "note   ", "red" if problem.is_fatal else "yellow"), problem.text))
        if not problems:
            out.print(Text("The configuration is good.", "green"))
    return Exit.CONFIG if any(problem.is_fatal for problem in problems) else Exit.OK


def _show(parsed: Namespace) -> int:
    from config.checks import show
    from config.settings import load_settings

    settings = load_settings(parsed.config)
    out = Console(highlight=False, soft_wrap=True)
    for shown in show(settings):
        if parsed.json:
            print(json.dumps({"key": shown.key, "value": shown.value, "source": shown.source}, ensure_ascii=False, default=str))
        else:
            out.print(Text.assemble((f"{shown.key:36} ", "bold"), _words(shown.value), (f"   {shown.source}", "bright_black")))
    return Exit.OK


def _words(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value in ("", None, {}) else str(value)


def db_command(parsed: Namespace) -> int:
    """`db upgrade` brings the store's tables to this version, `db check` says whether they are."""
    from config.settings import load_settings
    from storage import migrations

    url = load_settings(parsed.config).storage.url
    revision = migrations.upgrade(url) if parsed.action == "upgrade" else migrations.check(url)
    print(f"the store is at revision {revision}")
    return Exit.OK


def verify_command(parsed: Namespace) -> int:
    """Re-hash every stored mail and check the audit chain; exit 74 when anything differs."""
    from config.settings import load_settings
    from storage.audit import verify
    from storage.engine import open_engine, reading
    from storage.verifying import verify_evidence

    engine = open_engine(load_settings(parsed.config).storage.url)
    try:
        with reading(engine) as connection:
            chain = verify(connection)
            evidence = verify_evidence(connection)
    finally:
        engine.dispose()
    told = {
        "audit_lines": chain.lines,
        "audit_damaged": chain.damaged,
        "last_hash": chain.last_hash,
        "mails": evidence.mails,
        "mails_damaged": list(evidence.damaged),
    }
    if parsed.json:
        print(json.dumps(told))
    else:
        print(f"{evidence.mails} mails re-hashed, {len(evidence.damaged)} damaged {', '.join(map(str, evidence.damaged[:20]))}".rstrip())
        whole = "whole" if chain.damaged is None else f"broken at line {chain.damaged}"
        print(f"{chain.lines} audit lines, {whole}; keep this elsewhere: {chain.last_hash}")
    return Exit.OK if chain.damaged is None and not evidence.damaged else Exit.IO_ERROR
