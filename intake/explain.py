"""`explain`: decide a mail and show the whole trace; nothing is stored."""

import asyncio
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from config.policy import Policy
from config.settings import build_policy, load_settings
from intake.exits import Exit
from intake.outside import lookups_of
from intake.pipeline import Judged, examine, judge
from parsers.submission import Door, Submission
from routing.facts import Lookups
from routing.second_opinion import add_second_opinion


def explain_files(files: list[str], *, config: Path | None, door: str, is_offline: bool, as_json: bool) -> int:
    """Explain each file in the order given; a file that cannot be read is named, and the exit code says so."""
    settings = load_settings(config)
    policy = build_policy(settings)
    lookups = lookups_of(settings, is_offline=is_offline)
    return asyncio.run(_explain_all(files, Door(door), policy, lookups, as_json=as_json))


async def _explain_all(files: list[str], door: Door, policy: Policy, lookups: Lookups, *, as_json: bool) -> int:
    code = Exit.OK
    for name in files:
        try:
            raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        except OSError as error:
            print(f"abusedesk: {name}: {error.strerror}", file=sys.stderr)
            code = Exit.NO_INPUT
            continue
        submission = Submission(raw=raw, door=door, arrived_at=datetime.now(UTC), name=name)
        judged, took_ms = await _conclude(submission, policy, lookups)
        add_second_opinion(judged.document, judged.decision, policy)
        if as_json:
            print(json.dumps(judged.document | {"took_ms": took_ms}, ensure_ascii=False))
        else:
            from review.terminal import print_explanation

            print_explanation(judged.document, took_ms)
    return code


async def _conclude(submission: Submission, policy: Policy, lookups: Lookups) -> tuple[Judged, float]:
    started = time.perf_counter()
    examined = examine(submission, policy)
    facts = await lookups.gather(examined.questions)
    judged = judge(examined, facts, policy)
    return judged, round((time.perf_counter() - started) * 1000, 2)
