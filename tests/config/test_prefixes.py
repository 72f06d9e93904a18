"""Own prefixes: what is found, what is refused."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError
from config.prefixes import Assignment, PrefixTable, parse_network

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)


def table(*prefixes: str) -> PrefixTable:
    return PrefixTable(Assignment(prefix=prefix) for prefix in prefixes)


def prefix_file(folder: Path, text: str) -> Path:
    path = folder / "prefixes.csv"
    path.write_text(text, "utf-8")
    return path


def found(held: PrefixTable, address: str, moment: datetime | None = None) -> str | None:
    assignment = held.find(ip_address(address), moment)
    return assignment.prefix if assignment else None


def test_the_longest_prefix_wins() -> None:
    held = table("203.0.113.0/24", "203.0.113.128/25", "203.0.113.200/32", "203.0.0.0/16")
    assert found(held, "203.0.113.200") == "203.0.113.200/32"
    assert found(held, "203.0.113.129") == "203.0.113.128/25"
    assert found(held, "203.0.113.1") == "203.0.113.0/24"
    assert found(held, "203.0.1.1") == "203.0.0.0/16"
    assert found(held, "198.51.100.1") is None


def test_ipv6_and_ipv4_are_told_apart_and_mapped_addresses_are_ipv4() -> None:
    held = table("203.0.113.0/24", "2001:db8:10::/48")
    assert found(held, "2001:db8:10::7") == "2001:db8:10::/48"
    assert found(held, "2001:db8:11::7") is None
    assert found(held, "::ffff:203.0.113.9") == "203.0.113.0/24"
    assert found(held, "::203.0.113.9") is None


def test_a_mapped_prefix_is_an_ipv4_prefix() -> None:
    assert found(table("::ffff:203.0.113.0/120"), "203.0.113.9") == "::ffff:203.0.113.0/120"


def test_the_whole_of_each_family_can_be_held() -> None:
    held = table("0.0.0.0/0", "::/0")
    assert found(held, "0.0.0.0") == found(held, "255.255.255.255") == "0.0.0.0/0"
    assert found(held, "::") == found(held, "ff::") == "::/0"


def test_a_longer_prefix_that_was_not_valid_then_is_passed_over() -> None:
    held = PrefixTable([
        Assignment(prefix="203.0.113.0/24", contractor="house"),
        Assignment(prefix="203.0.113.64/26", contractor="guest", valid_from=NOON, valid_to=NOON + timedelta(days=1)),
    ])  # fmt: skip
    assert found(held, "203.0.113.70", NOON - timedelta(seconds=1)) == "203.0.113.0/24"
    assert found(held, "203.0.113.70", NOON) == "203.0.113.64/26"
    assert found(held, "203.0.113.70", NOON + timedelta(days=1)) == "203.0.113.0/24"
    assert found(held, "203.0.113.70", None) == "203.0.113.0/24", "an unknown time asks for assignments without an end"


def test_one_prefix_has_a_holder_at_each_time() -> None:
    first = Assignment(prefix="203.0.113.0/24", contractor="first", valid_to=NOON)
    second = Assignment(prefix="203.0.113.0/24", contractor="second", valid_from=NOON, valid_to=NOON + timedelta(days=9))
    third = Assignment(prefix="203.0.113.0/24", contractor="third", valid_from=NOON + timedelta(days=9))
    held = PrefixTable([first, second, third])
    address = IPv4Address("203.0.113.9")
    assert held.find(address, NOON - timedelta(days=1)) == first
    assert held.find(address, NOON) == second
    assert held.find(address, NOON + timedelta(days=10)) == held.find(address, None) == third
    assert held.size == 3
    assert sorted(held, key=lambda each: each.contractor) == [first, second, third]


def test_a_file_gives_contractor_service_times_and_where_it_was_read(tmp_path: Path) -> None:
    path = prefix_file(
        tmp_path,
        "prefix,contractor,service,valid_from,valid_to\n"
        "\n"
        "# the racks of the west hall\n"
        '203.0.113.0/25,"Example, Inc.",vps,2026-01-01,2026-09-01T00:00:00+09:00\r\n'
        " 2001:db8:10::/48 , 例示株式会社\n"
        "203.0.113.128/25",
    )
    held = PrefixTable(files=[path])
    assert held.find(IPv4Address("203.0.113.9"), NOON) == Assignment(
        prefix="203.0.113.0/25",
        contractor="Example, Inc.",
        service="vps",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_to=datetime(2026, 8, 31, 15, tzinfo=UTC),
        origin="prefixes.csv:4",
    )
    assert held.find(ip_address("2001:db8:10::1")) == Assignment(
        prefix="2001:db8:10::/48", contractor="例示株式会社", origin="prefixes.csv:5"
    )
    assert found(held, "203.0.113.200") == "203.0.113.128/25"
    assert held.size == 3


def test_each_file_names_its_own_lines(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("prefix\n203.0.113.0/24\n")
    (tmp_path / "b.csv").write_text("198.51.100.0/24\n")
    held = PrefixTable([Assignment(prefix="192.0.2.0/24")], files=[tmp_path / "a.csv", tmp_path / "b.csv"])
    assert {assignment.origin for assignment in held} == {"inline", "a.csv:2", "b.csv:1"}


@pytest.mark.parametrize(
    "line, problem",
    [
        ("203.0.113.5/24", "203.0.113.5/24 has host bits set; the prefix is 203.0.113.0/24"),
        ("2001:db8::1/32", "2001:db8::1/32 has host bits set; the prefix is 2001:db8::/32"),
        ("203.0.113.0/33", "'203.0.113.0/33' is not an IPv4 or IPv6 prefix"),
        ("203.0.113.00/24", "'203.0.113.00/24' is not an IPv4 or IPv6 prefix"),
        ("prefix", "'prefix' is not an IPv4 or IPv6 prefix"),
        ("203.0.113.0/24,x,y,tomorrow", "'tomorrow' is not an ISO 8601 date or time"),
        ('203.0.113.0/24,"x', "unexpected end of data"),
    ],
)
def test_a_bad_line_is_refused_with_file_and_line(tmp_path: Path, line: str, problem: str) -> None:
    path = prefix_file(tmp_path, f"prefix\n192.0.2.0/24\n{line}\n")
    with pytest.raises(ConfigError) as refused:
        PrefixTable(files=[path])
    assert str(refused.value) == f"{path}: {problem} (line 3)"


def test_a_file_that_is_missing_or_not_text_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.csv: cannot be read: No such file or directory"):
        PrefixTable(files=[tmp_path / "none.csv"])
    (tmp_path / "latin.csv").write_bytes(b"203.0.113.0/24,Caf\xe9\n")
    with pytest.raises(ConfigError, match=r"latin\.csv: is not UTF-8 \(byte 18\)"):
        PrefixTable(files=[tmp_path / "latin.csv"])


def test_an_address_alone_is_a_prefix_of_its_own() -> None:
    assert parse_network("203.0.113.7") == IPv4Network("203.0.113.7/32")
    assert found(table("203.0.113.7"), "203.0.113.7") == "203.0.113.7"


@given(numbers=st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32)), max_size=40), number=st.integers(0, 2**32 - 1))
def test_a_look_up_agrees_with_trying_every_prefix(numbers: list[tuple[int, int]], number: int) -> None:
    networks = [ip_network((base >> (32 - length) << (32 - length), length)) for base, length in numbers]
    address = IPv4Address(number)
    holding = [network for network in networks if address in network]
    expected = str(max(holding, key=lambda network: network.prefixlen)) if holding else None
    assert found(table(*map(str, networks)), str(address)) == expected


@given(st.one_of(st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}", fullmatch=True), st.ip_addresses(v=4).map(lambda a: f"{a}/32")))
def test_the_fast_reading_of_a_line_refuses_what_the_library_refuses(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("prefixes") / "prefixes.csv"
    path.write_text(f"{text},Contractor,vps,,\n")
    try:
        network = ip_network(text)
    except ValueError:
        with pytest.raises(ConfigError):
            PrefixTable(files=[path])
    else:
        assert found(PrefixTable(files=[path]), str(network.network_address)) == text


@pytest.mark.parametrize("line", ["192.0.2.0/24,A,vps,yesterday,", "192.0.2.0/24,A,vps,,never", '192.0.2.0/24,"A,vps,,'])
def test_a_line_that_cannot_be_read_whole_is_refused_when_it_is_loaded(tmp_path: Path, line: str) -> None:
    (tmp_path / "prefixes.csv").write_text(line + "\n")
    with pytest.raises(ConfigError, match="line 1"):
        PrefixTable(files=[tmp_path / "prefixes.csv"])
