"""`replay`: stored submissions decided again with today's networks and rules; the difference printed, and applied only when told."""

import json
from argparse import Namespace
from getpass import getuser

from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.policy import Policy
from config.settings import build_policy, load_settings
from intake.exits import Exit
from intake.pipeline import conclude, examine
from parsers.submission import Submission
from review.replaying import Change, Difference, Redecide, apply, replay
from routing.facts import Facts
from routing.verdict import Verdict
from storage.audit import Act, append
from storage.engine import open_engine, writing
from storage.entry import Entry


def redecide_with(policy: Policy) -> Redecide:
    """How a stored mail is decided again: as the doors do it, from the facts that were kept."""

    def redecide(submission: Submission, facts: Facts) -> Entry:
        return conclude(examine(submission, policy), facts, policy)

    return redecide


def replay_command(parsed: Namespace) -> int:
    """Print what would change, by reason and one by one; with --apply make it so."""
    settings = load_settings(parsed.config)
    policy = build_policy(settings)
    verdict = Verdict(parsed.verdict) if parsed.verdict else None
    engine = open_engine(settings.storage.url)
    try:
        difference = replay(engine, redecide_with(policy), verdict=verdict, since=parsed.since)
        (_print_json if parsed.json else _print_table)(difference)
        if parsed.apply and difference.changes:
            act = Act(actor=getuser())
            with writing(engine) as connection:
                append(connection, act, "replay", policy.version, {"decided": difference.decided, "changes": len(difference.changes)})
            done = apply(engine, difference.changes, act)
            if not parsed.json:
                print(f"{done} applied")
    finally:
        engine.dispose()
    return Exit.OK


def row_of(change: Change) -> dict[str, str]:
    """A change as plain values."""
    return {
        "reference": change.stored.reference,
        "subject": change.stored.subject,
        "from_verdict": str(change.stored.verdict),
        "from_reason": str(change.stored.reason),
        "verdict": str(change.verdict),
        "reason": str(change.reason),
    }


def _print_json(difference: Difference) -> None:
    for change in difference.changes:
        print(json.dumps(row_of(change), ensure_ascii=False))


def _print_table(difference: Difference) -> None:
    out = Console(highlight=False)
    print(f"{difference.decided} decided again, {len(difference.changes)} differ")
    if not difference.changes:
        return
    table = Table(box=None, pad_edge=False, header_style="bright_black")
    for name in ("from", "to", "submissions"):
        table.add_column(name, justify="right" if name == "submissions" else "left")
    for before, after, number in difference.by_reason:
        table.add_row(Text(before), Text(after), str(number))
    out.print(table)
    for change in difference.changes[:50]:
        row = row_of(change)
        out.print(Text(f"  {row['reference']}  {row['from_reason']} → {row['reason']}  {row['subject']}", "bright_black"))
