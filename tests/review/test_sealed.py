"""What concerns child abuse material is open to one role only, and every look at it is logged."""

import io
import json
import zipfile

import pytest
from sqlalchemy import select

from config.settings import build_policy
from review.people import Need
from review.routes import ROUTES
from storage.engine import open_engine, reading, writing
from storage.reference import case_reference
from storage.tables import AUDIT, CASE, SUBMISSION
from tests.review.conftest import TestDesk, first_reference
from tests.review.filled import mail, settings_for, store_mails

REPORT = b"""\
From: Reporter <reporter@reporter.example>\r
To: abuse@example-host.jp\r
Subject: illegal content\r
\r
Category: illegal activity\r
Location: https://www.shop.example/hidden/\r
There is child sexual abuse material at https://www.shop.example/hidden/ which must be removed. The-words-inside.\r
"""


@pytest.fixture
def reference(empty_desk: TestDesk) -> str:
    """The submission's."""
    store_mails(empty_desk.url, build_policy(settings_for(empty_desk.url)), [mail(REPORT)])
    browser = empty_desk.browser("ada")
    return next(
        first_reference(html) for verdict in ("rejected", "accepted", "held") if "data-open" in (html := browser.get(f"/{verdict}"))
    )


@pytest.mark.parametrize("name,is_open", [("vera", False), ("hana", False), ("ada", True)])
def test_only_an_admin_reads_it(empty_desk: TestDesk, reference: str, name: str, is_open: bool) -> None:
    browser = empty_desk.browser(name)
    html = browser.get(f"/submissions/{reference}")
    assert "It is sealed" in html
    assert ("The-words-inside" in html) is is_open
    assert ("The-words-inside" in browser.get(f"/api/submissions/{reference}")) is is_open
    assert (browser.client.get(f"/submissions/{reference}/raw").status_code == 200) is is_open


TOKENS = ("SubjectToken", "BodyToken", "FileToken")
TOLD = b"""\
From: Reporter <reporter@reporter.example>\r
To: abuse@example-host.jp\r
Subject: SubjectToken illegal content\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=b\r
\r
--b\r
\r
Category: illegal activity\r
Location: https://www.shop.example/hidden/\r
Supporting information: BodyToken seen on 3 August 2026\r
Reasons: BodyToken is against the law\r
Comments to forward: BodyToken must be removed\r
Claimant: Reporter BodyToken\r
There is child sexual abuse material at https://www.shop.example/hidden/ BodyToken.\r
--b\r
Content-Type: text/plain; name=FileToken.txt\r
Content-Disposition: attachment; filename=FileToken.txt\r
\r
BodyToken\r
--b--\r
"""


def _paths(references: list[str]) -> list[str]:
    """Every page, list, file and answer of the API that is read, for every reference."""
    read = [route.path for route in ROUTES if route.method == "GET" and route.need is not Need.NOBODY]
    one_kind = [path.replace("{kind}", kind) for path in read for kind in (("csv", "json", "xlsx") if "{kind}" in path else ("",))]
    return [
        path.replace("{reference}", reference)
        for path in one_kind
        for reference in (references if "{reference}" in path else references[:1])
    ]


@pytest.mark.parametrize("name", ["vera", "hana"])
def test_nothing_that_is_read_holds_a_word_of_it(empty_desk: TestDesk, name: str) -> None:
    store_mails(empty_desk.url, build_policy(settings_for(empty_desk.url)), [mail(TOLD)])
    engine = open_engine(empty_desk.url)
    with reading(engine) as connection:
        told = connection.execute(select(SUBMISSION.c.told_reference)).scalars().all()
        cases = [case_reference(letters) for letters in connection.execute(select(CASE.c.letters)).scalars()]
    engine.dispose()
    browser = empty_desk.browser(name)
    for path in _paths([*told, *cases]):
        content = browser.client.get(path).content
        if path.endswith("xlsx") and content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                content = b"".join(book.read(member) for member in book.namelist())
        assert [token for token in TOKENS if token.encode() in content] == [], path


@pytest.mark.parametrize("name,is_open", [("vera", False), ("hana", False), ("ada", True)])
def test_the_scan_box_shows_it_to_an_admin_only(empty_desk: TestDesk, name: str, is_open: bool) -> None:
    browser = empty_desk.browser(name)
    answer = browser.client.post("/scan", data={"form_token": browser.token, "door": "smtp"}, files={"file": ("a.eml", TOLD)})
    assert answer.status_code == 200
    assert "www.shop.example/hidden" in answer.text
    assert any(token in answer.text for token in TOKENS) is is_open


def looks(desk: TestDesk) -> list[tuple[str, str, str, dict[str, object]]]:
    engine = open_engine(desk.url)
    with reading(engine) as connection:
        found = connection.execute(select(AUDIT.c.actor, AUDIT.c.action, AUDIT.c.subject, AUDIT.c.detail).order_by(AUDIT.c.id)).all()
    engine.dispose()
    return [(row.actor, row.action, row.subject, json.loads(row.detail or "{}")) for row in found if row.action.startswith("view")]


def test_each_look_that_is_permitted_is_a_line_of_the_audit_log(empty_desk: TestDesk, reference: str) -> None:
    browser = empty_desk.browser("ada")
    before = len(looks(empty_desk))
    for path in (f"/submissions/{reference}", f"/submissions/{reference}/raw", f"/api/submissions/{reference}"):
        browser.get(path)
    lines = looks(empty_desk)[before:]
    assert [(actor, action, subject, detail["sealed"]) for actor, action, subject, detail in lines] == [
        ("ada", "view", reference, True),
        ("ada", "view-raw", reference, True),
        ("ada", "view", reference, True),
    ]


def test_a_look_that_is_refused_opens_nothing_and_is_no_look(empty_desk: TestDesk, reference: str) -> None:
    before = looks(empty_desk)
    assert empty_desk.browser("hana").client.get(f"/submissions/{reference}/raw").status_code == 403
    assert looks(empty_desk) == before


@pytest.mark.parametrize("path", ["/submissions/{}", "/api/submissions/{}"])
def test_it_stays_sealed_where_the_mail_itself_cannot_be_read(empty_desk: TestDesk, path: str) -> None:
    store_mails(empty_desk.url, build_policy(settings_for(empty_desk.url)), [mail(TOLD)])
    engine = open_engine(empty_desk.url)
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE evidence SET frame = NULL, location = ''")
        reference = connection.execute(select(SUBMISSION.c.told_reference)).scalar_one()
    engine.dispose()
    assert [token for token in TOKENS if token in empty_desk.browser("hana").get(path.format(reference))] == []
