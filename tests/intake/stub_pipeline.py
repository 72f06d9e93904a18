"""A pipeline whose mails say what becomes of them: `X-Do: hang` in a mail hangs its worker."""

import ctypes
import os
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from config.policy import Policy
from parsers.submission import Submission
from routing.answer import Answer
from routing.facts import Facts, Known, Questions
from routing.verdict import VERDICT_OF, Reason
from storage.entry import Entry, undecided_entry

ANSWER_OF = {
    Reason.SENDER_IN_NETWORK: Answer(code=250, enhanced="2.0.0", exit=0, lines=("[sender-in-network] recorded as {reference}",)),
    Reason.LINK_IN_NETWORK: Answer(code=250, enhanced="2.0.0", exit=0, lines=("[link-in-network] recorded as {reference}",)),
    Reason.OUT_OF_NETWORK: Answer(code=550, enhanced="5.7.1", exit=77, lines=("[out-of-network] not ours", "see {reference}")),
}


@dataclass(frozen=True, kw_only=True)
class Examined:
    submission: Submission
    questions: Questions
    did: str = ""


def examine(submission: Submission, policy: Policy) -> Examined:
    word, _, argument = _asked(submission.raw)
    did = _DOES[word](argument) if word in _DOES else ""
    return Examined(submission=submission, questions=Questions(hosts=(argument,) if word == "ask" else ()), did=did)


def conclude(examined: Examined, facts: Facts, policy: Policy) -> Entry:
    reason = Reason.OUT_OF_NETWORK if b"X-Verdict: rejected" in examined.submission.raw else Reason.SENDER_IN_NETWORK
    if any(facts.host(host).known is Known.FOUND for host in examined.questions.hosts):
        reason = Reason.LINK_IN_NETWORK
    entry = undecided_entry(examined.submission, answer=ANSWER_OF[reason], reason=reason)
    return replace(entry, verdict=VERDICT_OF[reason], subject=examined.did)


def held(submission: Submission, reason: Reason, policy: Policy) -> Entry:
    answer = Answer(code=250, enhanced="2.0.0", exit=0, lines=(f"[received] held, {reason} ({{reference}})",))
    return undecided_entry(submission, answer=answer, reason=reason)


def _asked(raw: bytes) -> tuple[str, str, str]:
    """The word after X-Do: and what follows it."""
    line = raw[:4_096].partition(b"X-Do: ")[2].partition(b"\r\n")[0].decode("ascii", "replace")
    return line.partition(" ")


def _hang(_: str) -> str:
    while True:
        pass


def _sleep(seconds: str) -> str:
    time.sleep(float(seconds))
    return "slept"


def _die_until(path: str) -> str:
    """Die as long as there is no such file: a worker itself cannot remember that it died."""
    if not Path(path).exists():
        os._exit(9)
    return "survived"


def _attempt(what: str) -> str:
    """Try something forbidden; what came of it."""
    try:
        _ATTEMPTS[what]()
    except Exception as error:
        return type(error).__name__
    return "succeeded"


_ATTEMPTS: dict[str, Callable[[], object]] = {
    "socket": lambda: socket.socket(),
    "fork": os.fork,
    "run": lambda: subprocess.run(["true"], check=True),
    "write": lambda: Path("/tmp/written-by-a-worker").write_text("x"),
    "library": lambda: ctypes.CDLL(None),
    "network": lambda: next(name for _, name in socket.if_nameindex() if name != "lo"),
}
_DOES: dict[str, Callable[[str], str]] = {
    "hang": _hang,
    "sleep": _sleep,
    "die": lambda _: os._exit(9),
    "die-until": _die_until,
    "raise": lambda _: str(1 // 0),
    "memory": lambda _: str(len(bytearray(1 << 40))),
    "attempt": _attempt,
    "who": lambda _: str(os.getpid()),
}
