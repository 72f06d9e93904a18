"""The made vendor and log reports: each says in its header what is to be found in it.

X-Fixture-Accused: the accused addresses, "-" for none.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.limits import Limits
from parsers.reading import parse_submission
from parsers.report import Report, Role
from parsers.submission import Door, Submission

EML = Path(__file__).parents[2] / "fixtures" / "eml"
MAILS = sorted([*(EML / "vendor").glob("*.eml"), *(EML / "logs").glob("*.eml")])
_VICTIMS = "198.51.100."


def report_of(path: Path) -> Report:
    submission = Submission(raw=path.read_bytes(), door=Door.SMTP, arrived_at=datetime(2026, 8, 3, 12, tzinfo=UTC))
    [report] = parse_submission(submission, Limits(), desk_addresses=("abuse@example-host.jp",)).reports
    return report


def accused_in(path: Path) -> set[str]:
    match = re.search(rb"^X-Fixture-Accused: (.*)$", path.read_bytes(), re.MULTILINE)
    assert match, "a told fixture says whom it accuses"
    return set(match[1].decode().split()) - {"-"}


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_report_accuses_whom_its_header_says(path: Path) -> None:
    got = {str(one.ip) for one in report_of(path).addresses if one.role is Role.SOURCE}
    assert got == accused_in(path)
    assert not any(ip.startswith(_VICTIMS) for ip in got)


def test_there_are_enough_of_them() -> None:
    assert len(MAILS) >= 40
