"""The settings: where they come from, what is refused and how that is said."""

import subprocess
import sys
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError
from config.events import Event
from config.limits import Limits
from config.sections import BareLineEnds, Settings
from config.settings import build_policy, load_settings
from config.values import Endpoint

WHOLE = """\
[network]
prefixes = ["203.0.113.0/24", "2001:db8:10::/48"]
asns = [64500, "AS64501"]
domains = ["Example-Host.jp."]
routable = ["203.0.113.0/24"]

[receivers]
trusted = ["mx.example-host.jp", "203.0.113.25", "2001:db8:10:1::/64"]

[lookups]
dns = false
resolver = "127.0.0.1:5353"
timeout_s = 2
hosts = { "www.shop.example" = ["203.0.113.9"] }

[smtp]
listen = ["127.0.0.1:8025", "[::1]:8025"]
bare_line_ends = "keep"

[policy]
languages = ["ja"]
recipients = { "Abuse+Copyright@example-host.jp" = "copyright" }

[limits]
links = 7
"""


def refused(file: Path, text: str) -> str:
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as error:
        load_settings(file)
    return str(error.value).replace(str(file), "abusedesk.toml")


def test_a_file_is_read_into_typed_values(file: Path) -> None:
    file.write_text(WHOLE)
    settings = load_settings(file)
    assert settings.network.prefixes == (ip_network("203.0.113.0/24"), ip_network("2001:db8:10::/48"))
    assert settings.network.asns == (64500, 64501)
    assert settings.network.domains == ("example-host.jp",)
    assert settings.receivers.trusted == ("mx.example-host.jp", ip_network("203.0.113.25"), ip_network("2001:db8:10:1::/64"))
    assert settings.lookups.hosts == {"www.shop.example": (ip_address("203.0.113.9"),)}
    assert settings.lookups.timeout_s == 2.0
    assert settings.smtp.listen == (Endpoint("127.0.0.1", 8025), Endpoint("::1", 8025))
    assert settings.smtp.bare_line_ends is BareLineEnds.KEEP
    assert settings.policy.recipients == {"abuse+copyright@example-host.jp": Event.COPYRIGHT}
    assert settings.limits == Limits(links=7)
    assert settings.smtp.max_message_bytes == 33_554_432


def test_without_a_file_everything_has_its_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings() == Settings()


def test_the_file_is_the_named_one_else_the_variables_else_that_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, links in (("abusedesk.toml", 1), ("variable.toml", 2), ("named.toml", 3)):
        (tmp_path / name).write_text(f"[limits]\nlinks = {links}\n")
    monkeypatch.chdir(tmp_path)
    assert load_settings().limits.links == 1
    monkeypatch.setenv("ABUSEDESK_CONFIG", str(tmp_path / "variable.toml"))
    assert load_settings().limits.links == 2
    assert load_settings(tmp_path / "named.toml").limits.links == 3


@pytest.mark.parametrize(
    "variable, value, section, key, expected",
    [
        ("ABUSEDESK_SMTP__MAX_RECIPIENTS", "7", "smtp", "max_recipients", 7),
        ("ABUSEDESK_SMTP__HOSTNAME", "true", "smtp", "hostname", "true"),
        ("ABUSEDESK_SMTP__LISTEN", "127.0.0.1:25, [::1]:25", "smtp", "listen", (Endpoint("127.0.0.1", 25), Endpoint("::1", 25))),
        ("ABUSEDESK_SMTP__LISTEN", "[::1]:25", "smtp", "listen", (Endpoint("::1", 25),)),
        ("ABUSEDESK_SMTP__LISTEN", '["127.0.0.1:25"]', "smtp", "listen", (Endpoint("127.0.0.1", 25),)),
        ("ABUSEDESK_NETWORK__PREFIXES", "", "network", "prefixes", ()),
        ("ABUSEDESK_NETWORK__ASNS", "AS64500,64501", "network", "asns", (64500, 64501)),
        ("ABUSEDESK_LOOKUPS__DNS", "false", "lookups", "dns", False),
        ("ABUSEDESK_LOOKUPS__TIMEOUT_S", "0.25", "lookups", "timeout_s", 0.25),
        ("ABUSEDESK_LOOKUPS__HOSTS", '{ "a.example" = ["203.0.113.9"] }', "lookups", "hosts", {"a.example": (ip_address("203.0.113.9"),)}),
        ("ABUSEDESK_WEB__LISTEN", "0.0.0.0:80", "web", "listen", Endpoint("0.0.0.0", 80)),
    ],
)
def test_a_variable_overrides_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, section: str, key: str, expected: object
) -> None:
    file.write_text(WHOLE)
    monkeypatch.setenv(variable, value)
    settings = load_settings(file)
    assert getattr(getattr(settings, section), key) == expected
    assert settings.origins[f"{section}.{key}"] == variable


