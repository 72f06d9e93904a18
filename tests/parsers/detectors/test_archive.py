import pytest

from parsers.defects import DefectKind
from parsers.report import FoundAs
from tests.parsers.fixture_mail import message_ids, reading_of


@pytest.mark.parametrize(
    "name, paths",
    [
        ("zip-with-a-mail", ["2!spam.eml"]),
        ("gzip-with-a-mail", ["2!spam.eml"]),
        ("zip-with-two-mails-and-a-picture", ["2!spam1.eml", "2!spam2.txt"]),
        ("zip-with-an-outlook-item", ["2!mail.msg"]),
    ],
)
def test_every_mail_of_an_archive_is_a_report(name: str, paths: list[str]) -> None:
    read = reading_of(f"containers/{name}.eml")
    assert [report.path for report in read.reports] == paths
    assert {report.found_as for report in read.reports} == {FoundAs.ARCHIVE}
    assert all(report.has_full_headers for report in read.reports)
    assert all(message_ids(read))


@pytest.mark.parametrize(
    "name, kind, detail",
    [
        ("zip-with-a-password", DefectKind.BAD_ARCHIVE, "zip: encrypted or of an unusual method"),
        ("zip-that-swells", DefectKind.OVER_LIMIT, "unpacked_bytes"),
        ("zip-three-deep", DefectKind.OVER_LIMIT, "unpacking_depth"),
    ],
)
def test_what_is_not_opened_is_said(name: str, kind: DefectKind, detail: str) -> None:
    defects = reading_of(f"containers/{name}.eml").defects
    assert [(defect.kind, defect.where, defect.detail) for defect in defects] == [(kind, defects[0].where, detail)]
