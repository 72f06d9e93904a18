import base64
import hashlib
import json
from typing import Any

import pytest

from config.limits import Limits
from parsers.defects import DefectKind
from parsers.report import FoundAs, Role
from parsers.xarf_report import read_xarf_json
from parsers.xarf_text import read_xarf_text
from tests.parsers.fixture_mail import accused, hits, message_ids, reading_of

LIMITS = Limits()
V3: dict[str, Any] = {"Version": "3", "Report": {"ReportClass": "Activity", "ReportType": "Spam", "SourceIp": "203.0.113.1"}}


@pytest.mark.parametrize(
    "name, machine_type, source",
    [
        ("v4-login-attack", "connection/login_attack", "203.0.113.80"),
        ("v4-spam-with-the-mail", "messaging/spam", "203.0.113.81"),
        ("v4-breaks-its-schema", "content/phishing", "203.0.113.9"),
        ("v3-spam-with-the-mail", "activity/spam", "203.0.113.85"),
        ("v3-phishing-page", "content/phishing", "203.0.113.9"),
        ("v2-port-scan", "activity/portscan", "203.0.113.87"),
        ("in-a-feedback-report", "activity/loginattack", "203.0.113.90"),
        ("x-arf-0.1-login-attack", "abuse/login-attack", "203.0.113.92"),
        ("x-arf-0.2-spam-with-the-mail", "abuse/spam", "203.0.113.93"),
    ],
)
def test_a_report_of_any_version_names_its_type_and_its_source(name: str, machine_type: str, source: str) -> None:
    read = reading_of(f"xarf/{name}.eml")
    (report,) = read.reports
    assert (report.found_as, report.machine_type) == (FoundAs.XARF, machine_type)
    assert accused(read) == [source]


@pytest.mark.parametrize(
    "name, number", [("v4-spam-with-the-mail", 81), ("v3-spam-with-the-mail", 85), ("x-arf-0.2-spam-with-the-mail", 93)]
)
def test_the_mail_in_the_evidence_is_opened(name: str, number: int) -> None:
    read = reading_of(f"xarf/{name}.eml")
    assert message_ids(read) == [f"<spam-{number}@mailer.example>"]
    assert read.reports[0].has_full_headers


def test_evidence_that_differs_from_its_hash_is_flagged_and_still_read() -> None:
    (report,) = reading_of("xarf/v4-evidence-altered.eml").reports
    assert [defect.kind for defect in report.defects] == [DefectKind.EVIDENCE_HASH]
    assert report.has_full_headers


def test_a_report_that_breaks_its_schema_is_flagged_and_still_read() -> None:
    (report,) = reading_of("xarf/v4-breaks-its-schema.eml").reports
    assert {defect.kind for defect in report.defects} == {DefectKind.SCHEMA}
    assert [link.url for link in report.links] == ["https://www.shop.example/login"]


def test_reports_in_a_list_are_reports_each_by_itself() -> None:
    assert accused(reading_of("xarf/several-reports-in-a-list.eml")) == ["203.0.113.88", "198.51.100.89"]


def test_the_rights_holders_own_page_accuses_nobody() -> None:
    (report,) = reading_of("xarf/v4-brand-infringement.eml").reports
    assert {link.host: link.role for link in report.links} == {"www.shop.example": Role.SOURCE, "brand.example": Role.TARGET}


def test_the_log_beside_an_x_arf_report_is_its_text() -> None:
    (report,) = reading_of("xarf/x-arf-0.1-login-attack.eml").reports
    assert "Failed password for root from 203.0.113.92" in report.text


def test_json_too_deep_to_read_is_no_report_and_no_failure() -> None:
    read = reading_of("xarf/too-deep-to-read.eml")
    assert "xarf" not in hits(read)
    assert next(step.because for step in read.steps if step.rule == "xarf") == "no XARF report in 1 JSON parts"


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "7", '"x"', "{", '{"a": 1}', '{"Report": 3, "ReportType": []}', "9" * 5_000, "[" * 100_000]
)
def test_json_that_is_no_report_is_none(text: str) -> None:
    assert all(report.report.addresses == () for report in read_xarf_json(text, LIMITS))


def test_ports_and_times_go_with_the_source() -> None:
    said = {"SourcePort": 4711, "Date": "2026-08-03T08:00:00", "DestinationIp": "192.0.2.9", "DestinationPort": 22}
    (found,) = read_xarf_json(json.dumps({**V3, "Report": {**V3["Report"], **said}}), LIMITS)
    source, target = found.report.addresses
    assert (source.port, source.is_zone_assumed, str(source.at)) == (4711, True, "2026-08-03 08:00:00+00:00")
    assert (str(target.ip), target.role) == ("192.0.2.9", Role.TARGET)


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
@pytest.mark.parametrize("is_right", [True, False])
def test_every_hash_algorithm_is_checked(algorithm: str, is_right: bool) -> None:
    content = b"line of a log"
    digest = hashlib.new(algorithm, content if is_right else content + b"!").hexdigest()
    item = {"content_type": "text/plain", "payload": base64.b64encode(content).decode(), "hash": f"{algorithm}:{digest}"}
    (found,) = read_xarf_json(json.dumps({**V3, "evidence": [item]}), LIMITS)
    assert found.evidence[0].content == content
    assert found.evidence[0].is_altered is not is_right


def test_the_reporters_own_addresses_are_not_accused() -> None:
    (found,) = read_xarf_json(json.dumps({**V3, "ReporterInfo": {"SourceIp": "192.0.2.200", "Url": "https://reporter.example/"}}), LIMITS)
    assert [str(one.ip) for one in found.report.addresses] == ["203.0.113.1"]
    assert found.report.links == ()


def test_a_letter_with_a_few_labelled_lines_is_no_x_arf_report() -> None:
    assert read_xarf_text("Source: 203.0.113.1\nDate: today\nCategory: spam\n", LIMITS) is None
    assert read_xarf_text("Report-Type: spam\nSource: 203.0.113.1\nCategory: abuse\nReported-From: a@watch.example\n", LIMITS) is not None
