"""Every mail under fixtures/eml gives the answer that lies beside it, whatever its line ends.

a.eml      the mail
a.json     its explanation, as `abusedesk explain --json` prints it, less what depends on the run or counts line ends
a.crlf.json, a.lf.json   the same mail with those line ends, only where that makes a difference

`pytest tests/golden --bless` writes the answers anew; the difference is for a person to review.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from config.policy import Policy
from config.settings import build_policy, load_settings
from intake.pipeline import examine, judge
from parsers.submission import Door, Submission
from routing.lookups import FixedLookups
from routing.verdict import Reason

FIXTURES = Path(__file__).parents[2] / "fixtures"
MAILS = sorted(path for path in (FIXTURES / "eml").rglob("*") if path.suffix in (".eml", ".mbox", ".msg"))
# What was written to the desk is a reporter's mail; anything else was handed in as a file.
IS_REPORT = re.compile(rb"^(?:X-Fixture-Door: smtp|To: .{0,80}\babuse(?:\+[a-z-]{1,40})?@example-host\.jp)", re.MULTILINE)
HEADER_END = re.compile(rb"\r?\n\r?\n")
ARRIVED_AT = datetime(2026, 8, 3, 1, tzinfo=UTC)


def named(path: Path) -> str:
    return path.relative_to(FIXTURES / "eml").as_posix()


@cache
def house() -> tuple[Policy, FixedLookups]:
    settings = load_settings(FIXTURES / "abusedesk.toml")
    return build_policy(settings), FixedLookups(settings.lookups.hosts)


def explained(raw: bytes, name: str) -> dict[str, Any]:
    """The document of a mail as the imaginary host takes it, by SMTP where it is addressed to the desk; less what depends on the run."""
    policy, lookups = house()
    door = Door.SMTP if IS_REPORT.search(raw) else Door.FILE
    examined = examine(Submission(raw=raw, door=door, arrived_at=ARRIVED_AT, name=name), policy)
    document = judge(examined, lookups.answer(examined.questions), policy).document
    text = json.dumps(document, ensure_ascii=False).replace(document["reference"], "REFERENCE")
    plain: dict[str, Any] = without_line_ends(json.loads(text))
    return {key: value for key, value in plain.items() if key not in ("input", "sha256", "reference", "policy", "arrived_at")}


def without_line_ends(plain: Any) -> Any:
    """The same without spans, and without size and digest of parts that are text."""
    if isinstance(plain, list):
        return [without_line_ends(one) for one in plain]
    if not isinstance(plain, dict):
        return plain
    is_text = str(plain.get("content_type", "")).startswith(("text/", "message/"))
    dropped = ("span", "size", "sha256") if is_text else ("span",)
    return {key: without_line_ends(value) for key, value in plain.items() if key not in dropped}


def variants(path: Path) -> Iterator[tuple[str, bytes]]:
    """The mail as it lies, then with the line ends that it has not."""
    raw = path.read_bytes()
    yield "", raw
    if path.suffix == ".msg":
        return
    lf = raw.replace(b"\r\n", b"\n")
    for ending, other in ((".lf", lf), (".crlf", lf.replace(b"\n", b"\r\n"))):
        if other != raw:
            yield ending, other


def as_text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def bless(golden: Path, text: str, *, is_needed: bool) -> None:
    if is_needed:
        golden.write_text(text, "utf-8")
    else:
        golden.unlink(missing_ok=True)


@pytest.mark.parametrize("path", MAILS, ids=named)
def test_a_mail_gives_the_answer_that_lies_beside_it(path: Path, request: pytest.FixtureRequest) -> None:
    as_it_lies = as_text(explained(path.read_bytes(), named(path)))
    for ending, raw in variants(path):
        text = as_text(explained(raw, named(path)))
        golden = path.with_suffix(f"{ending}.json")
        if request.config.getoption("--bless"):
            bless(golden, text, is_needed=not ending or text != as_it_lies)
        expected = golden if golden.exists() else path.with_suffix(".json")
        assert expected.exists(), "there is no answer yet: pytest tests/golden --bless"
        assert json.loads(text) == json.loads(expected.read_text("utf-8")), f"{ending or 'as it lies'}: differs from {expected.name}"


def test_there_are_mails() -> None:
    assert MAILS


def test_no_answer_lies_without_its_mail() -> None:
    stems = {path.with_suffix("") for path in MAILS}
    answers = {path: path.with_name(re.sub(r"(\.crlf|\.lf)?\.json$", "", path.name)) for path in (FIXTURES / "eml").rglob("*.json")}
    assert [named(path) for path, stem in answers.items() if stem not in stems] == []


@pytest.mark.parametrize("path", [path for path in MAILS if path.suffix != ".msg"], ids=named)
def test_a_mail_says_where_it_comes_from(path: Path) -> None:
    assert re.search(rb"^(?:\xef\xbb\xbf)?X-Fixture-Source: ", path.read_bytes(), re.MULTILINE)


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.WORKER_DIED])
def test_every_reason_is_reached_by_a_mail(reason: Reason) -> None:
    assert any(
        f'"reason": "{reason}"' in path.with_suffix(".json").read_text("utf-8") for path in MAILS if path.with_suffix(".json").exists()
    )
