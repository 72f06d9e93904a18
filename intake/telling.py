"""What `submit` says of each mail, and how it ends: lines for a person, a pipe transport or a program."""

import json
import os
import sys
from collections import Counter
from typing import TYPE_CHECKING, TextIO

from intake.exits import Exit
from intake.knock import Told
from routing.verdict import Verdict

if TYPE_CHECKING:  # a pipe that hands its mail over does without
    from storage.entry import Entry
    from storage.recorded import Recorded

# What went wrong last decides nothing: the worst does, and what can be tried again counts most.
_GRAVITY = (Exit.TRY_AGAIN, Exit.UNAVAILABLE, Exit.IO_ERROR, Exit.NO_INPUT, Exit.NOT_A_MAIL, Exit.REFUSED)


class Telling:
    """Tells of the mails of one `submit`.

    is_bouncing: a rejection is to bounce.   is_list: there are several mails; each is one line, with its name.
    is_quiet: only the sum at the end, since a progress bar shows the rest.
    """

    def __init__(self, *, as_json: bool, is_bouncing: bool, out: TextIO | None = None) -> None:
        self._as_json = as_json
        self._is_bouncing = is_bouncing
        self._out = out or sys.stdout
        self._codes: set[Exit] = set()
        self._counts: Counter[tuple[str, str]] = Counter()
        self.is_list = False
        self.is_quiet = False

    def recorded(self, name: str, entry: "Entry", recorded: "Recorded") -> None:
        """A mail is stored."""
        told = Told(recorded.reference, str(recorded.verdict or ""), str(recorded.reason or ""), recorded.answer)
        self._count(told)
        if self._as_json:
            self._say(json.dumps(_as_json(name, entry, recorded), ensure_ascii=False))
        else:
            self._tell(name, told)

    def told(self, name: str, told: Told) -> None:
        """A mail is stored by the running service."""
        self._count(told)
        self._tell(name, told)

    def failed(self, code: Exit, message: str) -> None:
        """Something could not be taken in."""
        self._codes.add(code)
        print(f"abusedesk: {message}", file=sys.stderr)

    def end(self) -> Exit:
        """Say the sum of many, and how to exit."""
        if self.is_quiet:
            for (verdict, reason), count in sorted(self._counts.items()):
                self._say(f"{count:>8,}  {verdict}  {reason}")
        self._say()
        return next((code for code in _GRAVITY if code in self._codes), Exit.OK)

    def _say(self, line: str = "") -> None:
        """Say a line, or see to it that all was heard.   Should nobody be able to hear, the mails are taken in all the same."""
        try:
            if line:
                print(line, file=self._out)
            else:
                self._out.flush()
        except OSError as error:
            self._fall_silent()
            if not isinstance(error, BrokenPipeError):
                self.failed(Exit.IO_ERROR, f"standard output: {error.strerror}")

    def _fall_silent(self) -> None:
        """Send what is still to be said nowhere, also what the interpreter would flush when it ends."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), self._out.fileno())

    def _count(self, told: Told) -> None:
        self._counts[told.verdict or "received", told.reason] += 1
        if self._is_bouncing and told.verdict == Verdict.REJECTED:
            self._codes.add(Exit.REFUSED)

    def _tell(self, name: str, told: Told) -> None:
        """In a list, a line; else what the sender would have been answered."""
        if self.is_quiet:
            return
        if self.is_list:
            self._say(f"{told.reference}  {told.verdict or 'received'}  {told.reason}  {name}")
        else:
            self._say("\n".join(line[4:] for line in told.answer.split("\r\n")))


def _as_json(name: str, entry: "Entry", recorded: "Recorded") -> dict[str, object]:
    return {
        "input": name,
        "reference": recorded.reference,
        "verdict": recorded.verdict,
        "reason": recorded.reason,
        "event": entry.event,
        "is_repeat": recorded.is_repeat,
        "subject": entry.subject,
        "message_id": entry.message_id,
        "reporter": entry.reporter,
        "arrived_at": entry.arrived_at.isoformat(),
        "accused": list(dict.fromkeys(report.accused_value for report in entry.reports if report.accused_value)),
        "sha256": entry.sha256,
        "answer": recorded.answer,
    }
