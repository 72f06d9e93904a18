"""The scan box: a mail that is pasted or dropped is decided and shown, and nothing of it is stored."""

from datetime import UTC, datetime

from starlette.datastructures import UploadFile
from starlette.responses import Response

from parsers.submission import Door, Submission
from review.asked import Asked
from review.hop_picture import hop_picture
from review.sealing import scanned
from review.verdict_card import verdict_card

SCAN_BYTES = 4_194_304


def show(asked: Asked) -> Response:
    """The empty box."""
    return asked.page("scan.html", document=None, problem="")


async def scan(asked: Asked) -> Response:
    """Decide what was pasted, and show why."""
    dropped = asked.form.get("file")
    raw = await dropped.read(SCAN_BYTES + 1) if isinstance(dropped, UploadFile) else b""
    if not raw:
        pasted = asked.form.get("mail")
        raw = pasted.encode("utf-8", "surrogateescape") if isinstance(pasted, str) else b""
    if not raw.strip() or len(raw) > SCAN_BYTES:
        return asked.page("scan.html", status=400, document=None, problem=asked.words("scan.nothing"))
    door = Door.SMTP if asked.field("door") == Door.SMTP else Door.FILE
    submission = Submission(raw=raw, door=door, arrived_at=datetime.now(UTC))
    document = scanned(asked, submission, await asked.desk.explain(raw, door))
    return asked.page(
        "scan.html", document=document, card=verdict_card(document, asked.words), problem="",
        pictures=[hop_picture(report) for report in document.get("reports", ())],
    )  # fmt: skip