def test_variables_that_a_platform_sets_for_a_service_of_our_name_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABUSEDESK_PORT_25_TCP_ADDR", "192.0.2.1")
    assert load_settings() == Settings()


@pytest.mark.parametrize(
    "text, problem",
    [
        ("[smtp]\nprot = 25\n", "abusedesk.toml: smtp.prot: unknown key (line 2)"),
        ("[network]\n\nprefixs = []\n", "abusedesk.toml: network.prefixs: unknown key; did you mean prefixes? (line 3)"),
        ("[networks]\nprefixes = []\n", "abusedesk.toml: networks.prefixes: unknown section; did you mean network? (line 2)"),
        ("web = 5\n", "abusedesk.toml: web: is 5, not a section (line 1)"),
        ('[network]\nprefixes = ["203.0.113.5/24"]\n',
         "abusedesk.toml: network.prefixes: 203.0.113.5/24 has host bits set; the prefix is 203.0.113.0/24 (line 2)"),
        ('[network]\nprefixes = ["203.0.113.0/240"]\n',
         "abusedesk.toml: network.prefixes: '203.0.113.0/240' is not an IPv4 or IPv6 prefix (line 2)"),
        ('[network]\nprefixes = "203.0.113.0/24"\n',
         "abusedesk.toml: network.prefixes: is '203.0.113.0/24', not a list in square brackets (line 2)"),
        ('[network]\ndomains = ["exa mple.jp"]\n', "abusedesk.toml: network.domains: 'exa mple.jp' is not a host name (line 2)"),
        ('[network]\nasns = ["64500x"]\n', "abusedesk.toml: network.asns: '64500x' is not the number of an autonomous system (line 2)"),
        ("[lookups]\ndns = 1\n", "abusedesk.toml: lookups.dns: is 1, not true or false (line 2)"),
        ("[lookups]\ntimeout_s = 0\n", "abusedesk.toml: lookups.timeout_s: is 0, not a number of seconds above 0 (line 2)"),
        ('[lookups]\nresolver = "dns.example:53"\n',
         "abusedesk.toml: lookups.resolver: 'dns.example:53': a resolver is given by its address, as in 127.0.0.1:53 (line 2)"),
        ('[lookups.hosts]\n"a.example" = ["nowhere"]\n', "abusedesk.toml: lookups.hosts: 'nowhere' is not an address (line 1)"),
        ('[smtp]\nlisten = ["127.0.0.1"]\n', "abusedesk.toml: smtp.listen: '127.0.0.1' is not host:port (line 2)"),
        ('[smtp]\nlisten = ["::1:25"]\n',
         "abusedesk.toml: smtp.listen: '::1:25': an IPv6 address stands in brackets, as in [::1]:25 (line 2)"),
        ('[web]\nlisten = "127.0.0.1:70000"\n', "abusedesk.toml: web.listen: '127.0.0.1:70000' is not host:port (line 2)"),
        ("[smtp]\nmax_recipients = 0\n", "abusedesk.toml: smtp.max_recipients: is 0, not a whole number from 1 on (line 2)"),
        ("[limits]\nlinks = true\n", "abusedesk.toml: limits.links: is True, not a whole number from 0 on (line 2)"),
        ('[smtp]\nbare_line_ends = "eat"\n', "abusedesk.toml: smtp.bare_line_ends: is 'eat', not one of refuse, keep (line 2)"),
        ('[policy]\nlanguages = ["fr"]\n', "abusedesk.toml: policy.languages: is 'fr', not one of en, ja (line 2)"),
        ('[storage]\nurl = "mysql://u:secret@h/d"\n',
         "abusedesk.toml: storage.url: 'mysql://u:***@h/d' begins with neither sqlite:/// nor postgresql+psycopg:// (line 2)"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_file_key_and_line(file: Path, text: str, problem: str) -> None:
    assert refused(file, text) == problem


@pytest.mark.parametrize(
    "text, where, line",
    [
        ("[smtp]\nlisten = [\n", "abusedesk.toml: smtp.listen: not valid TOML: ", "(line 2)"),
        ("[network]\nprefixes [\n", "abusedesk.toml: network: not valid TOML: ", "(line 2)"),
        ('[web]\nlisten = "127.0.0.1:80\n', "abusedesk.toml: web.listen: not valid TOML: ", "(line 2)"),
        ('[network]\nprefixes = [\n"203.0.113.0/24",\n', "abusedesk.toml: network.prefixes: not valid TOML: ", "(line 3)"),
        ("smtp.listen = [\n", "abusedesk.toml: smtp.listen: not valid TOML: ", "(line 1)"),
        ("[web\n", "abusedesk.toml: not valid TOML: ", "(line 1)"),
    ],
)
def test_broken_toml_is_refused_with_file_key_and_line(file: Path, text: str, where: str, line: str) -> None:
    problem = refused(file, text)
    assert problem.startswith(where)
    assert problem.endswith(line)


def test_all_problems_are_told_at_once(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABUSEDESK_SMTP__MAX_ERRORS", "many")
    monkeypatch.setenv("ABUSEDESK_SMPT__MAX_ERRORS", "3")
    assert refused(file, "[web]\nport = 1\n[lookups]\ndns = 2\n").splitlines() == [
        "abusedesk.toml: web.port: unknown key (line 2)",
        "abusedesk.toml: lookups.dns: is 2, not true or false (line 4)",
        "ABUSEDESK_SMPT__MAX_ERRORS: unknown section; did you mean smtp?",
        "ABUSEDESK_SMTP__MAX_ERRORS: is 'many', not a whole number from 1 on",
    ]


def test_a_wrong_value_in_the_file_is_told_although_a_variable_overrides_it(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABUSEDESK_WEB__LISTEN", "127.0.0.1:80")
    assert "web.listen" in refused(file, '[web]\nlisten = "nowhere"\n')


def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read: No such file or directory"):
        load_settings(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load_settings(tmp_path)


@given(st.text(max_size=200) | st.text(alphabet='[]="\n.#{}abc123 ', max_size=60))
def test_any_text_is_settings_or_is_refused_in_words(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.mktemp("settings") / "abusedesk.toml"
    file.write_text(text, "utf-8", errors="replace")
    try:
        load_settings(file)
    except ConfigError as error:
        assert all(line.startswith(str(file)) for line in str(error).split("\n") if line)


def test_the_policy_holds_what_decisions_may_know(file: Path) -> None:
    file.write_text(WHOLE)
    policy = build_policy(load_settings(file))
    found = policy.prefixes.find(ip_address("203.0.113.9"))
    assert found is not None
    assert found.origin == "inline"
    assert policy.trusted_names == ("mx.example-host.jp",)
    assert policy.trusted_networks == (ip_network("203.0.113.25"), ip_network("2001:db8:10:1::/64"))
    assert policy.is_own_domain("www.example-host.jp")
    assert policy.languages == ("ja",)
    assert policy.limits.links == 7


def test_prefix_files_count_from_the_settings_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (file.parent / "prefixes.csv").write_text("198.51.100.0/24,guest\n")
    file.write_text('[network]\nprefix_files = ["prefixes.csv"]\n')
    monkeypatch.chdir("/")
    found = build_policy(load_settings(file)).prefixes.find(ip_address("198.51.100.1"))
    assert found is not None
    assert (found.contractor, found.origin) == ("guest", "prefixes.csv:1")


def test_the_policys_version_changes_with_what_decides_and_with_nothing_else(file: Path, tmp_path: Path) -> None:
    def version(text: str) -> str:
        file.write_text(text)
        return build_policy(load_settings(file)).version

    (tmp_path / "prefixes.csv").write_text("198.51.100.0/24,guest\n")
    base = '[network]\nprefix_files = ["prefixes.csv"]\n'
    first = version(base)
    assert len(first) == 12
    assert version("# a comment\n" + base + "[web]\nlisten = '127.0.0.1:1'\n") == first
    assert version(base + 'domains = ["example.jp"]\n') != first
    assert version(base + "[limits]\nlinks = 7\n") != first
    assert version(base + '[policy]\ncontact = "desk@example-host.jp"\n') != first
    (tmp_path / "prefixes.csv").write_text("198.51.100.0/24,other\n")
    assert version(base) != first


def test_reading_the_settings_imports_no_library() -> None:
    script = (
        "import sys; before = set(sys.modules); from config.settings import load_settings; load_settings(); "
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names))"
    )
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert output.stdout.split() == ["config"]
