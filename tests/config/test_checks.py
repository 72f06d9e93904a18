"""What `config show` and `config check` tell."""

from pathlib import Path

import pytest

from config.checks import check, show
from config.settings import load_settings


def test_show_names_the_source_of_each_value_and_hides_passwords(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("[limits]\nlinks = 7\n")
    monkeypatch.setenv("ABUSEDESK_STORAGE__URL", "postgresql+psycopg://desk:open:sesame@[::1]/desk")
    shown = {one.key: (one.value, one.source) for one in show(load_settings(file))}
    assert shown["limits.links"] == (7, f"{file}:2")
    assert shown["smtp.max_errors"] == (10, "default")
    assert shown["storage.url"] == ("postgresql+psycopg://desk:***@[::1]/desk", "ABUSEDESK_STORAGE__URL")


def test_check_finds_missing_files_and_half_a_certificate(file: Path) -> None:
    file.write_text('[network]\nprefix_files = ["gone.csv"]\n')
    assert [problem.text for problem in check(file)] == [f"{file.parent}/gone.csv: cannot be read: No such file or directory"]
    file.write_text('[network]\ndomains = ["a.example"]\n[smtp]\ntls_cert = "/nowhere/cert.pem"\n')
    assert [problem.text for problem in check(file)] == [
        f"{file}:4: smtp.tls_cert: no such file",
        f"{file}:4: smtp.tls_cert: tls_cert and tls_key are given together or not at all",
    ]
    file.write_text('[network]\ndomains = ["a.example"]\n[smtp]\ntls_required = true\n')
    assert [problem.text for problem in check(file)] == [f"{file}:4: smtp.tls_required: there is no tls_cert"]


def test_check_names_prefixes_that_two_contractors_hold_at_one_time(file: Path) -> None:
    (file.parent / "prefixes.csv").write_text(
        "203.0.113.0/24,house\n"
        "203.0.113.64/26,guest\n"
        "203.0.113.64/27,house\n"
        "198.51.100.0/24,first,,,2026-01-01\n"
        "198.51.100.0/24,second,,2026-01-01\n"
    )
    file.write_text('[network]\nprefix_files = ["prefixes.csv"]\n')
    problems = check(file)
    assert [problem.text for problem in problems] == [
        "prefixes.csv:2: 203.0.113.64/26 of guest lies in 203.0.113.0/24 of house (prefixes.csv:1); the longer prefix wins",
        "prefixes.csv:3: 203.0.113.64/27 of house lies in 203.0.113.64/26 of guest (prefixes.csv:2); the longer prefix wins",
    ]
    assert not any(problem.is_fatal for problem in problems)


def test_check_warns_of_an_empty_network(file: Path) -> None:
    file.write_text("")
    assert [(problem.is_fatal, problem.text) for problem in check(file)] == [
        (False, "network: neither prefixes nor domains: every report is out of network")
    ]


def test_check_says_that_there_is_no_file_to_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ABUSEDESK_CONFIG", raising=False)
    assert any("no settings file" in problem.text for problem in check())
    (tmp_path / "abusedesk.toml").write_text("")
    assert not any("no settings file" in problem.text for problem in check())
