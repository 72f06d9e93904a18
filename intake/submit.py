"""`submit`: mail without SMTP, from a pipe, files, folders, mboxes and Maildirs; every mail goes the way that all mail goes.

A few mails are handed to the running service, or decided here where none runs; for many the workers are started.
"""

import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from config.whereabouts import submit_socket
from intake.exits import Exit
from intake.knock import knock
from intake.mailboxes import NotAMail, files_in, is_mail, mails_in, without_from_line
from intake.telling import Telling
from parsers.submission import Door, Envelope, Submission

if TYPE_CHECKING:
    from intake.progress import Progress

_FEW = 8


def submit(asked: Namespace) -> int:
    """Take in every mail of the inputs.

    asked: inputs (names, "-" for standard input), door, on_reject ("record" or "bounce"), json, config.
    """
    telling = Telling(as_json=asked.json, is_bouncing=asked.on_reject == "bounce")
    mails = _submissions(asked.inputs, Door(asked.door), telling)
    few = list(islice(mails, _FEW + 1))
    if len(few) > 1:
        mails = _in_order(chain(few, mails))
        few = list(islice(mails, _FEW + 1))
    telling.is_list = len(few) > 1 or len(asked.inputs) > 1
    if len(few) <= _FEW:
        _submit_few(few, asked, telling)
    else:
        _submit_many(chain(few, mails), asked, telling)
    return telling.end()


def _in_order(submissions: Iterable[Submission]) -> Iterator[Submission]:
    """Answers to refusals behind what they may answer: files have any order, and both may be among them."""
    from config.limits import Limits
    from intake.answering import answers_last

    return answers_last(submissions, Limits())


def _submissions(inputs: Iterable[str], door: Door, telling: Telling) -> Iterator[Submission]:
    for name in inputs:
        try:
            if name == "-":
                yield _from_pipe(door)
            else:
                for mail in mails_in(Path(name)):
                    yield Submission(raw=mail.raw, door=door, arrived_at=datetime.now(UTC), name=mail.name)
        except NotAMail:
            telling.failed(Exit.NOT_A_MAIL, f"{name}: is not a mail")
        except OSError as error:
            telling.failed(Exit.NO_INPUT, f"{name}: {error.strerror or error}")


def _from_pipe(door: Door) -> Submission:
    """Standard input; mail servers name the envelope in SENDER and RECIPIENT (Postfix local(8), Exim, qmail).

    Raises NotAMail.
    """
    raw, sender = without_from_line(sys.stdin.buffer.read())
    if not is_mail(raw):
        raise NotAMail("-")
    recipient = os.environ.get("RECIPIENT", "")
    envelope = Envelope(mail_from=_text(os.environ.get("SENDER", sender)), rcpt_to=(_text(recipient),) if recipient else ())
    return Submission(raw=raw, door=door, arrived_at=datetime.now(UTC), envelope=envelope)


def _text(from_environment: str) -> str:
    """What is no UTF-8 there becomes U+FFFD."""
    return from_environment.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _submit_few(submissions: Iterable[Submission], asked: Namespace, telling: Telling) -> None:
    """With --json they are decided here: what is told then is more than the service tells."""
    place = None if asked.json else submit_socket(asked.config)
    left = [submission for submission in submissions if not _is_handed_over(submission, place, telling)]
    if left:
        _decide_here(left, asked, telling)


def _is_handed_over(submission: Submission, place: Path | None, telling: Telling) -> bool:
    told = knock(place, submission)
    if told is not None:
        telling.told(submission.name, told)
    return told is not None


def _decide_here(submissions: Iterable[Submission], asked: Namespace, telling: Telling) -> None:
    from config.settings import build_policy, load_settings
    from intake.alone import decide_alone
    from intake.answering import Answering, is_hinted
    from intake.arrival import arrival_of
    from intake.outside import lookups_of
    from storage.record import record

    settings = load_settings(asked.config)
    policy, lookups = build_policy(settings), lookups_of(settings)
    answering = Answering(settings.storage.url, settings.limits)
    for submission in submissions:
        arrival = arrival_of(submission)
        if is_hinted(arrival):
            submission = answering.complete_now(arrival).submission
        entry = decide_alone(submission, policy, lookups, settings.workers)
        telling.recorded(submission.name, entry, record(settings.storage.url, entry))


def _submit_many(submissions: Iterable[Submission], asked: Namespace, telling: Telling) -> None:
    import asyncio

    from config.settings import load_settings
    from intake.bulk import submit_all

    with _progress(asked.inputs, telling) as progress:
        try:
            asyncio.run(submit_all(submissions, load_settings(asked.config), telling, progress))
        except OSError as error:
            telling.failed(Exit.UNAVAILABLE, str(error))


def _progress(inputs: list[str], telling: Telling) -> "Progress":
    """A bar, where someone watches; then the mails are not listed as well."""
    from intake.progress import Progress

    is_watched = sys.stderr.isatty()
    telling.is_quiet = is_watched and sys.stdout.isatty()
    return Progress(total=sum(_bytes_in(Path(name)) for name in inputs) if is_watched else 0)


def _bytes_in(source: Path) -> int:
    if source.is_dir():
        return sum(path.stat().st_size for path in files_in(source))
    return source.stat().st_size if source.is_file() else 0
