"""One mail decided in this process, within the limits that a worker would have: for a pipe that takes one mail and ends."""

import contextlib
import resource
import signal
import sys
from collections.abc import Iterator

from config.policy import Policy
from config.sections import Workers
from intake.pipeline import conclude, examine, held
from intake.sandbox import TimeUp, mapped_bytes
from parsers.submission import Submission
from routing.facts import Facts, Lookups, Questions
from routing.verdict import Reason
from storage.entry import Entry


def decide_alone(submission: Submission, policy: Policy, lookups: Lookups, limits: Workers) -> Entry:
    """Read and decide a mail.   One that cannot be read within the limits, or at all, is held: there is always an entry."""
    try:
        with _bounded(limits):
            examined = examine(submission, policy)
        facts = _gather(examined.questions, lookups)
        with _bounded(limits):
            return conclude(examined, facts, policy)
    except (TimeUp, MemoryError):
        return held(submission, Reason.OVER_LIMITS, policy)
    except Exception as error:  # whatever a parser does costs its mail, not the door
        print(f"abusedesk: {submission.digest}: reading failed: {error!r}", file=sys.stderr)
        return held(submission, Reason.WORKER_DIED, policy)


def _gather(questions: Questions, lookups: Lookups) -> Facts:
    if questions.is_empty:
        return Facts()
    import asyncio

    return asyncio.run(_gathered(questions, lookups))


async def _gathered(questions: Questions, lookups: Lookups) -> Facts:
    return await lookups.gather(questions)


@contextlib.contextmanager
def _bounded(limits: Workers) -> Iterator[None]:
    """Limit memory and time, and lift the limits again.   Raises TimeUp, MemoryError."""

    def give_up(_number: int, _frame: object) -> None:
        raise TimeUp

    mapped = mapped_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, limits.wall_s)
    with contextlib.suppress(ValueError, OSError):
        if mapped:
            resource.setrlimit(resource.RLIMIT_AS, (mapped + limits.memory_bytes, hard))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
