"""The writer whose power is cut: it stores mails in small groups, and says on its standard error which are durable.

Called as `python -m faults.power_writer store synchronous mails`; synchronous NORMAL is the mutant that the test must catch.
"""

import hashlib
import os
import random
import sys
from datetime import UTC, datetime

from parsers.submission import Door, Envelope, Submission
from routing.answer import held_answer
from routing.verdict import Reason
from storage import sqlite_file, sqlite_lane
from storage.entry import Entry, undecided_entry
from storage.lanes import open_lane
from storage.recording import record_group

_NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


def mail(number: int) -> bytes:
    """The mail of that number: a few kilobytes that do not compress."""
    noise = random.Random(number).randbytes(1_000 + number * 37 % 4_000).hex()
    return f"From: reader@reporter.example\r\nSubject: {number}\r\n\r\n{noise}\r\n".encode()


def main(store: str, synchronous: str, mails: int) -> None:
    """Store them all."""
    pragmas = tuple(one.replace("synchronous = FULL", f"synchronous = {synchronous}") for one in sqlite_file.pragmas())
    setattr(sqlite_lane, "pragmas", lambda: pragmas)  # noqa: B010 the mutation
    lane = open_lane(f"sqlite:///{store}")
    number = 0
    while number < mails:
        group = range(number, min(mails, number + 1 + int(hashlib.sha256(b"%d" % number).hexdigest(), 16) % 3))
        record_group(lane, [entry_of_mail(one) for one in group])
        os.write(2, b"ACK " + b" ".join(b"%d" % one for one in group) + b"\n")
        number = group.stop
    os._exit(0)  # without the checkpoint of an orderly end


def entry_of_mail(number: int) -> Entry:
    """It, held, ready to be stored."""
    envelope = Envelope(mail_from="reader@reporter.example", rcpt_to=("abuse@example-host.jp",))
    submission = Submission(raw=mail(number), door=Door.SMTP, arrived_at=_NOON, envelope=envelope)
    return undecided_entry(submission, answer=held_answer(Reason.WORKER_DIED), reason=Reason.WORKER_DIED)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
