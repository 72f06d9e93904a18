"""What holds for any bytes: one mail in, one storable entry out, its raw mail in it, the same one every time, in bounded time."""

import re
import time
from datetime import UTC, datetime
from ipaddress import ip_address

from config.policy import Policy
from intake.pipeline import conclude, examine
from parsers.submission import Door, Envelope, Submission
from routing.facts import Facts
from routing.verdict import VERDICT_OF
from storage.entry import Entry
from storage.evidence import open_evidence

WORST_S = 10.0
_NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_REPLY = re.compile(r"(?:\d{3}[- ]\d\.\d\.\d [ -~]{1,506}(?:\r\n|\Z))+")


def handle(raw: bytes, policy: Policy, *, door: Door = Door.SMTP) -> tuple[Entry, float]:
    """Decide a mail as a worker does; the entry and the CPU seconds it took.   Raises AssertionError where the invariant does not hold."""
    begun = time.process_time()
    entry = _decide(raw, policy, door)
    cpu_s = time.process_time() - begun
    assert open_evidence(entry.frame, sha256=entry.sha256, raw_bytes=entry.raw_bytes) == raw, "the raw mail is not in the entry"
    assert entry.reason is not None, "there is no reason"
    assert entry.verdict is VERDICT_OF[entry.reason], "verdict and reason do not fit"
    assert not any(_UNSTORABLE.search(text) for text in (entry.document, entry.facts, entry.words, entry.subject)), (
        "a text cannot be stored"
    )
    assert _REPLY.fullmatch(entry.answer), f"no SMTP answer: {entry.answer[:200]!r}"
    assert cpu_s < WORST_S, f"it took {cpu_s:.1f} s"
    return entry, cpu_s


def is_repeatable(raw: bytes, entry: Entry, policy: Policy, *, door: Door = Door.SMTP) -> bool:
    """Whether the same bytes give the same entry again."""
    return _decide(raw, policy, door) == entry


def _decide(raw: bytes, policy: Policy, door: Door) -> Entry:
    peer = ip_address("192.0.2.25")
    envelope = Envelope(mail_from="reader@reporter.example", rcpt_to=("abuse@example-host.jp",), peer=peer)
    submission = Submission(raw=raw, door=door, arrived_at=_NOW, envelope=envelope if door is Door.SMTP else Envelope())
    return conclude(examine(submission, policy), Facts(is_offline=True), policy)
