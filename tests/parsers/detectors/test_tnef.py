import pytest

from parsers.report import FoundAs
from tests.parsers.fixture_mail import chains, message_ids, reading_of


@pytest.mark.parametrize("name, number", [("winmail-with-a-mail-file", 36), ("winmail-with-an-item", 37)])
def test_a_mail_in_a_winmail_dat_is_found(name: str, number: int) -> None:
    read = reading_of(f"containers/{name}.eml")
    assert [report.found_as for report in read.reports] == [FoundAs.TNEF]
    assert message_ids(read) == [f"<spam-{number}@mailer.example>"]
    assert chains(read) == [["10.1.2.3", f"203.0.113.{20 + number}"]]


def test_the_path_names_the_file_in_the_container() -> None:
    assert reading_of("containers/winmail-with-a-mail-file.eml").reports[0].path == "2!spam.eml"
