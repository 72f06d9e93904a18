"""`abusedesk serve` as a process: started, used, stopped."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from intake.leftovers import Leftovers
from intake.reception import Reception
from parsers.submission import Door, Envelope, Submission
from routing.answer import Answer
from routing.lookups import FixedLookups
from storage.entry import undecided_entry
from storage.record import record
from storage.writer import Writer
from tests.intake.running import HereDecider, Talk, wait_until
from tests.intake.test_submit import FOREIGN, OWN, stored

FORWARD = b"From: reader@reporter.example\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n"


@contextmanager
def serving(config: Path) -> Iterator[tuple["subprocess.Popen[str]", tuple[str, int]]]:
    """The service and where it listens."""
    command = [sys.executable, "-m", "intake.cli", "serve", "--config", str(config)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            port = re.search(r"SMTP on 127\.0\.0\.1:(\d+)", process.stdout.readline())
            assert port is not None
            yield process, ("127.0.0.1", int(port[1]))
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            finally:
                process.kill()


def forwarded(mail: bytes) -> bytes:
    return FORWARD + mail.replace(b"\n", b"\r\n")


def test_reports_are_answered_and_stored_and_the_last_is_finished_before_the_end(config: Path) -> None:
    with serving(config) as (process, address), Talk(address) as client:
        assert client.greet().mail(forwarded(OWN % (1, 1))).startswith("250 2.0.0 [sender-in-network]")
        assert client.mail(forwarded(FOREIGN % (2, 2))).startswith("550 5.7.1 [out-of-network]")
        client.begin()
        process.send_signal(signal.SIGTERM)
        client.send(forwarded(OWN % (3, 3)) + b".\r\n")
        assert client.reply().startswith("250 2.0.0 [sender-in-network]")
        assert process.wait(20) == 0
    assert [row[0] for row in stored(config)] == ["accepted", "rejected", "accepted"]


def test_a_process_that_is_killed_leaves_nothing_running(config: Path) -> None:
    with serving(config) as (process, _):
        family = list(descendants(process.pid))
        assert len(family) == 2  # the nursery and its worker
        process.kill()
        process.wait(20)
        wait_until(lambda: not any(is_running(child) for child in family))


def descendants(process_id: int) -> Iterator[int]:
    for thread in Path(f"/proc/{process_id}/task").iterdir():
        for child in (thread / "children").read_text().split():
            yield int(child)
            yield from descendants(int(child))


def is_running(process_id: int) -> bool:
    status = Path(f"/proc/{process_id}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_what_was_left_undecided_is_decided_after_the_next_start(config: Path) -> None:
    url = f"sqlite:///{config.with_name('abusedesk.db')}"
    submission = Submission(
        raw=OWN % (1, 1),
        door=Door.FILE,
        arrived_at=datetime.now(UTC),
        envelope=Envelope(mail_from="a@example.com", rcpt_to=("b@example.com",)),
    )
    received = record(url, undecided_entry(submission, answer=Answer(code=250, enhanced="2.0.0", exit=0, lines=("{reference}",))))
    assert stored(config) == [(None, "a@example.com", 0)]

    async def decide() -> list[int]:
        decider = HereDecider()
        writer = Writer(url)
        writer.start()
        leftovers = Leftovers(url, Reception(decider, FixedLookups({}), writer, verdict_timeout_s=5))
        counts = [await leftovers.decide_due(), await leftovers.decide_due()]
        writer.close()
        assert decider.taken == [submission]
        return counts

    assert asyncio.run(decide()) == [1, 0]
    assert stored(config) == [("accepted", "a@example.com", 0)]
    assert received.verdict is None
