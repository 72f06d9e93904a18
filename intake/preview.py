"""`notices preview`: the letters that a report of an event can bring, exactly as they would leave."""

from argparse import Namespace
from datetime import UTC, datetime

from config.settings import build_policy, load_settings
from intake.exits import Exit
from notices.preview import previews
from notices.stationery import open_stationery


def preview_command(parsed: Namespace) -> int:
    """Print each letter: whose template it is, its header as sent, its text as read.   Raises ConfigError."""
    settings, now = load_settings(parsed.config), datetime.now(UTC)
    policy = build_policy(settings)
    stationery = open_stationery(settings.notices, policy, now)
    for letter in previews(parsed.event, parsed.lang, stationery, policy, now):
        print(f"---- {letter.kind}: {letter.template}")
        print(letter.raw.decode() if parsed.raw else f"{letter.header}\n\n{letter.text}")
    return Exit.OK
