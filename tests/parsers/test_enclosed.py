from base64 import encodebytes
from io import BytesIO
from zipfile import ZipFile

import pytest

from config.limits import Limits
from parsers.defects import DefectKind
from parsers.enclosed import enclosed_in
from parsers.framing import frame
from parsers.mime import parse_mime
from parsers.unpacking import Unpacking
from tests.parsers.fixture_mail import reading

MAIL = "Received: from a by b; Mon, 3 Aug 2026 08:00:00 +0900\nFrom: a@mailer.example\nMessage-ID: <innermost@mailer.example>\n\nBuy.\n"


def wrapped(times: int) -> bytes:
    mail = MAIL
    for number in range(times):
        mail = f"From: {number}@reporter.example\nContent-Type: message/rfc822\n\n{mail}"
    return mail.encode()


def holding(mails: int) -> bytes:
    parts = "".join(f"--b\nContent-Type: message/rfc822\n\n{MAIL}\n" for _ in range(mails))
    return f"From: a@reporter.example\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n".encode()


@pytest.mark.parametrize("times, is_over", [(2, False), (3, False), (4, True)])
def test_mails_in_mails_are_opened_to_a_depth(times: int, is_over: bool) -> None:
    read = reading(wrapped(times), limits=Limits(enclosure_depth=3))
    assert any(defect.detail == "enclosure_depth" for defect in read.defects) is is_over


@pytest.mark.parametrize("mails, is_over", [(3, False), (4, False), (5, True)])
def test_so_many_mails_are_reported_and_the_rest_is_flagged(mails: int, is_over: bool) -> None:
    read = reading(holding(mails), limits=Limits(reports=4))
    assert len(read.reports) == min(mails, 4)
    assert ([(defect.kind, defect.detail) for defect in read.defects] == [(DefectKind.OVER_LIMIT, "reports")]) is is_over


def test_a_large_file_that_is_no_mail_is_not_decoded_to_learn_that() -> None:
    body = b"QUFB" * 100_000
    head = (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n"
    )
    root = parse_mime(frame(b"From: a@reporter.example\n" + head + body + b"\n--b--\n").raw, Limits())
    assert enclosed_in(root, Unpacking(Limits())) == ()
    assert "content" not in vars(next(root.leaves()))


def packed(times: int) -> bytes:
    content, name = MAIL.encode(), "mail.eml"
    for number in range(times):
        raw = BytesIO()
        with ZipFile(raw, "w") as archive:
            archive.writestr(name, content)
        content, name = raw.getvalue(), f"{number}.zip"
    part = b"--b\nContent-Type: application/zip\nContent-Transfer-Encoding: base64\n\n" + encodebytes(content)
    return b"From: a@reporter.example\nContent-Type: multipart/mixed; boundary=b\n\n" + part + b"--b--\n"


@pytest.mark.parametrize("times, is_over", [(1, False), (2, False), (3, True)])
def test_containers_in_containers_are_opened_to_a_depth(times: int, is_over: bool) -> None:
    read = reading(packed(times), limits=Limits(unpacking_depth=2))
    assert (read.reports[0].found_as == "archive") is not is_over
    assert ([defect.detail for defect in read.defects] == ["unpacking_depth"]) is is_over
