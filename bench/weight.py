"""What one mail weighs in the store, with its raw bytes, its verdict, its trace and every index."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure
from bench.mails import Mails
from config.policy import Policy
from config.prefixes import Assignment, PrefixTable
from intake.pipeline import conclude, examine
from parsers.submission import Door, Submission
from routing.facts import Facts
from storage.migrations import upgrade
from storage.record import record


def weight(mails: int) -> list[Figure]:
    """Store so many, one after the other, and weigh the file."""
    policy = Policy(prefixes=PrefixTable([Assignment(prefix="203.0.113.0/24")]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "abusedesk.db"
        upgrade(f"sqlite:///{path}")
        empty, came_in = path.stat().st_size, 0
        for raw in Mails().take(mails):
            came_in += len(raw)
            submission = Submission(raw=raw, door=Door.SMTP, arrived_at=datetime.now(UTC))
            record(f"sqlite:///{path}", conclude(examine(submission, policy), Facts(is_offline=True), policy))
        kept = sum(one.stat().st_size for one in Path(folder).iterdir()) - empty
    return [Figure(name="kept in the store for one mail", measured=f"{kept / mails / 1000:.1f} kB of {came_in / mails / 1000:.0f} kB")]
